"""Huawei Cloud: VOD and MPC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...core import facts
from ...core.http import HttpRequest, HttpResponse
from ...core.kind import Exchange, Vendor
from .mpc_editing import MPC_EDITING
from .rest import PRODUCTS, call, check_empty
from .vod_editing import PATH, VOD_EDITING

if TYPE_CHECKING:
    from ...core.account import Account
    from ...core.diagnosis import Verdict


def _sign(request: HttpRequest, account: Account, now: datetime, nonce: str) -> HttpRequest:
    from . import signing  # here, not above: importing a sensor in a DAG file must not load it

    return signing.sign(request, account, now, nonce)


def _check(response: HttpResponse) -> None:
    from . import errors

    errors.check(response)


def _trial(account: Account, action: str) -> Exchange[None]:
    from . import trials  # as above: only `mediajobs doctor` asks

    return trials.trial(account, action)


def _blame(code: str) -> Verdict | None:
    from . import trials

    return trials.blame(code)


def _policy(actions: Sequence[str]) -> dict[str, Any]:
    from . import trials

    return trials.policy(actions)


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
    trial=_trial,
    blame=_blame,
    policy=_policy,
    default_region="cn-north-4",
    needs_project=True,
    api_versions={"mpc": ("v2", "v1")},
)
