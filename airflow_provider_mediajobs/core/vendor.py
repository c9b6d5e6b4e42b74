# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The declaration of a vendor: names, connection, regions, credentials, and how requests are signed and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .declared import Declared
from .kind import NOTHING, Exchange, JobKind, Quota

if TYPE_CHECKING:
    from .account import Account
    from .credentials import AuthMethod
    from .http import HttpRequest, HttpResponse
    from .permission import PermissionStatus


class Vendor(Declared):
    """A cloud vendor, as its package declares it.

    :param name: the vendor's short name: first part of its kinds' names, and name of its hook's module.
    :param title: the vendor's name for people.
    :param hook_class: name of the hook's class in ``hooks/<name>.py``.
    :param hook_name: name of the connection type in Airflow's form.
    :param conn_type: Airflow connection type.
    :param signatures: names of the signature algorithms that a connection may choose, the default first.
    :param products: products that have endpoints of their own.
    :param kinds: the vendor's kinds of job.
    :param regions: regions that the connection form suggests, the usual one first. None is a default, since a job is
        found only in its own region.
    :param sign: ``sign(request, account, now, nonce)``: returns the signed request.
    :param check: ``check(response, request)``: raises the :class:`MediaJobsError` that a response means.
    :param test_connection: a harmless exchange that checks the credentials and returns a sentence for people.
    :param explain_code: what an error code, received when a permission is tried, says about the permission; ``None``
        for a code that the vendor's tables do not list.
    :param policy: ``policy(actions)``: the smallest policy document that grants these permissions.
    :param auth_methods: the methods of getting credentials, the default first.
    :param find_project: looks up the id of the project that requests must name, by the account's region, where the
        connection has none; ``None`` for a vendor without projects.
    :param api_versions: API versions by product, the default first, for products that have several.
    """

    name: str
    title: str
    hook_class: str
    hook_name: str
    conn_type: str
    signatures: tuple[str, ...]
    products: tuple[str, ...]
    kinds: tuple[JobKind, ...]
    sign: Callable[[HttpRequest, Account, datetime, str], HttpRequest]
    check: Callable[[HttpResponse, HttpRequest | None], None]
    test_connection: Callable[[Account], Exchange[str]]
    explain_code: Callable[[str], PermissionStatus | None]
    policy: Callable[[Sequence[str]], dict[str, Any]]
    regions: tuple[str, ...]
    auth_methods: tuple[AuthMethod, ...] = ()
    find_project: Callable[[Account], Exchange[str]] | None = None
    api_versions: Mapping[str, tuple[str, ...]] = NOTHING

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def quotas(self) -> dict[str, Quota]:
        """The quotas of its kinds, by name of the bucket."""
        return {quota.name: quota for kind in reversed(self.kinds) for quota in reversed(kind.quotas)}

    @property
    def needs_project(self) -> bool:
        """Whether requests name a project, and quotas apply to a project."""
        return self.find_project is not None

    @property
    def default_conn_id(self) -> str:
        return f"{self.conn_type}_default"


def later(module: str, name: str) -> Callable[..., Any]:
    """A function that is imported at its first call, so that a DAG file which imports a sensor does not load it.

    :param module: full name of the function's module.
    :param name: name of the function.
    """

    @cache
    def load() -> Callable[..., Any]:
        loaded: Callable[..., Any] = getattr(import_module(module), name)
        return loaded

    def forward(*args: Any) -> Any:
        return load()(*args)

    return forward
