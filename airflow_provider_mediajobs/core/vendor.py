# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a vendor's folder declares of its cloud as a whole: what Airflow shows, how requests are signed and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
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
    """One cloud.

    :param name: first part of its kinds' names, and its hook's module.
    :param title: for people.
    :param hook_class: class in ``hooks/<name>.py``.
    :param hook_name: what Airflow's connection form calls it.
    :param conn_type: Airflow connection type.
    :param signatures: algorithms to choose from, the default first.
    :param products: products that have endpoints of their own.
    :param regions: suggested by the form, the usual one first; nothing falls back to one, since jobs are regional.
    :param sign: ``sign(request, account, now, nonce)``: the request as it is sent.
    :param check: ``check(response, request)``: raises the :class:`MediaJobsError` that an answer means.
    :param test_connection: a harmless exchange that proves the credentials and returns a sentence for people.
    :param explain_code: what an error code, met while a permission is tried, says of it; ``None`` where the vendor's
        tables do not have the code.
    :param policy: ``policy(actions)``: the least document of the vendor's access management that permits them.
    :param auth_methods: the ways to come by credentials, the default first.
    :param find_project: looks up the project id that requests name, by the account's region, where the connection has
        none; ``None`` for a vendor without projects.
    :param api_versions: generations by product, the default first, where a product has several.
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
        """The buckets of its kinds, by name."""
        return {quota.name: quota for kind in reversed(self.kinds) for quota in reversed(kind.quotas)}

    @property
    def needs_project(self) -> bool:
        """Whether requests name a project, and quotas are a project's."""
        return self.find_project is not None

    @property
    def default_conn_id(self) -> str:
        return f"{self.conn_type}_default"


def later(module: str, name: str) -> Callable[..., Any]:
    """A function whose module is imported when it is called: importing a sensor in a DAG file must not load that.

    :param module: its full name.
    """

    def forward(*args: Any) -> Any:
        return getattr(import_module(module), name)(*args)

    return forward
