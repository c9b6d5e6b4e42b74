"""Huawei Cloud: VOD and MPC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...core import facts
from ...core.kind import Exchange, Vendor
from .api.kinds.mpc_editing import MPC_EDITING
from .api.kinds.vod_editing import PATH, VOD_EDITING
from .api.rest import PRODUCTS, call, check_empty
from .auth.methods import AUTH_METHODS

if TYPE_CHECKING:
    from ...core.account import Account
    from ...core.http import HttpRequest, HttpResponse
    from ...core.permission import PermissionStatus

# Where VOD or MPC is offered.
REGIONS = (
    *("cn-north-4", "cn-north-1", "cn-east-2", "cn-east-3", "cn-south-1"),
    *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
)


def _sign(request: HttpRequest, account: Account, now: datetime, nonce: str) -> HttpRequest:
    from . import signing  # here, not above: importing a sensor in a DAG file must not load it

    return signing.sign(request, account, now, nonce)


def _check(response: HttpResponse, request: HttpRequest | None = None) -> None:
    from .api import errors

    errors.check(response, request)


def _find_project(account: Account) -> Exchange[str]:
    from .auth import credentials  # as above: most connections say it

    return credentials.find_project(account)


def _trial(account: Account, action: str) -> Exchange[None]:
    from .api import permissions  # as above: only `mediajobs doctor` asks

    return permissions.try_permission(account, action)


def _blame(code: str, action: str) -> PermissionStatus | None:
    from .api import permissions

    return permissions.explain_code(code, action)


def _policy(actions: Sequence[str]) -> dict[str, Any]:
    from .api import permissions

    return permissions.policy(actions)


def probe(account: Account) -> Exchange[str]:
    """One editing task of VOD: proves key, project and the permission of the VOD sensor."""
    response = yield call(account, "vod", "GET", PATH, (("limit", "1"),))
    total = facts.integer(response.json().get("total")) or 0
    if not total:
        check_empty(response, "total", "tasks")
    return f"signed in to project {account.project_id}, which has {total} VOD editing tasks"


HUAWEI = Vendor(
    name="huawei",
    title="Huawei Cloud",
    hook_class="HuaweiMediaHook",
    hook_name="Huawei Cloud media jobs",
    conn_type="huawei_mediajobs",
    signatures=("SDK-HMAC-SHA256",),
    products=PRODUCTS,
    kinds=(VOD_EDITING, MPC_EDITING),
    sign=_sign,
    check=_check,
    probe=probe,
    try_permission=_trial,
    explain_code=_blame,
    policy=_policy,
    auth_methods=AUTH_METHODS,
    find_project=_find_project,
    regions=REGIONS,
    api_versions={"mpc": ("v2", "v1")},
)
