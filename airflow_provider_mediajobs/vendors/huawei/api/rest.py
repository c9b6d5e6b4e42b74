# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Requests to Huawei Cloud's REST operations: hosts, paths with the project id, queries and JSON bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ....core.errors import ConfigError, ParameterError
from ....core.kind import Exchange, Permission, Quota
from ....core.sendable import as_json, check_json, check_text, sent_as, token
from ....core.shown import shown
from .quotas import quota_name

if TYPE_CHECKING:
    from ....core.account import Account
    from ....core.http import HttpRequest, HttpResponse, Pairs

NO_ID = "0"
"""An id that no job has, for trying permissions."""

PRODUCTS = ("vod", "mpc")

# The host of MPC in this region begins with the service's older name.
_OTHER_PREFIX = {("mpc", "cn-north-1"): "mts"}

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def endpoint(account: Account, product: str) -> str:
    """Scheme and host for a product: the connection's own, otherwise the vendor's for the region.

    :raises ConfigError: where the connection has neither a region nor a host.
    """
    if origin := account.override(product):
        return origin
    if account.region is None:
        raise ConfigError(f"the connection has no region; {product} needs one: set `region` (for example cn-north-4)")
    prefix = _OTHER_PREFIX.get((product, account.region), product)
    return f"https://{prefix}.{account.region}.myhuaweicloud.com"


def call(
    account: Account,
    product: str,
    method: str,
    path: str,
    query: Pairs = (),
    body: Any = None,
    *,
    quota: Quota | None = None,
) -> HttpRequest:
    """One request, unsigned.

    :param product: the product's name in its host, such as ``vod``.
    :param method: HTTP method, in upper or lower case.
    :param path: the path as it is sent, with its leading slash; ``{project_id}`` is replaced by the account's.
    :param query: names and values, not encoded.
    :param body: a value that is sent as JSON; ``None`` sends no body.
    :param quota: the quota that the call counts against; by default the one that :mod:`.quotas` gives for the path.
    :raises ParameterError: for an invalid path, one with a query or fragment, or a body that cannot be sent as JSON.
    :raises ConfigError: where the connection has neither a region nor a host.
    """
    from ....core.http import HttpRequest, percent_encode  # here, not above: a DAG file must not load it

    _check_path(path)
    check_json("body", body)
    return HttpRequest(
        token("method", method).upper(),
        endpoint(account, token("service", product)),
        path.replace("{project_id}", percent_encode(account.project_id or "")),
        query=query,
        headers=(("Content-Type", "application/json"),),  # sent and signed even without a body, as the SDK does
        body=b"" if body is None else as_json(body).encode(),
        product=quota.name if quota else quota_name(product, method.upper(), path),
    )


def _check_path(path: Any) -> None:
    """Check the path of a request.

    :raises ParameterError: for a path that cannot be sent unchanged, or has an unknown placeholder.
    """
    if not isinstance(path, str) or not path.startswith("/"):
        raise ParameterError(f"path must begin with a slash, not {shown(path)}; for example /v1/{{project_id}}/asset")
    if "?" in path or "#" in path:
        raise ParameterError(f"path must have no query or fragment, not {shown(path)}; give parameters as `query=`")
    if not path.isascii() or not path.isprintable() or " " in path:
        raise ParameterError(f"path must be ASCII, since it is sent unchanged, not {shown(path)}; percent-encode it")
    if others := set(_PLACEHOLDER.findall(path)) - {"{project_id}"}:
        raise ParameterError(f"path has the placeholder {min(others)}: {shown(path)}; only {{project_id}} is replaced")


def check_empty(response: HttpResponse, *fields: str) -> None:
    """Check a successful response without a job: see :func:`core.envelope.check_empty`."""
    from . import errors  # here, not above: importing a sensor in a DAG file must not load it

    errors.check_empty(response, *fields)


def check_done(response: HttpResponse) -> None:
    """Check the response to a command: see :func:`errors.check_done`."""
    from . import errors  # here, not above: importing a sensor in a DAG file must not load it

    errors.check_done(response)


def permission(action: str, ask: Callable[[Account], HttpRequest], fields: str, *, proved_by: str = "") -> Permission:
    """An IAM permission that is tried by one call, for an id that cannot exist.

    The gateway checks the key, the project and the permission; only the service behind it checks the id, so an error
    about the id proves the permission.

    :param action: the permission's name, ``product:resource:operation``.
    :param ask: ``ask(account)``: returns the request of that call.
    :param fields: names of fields, separated by blanks; a response of the operation has at least one of them.
    :param proved_by: the vendor's codes of such an error, separated by blanks.
    """

    def attempt(account: Account) -> Exchange[None]:
        response = yield ask(account)
        check_empty(response, *fields.split())

    return Permission(action, attempt, frozenset(proved_by.split()))


def pairs(query: Mapping[str, Any]) -> Pairs:
    """The names and values of a query: a list repeats its name, ``None`` is left out, booleans are in lower case.

    :raises ParameterError: for a value that cannot be sent.
    """
    if not isinstance(query, Mapping):
        raise ParameterError(f"query must be values by name, not {type(query).__name__}")
    found: list[tuple[str, str]] = []
    for given, value in query.items():
        name = check_text("a name in query", str(given))
        items = value if isinstance(value, list | tuple) else [value]
        found += [(name, sent_as(f"query: {name}", item)) for item in items if item is not None]
    return tuple(found)
