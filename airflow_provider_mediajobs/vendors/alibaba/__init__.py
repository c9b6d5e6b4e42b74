"""Alibaba Cloud: ApsaraVideo Live, Intelligent Media Services (ICE), ApsaraVideo VOD."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...core import facts
from ...core.kind import Exchange, Vendor
from .api.kinds.ice_live_editing import ICE_LIVE_EDITING
from .api.kinds.live_editing import LIVE_EDITING
from .api.kinds.vod_transcode import VOD_TRANSCODE
from .api.rpc import VERSIONS, call, check_empty
from .auth.methods import AUTH_METHODS

if TYPE_CHECKING:
    from ...core.account import Account
    from ...core.http import HttpRequest, HttpResponse
    from ...core.permission import PermissionStatus

SIGNATURES = ("ACS3-HMAC-SHA256", "HMAC-SHA1")

# Of the products' help pages; their other regions may be written all the same.
REGIONS = (
    *("cn-shanghai", "cn-beijing", "cn-hangzhou", "cn-shenzhen", "cn-qingdao", "cn-hongkong"),
    *("ap-southeast-1", "ap-southeast-5", "ap-northeast-1", "ap-south-1"),
    *("eu-central-1", "me-central-1", "us-east-1", "us-west-1"),
)


def _sign(request: HttpRequest, account: Account, now: datetime, nonce: str) -> HttpRequest:
    from . import signing  # here, not above: importing a sensor in a DAG file must not load it

    return signing.sign(request, account, now, nonce)


def _check(response: HttpResponse, request: HttpRequest | None = None) -> None:
    from .api import errors

    errors.check(response, request)


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
    """``GetCallerIdentity`` of STS: needs no permission, only a good key."""
    from .auth.credentials import STS_VERSION, at_sts  # as above

    response = yield call(at_sts(account), "sts", "GetCallerIdentity", {}, STS_VERSION)
    arn = facts.text(response.json().get("Arn"))
    if arn is None:
        check_empty(response, "RequestId", "Arn")
    return f"signed in as {arn or 'an account that STS does not name'}"


ALIBABA = Vendor(
    name="alibaba",
    title="Alibaba Cloud",
    hook_class="AlibabaMediaHook",
    hook_name="Alibaba Cloud media jobs",
    conn_type="alibaba_mediajobs",
    signatures=SIGNATURES,
    products=tuple(VERSIONS),
    kinds=(LIVE_EDITING, ICE_LIVE_EDITING, VOD_TRANSCODE),
    sign=_sign,
    check=_check,
    probe=probe,
    try_permission=_trial,
    explain_code=_blame,
    policy=_policy,
    auth_methods=AUTH_METHODS,
    regions=REGIONS,
)
