# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads the credentials of a connection: its own key, or a method of obtaining temporary ones."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ..core import facts
from ..core.account import Credentials
from ..core.credentials import AuthMethod, Environment, Parameter, ResolvedCredentials
from ..core.errors import ConfigError
from ..core.vendor import Vendor
from .extra import Extra
from .foreign import Keys

_WORD = re.compile(r"[a-z_-]{1,20}")


def credentials_from(fields: Extra, vendor: Vendor, keys: Keys) -> ResolvedCredentials:
    """The connection's credentials, and the provider that exchanges them for temporary ones, if any.

    :param keys: login and password.
    :raises ConfigError: naming the field, what is wrong and what to do; never a secret.
    """
    method = _method(fields, vendor)
    own = Credentials(
        fields.as_secret(keys.names[0], keys.login) or "",
        fields.as_secret(keys.names[1], keys.password) or "",
        fields.as_secret("security_token", fields.text("security_token")),
        fields.as_secret("auth_token", fields.text("auth_token")),
    )
    _check_keys(fields, method, own, keys.names, tokens=vendor.needs_project)
    if method.find is not None:
        return _found(fields, method.find)
    if method.make is None:
        return ResolvedCredentials(own)
    given = {parameter.name: _value(fields, method, parameter, os.environ) for parameter in method.parameters}
    return ResolvedCredentials(own if method.keys else Credentials(), method.make(given))


def _method(fields: Extra, vendor: Vendor) -> AuthMethod:
    auth_methods = {method.name: method for method in vendor.auth_methods}
    chosen = fields.text("credentials") or vendor.auth_methods[0].name
    if chosen not in auth_methods:
        # By its name, users might put a key here, so the value is not shown.
        wrong = f"cannot be {chosen!r}" if _WORD.fullmatch(chosen) else "is not a known method"
        raise fields.error("credentials", wrong, f"valid: {', '.join(auth_methods)}")
    return auth_methods[chosen]


def _found(fields: Extra, find: Callable[[Environment], ResolvedCredentials]) -> ResolvedCredentials:
    try:
        return find(Environment(os.environ, _read))
    except ConfigError as error:
        raise fields.named(error) from None


def _check_keys(fields: Extra, method: AuthMethod, own: Credentials, names: tuple[str, str], *, tokens: bool) -> None:
    """Check that login and password are given as the method needs them.

    :param tokens: whether the connection has a token that may replace them.
    """
    complete = bool(own.access_key and own.secret_key) or bool(tokens and own.auth_token and method.make is None)
    both = " and ".join(names)
    if method.keys and not complete:
        raise fields.error(both, "are not both set", f"put the {method.keys} there")
    if not method.keys and (own.access_key or own.secret_key):
        cure = f"leave them empty, or choose another `credentials` than {method.name!r}"
        raise fields.error(both, f"have no meaning with `credentials` {method.name!r} ({method.title})", cure)


def _value(fields: Extra, method: AuthMethod, parameter: Parameter, environ: Mapping[str, str]) -> str:
    name = parameter.name
    around = environ.get(parameter.variable, "").strip() if parameter.variable else ""
    value = fields.loose(name) or around or parameter.default
    if parameter.required and not value:
        instead = f", or set the variable {parameter.variable}" if parameter.variable else ""
        raise fields.error(name, f"is missing, and `credentials` {method.name!r} need it", f"add it to extra{instead}")
    if parameter.bounds is not None:
        least, most = parameter.bounds
        number = facts.integer(value) if value.isascii() and value.isdigit() else None
        if number is None or not least <= number <= most:
            raise fields.error(name, f"cannot be {value!r}", f"use a whole number of seconds from {least} to {most}")
    return value


def _read(path: str) -> str | None:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, ValueError, RuntimeError):  # RuntimeError: there is no home directory
        return None
