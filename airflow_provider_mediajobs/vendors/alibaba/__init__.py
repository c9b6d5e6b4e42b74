# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The declaration of Alibaba Cloud, with all kinds of jobs of its products.

These are ApsaraVideo Live, Intelligent Media Services (ICE), ApsaraVideo VOD and ApsaraVideo Media Processing (MPS).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core import facts
from ...core.kind import Exchange
from ...core.vendor import Vendor, later
from .api.kinds.ice_dynamic_image import ICE_DYNAMIC_IMAGE
from .api.kinds.ice_live_editing import ICE_LIVE_EDITING
from .api.kinds.ice_media_info import ICE_MEDIA_INFO
from .api.kinds.ice_package import ICE_PACKAGE
from .api.kinds.ice_producing import ICE_PRODUCING
from .api.kinds.ice_snapshot import ICE_SNAPSHOT
from .api.kinds.ice_transcode import ICE_TRANSCODE
from .api.kinds.live_editing import LIVE_EDITING
from .api.kinds.mps_snapshot import MPS_SNAPSHOT
from .api.kinds.mps_transcode import MPS_TRANSCODE
from .api.kinds.vod_transcode import VOD_TRANSCODE
from .api.kinds.vod_url_upload import VOD_URL_UPLOAD
from .api.rpc import VERSIONS, call, check_empty
from .auth.methods import AUTH_METHODS

if TYPE_CHECKING:
    from ...core.account import Account

SIGNATURES = ("ACS3-HMAC-SHA256", "HMAC-SHA1")

# Regions that the products' help pages list; the connection form offers them. A connection may name others.
REGIONS = (
    *("cn-shanghai", "cn-beijing", "cn-hangzhou", "cn-shenzhen", "cn-qingdao", "cn-hongkong"),
    *("ap-southeast-1", "ap-southeast-5", "ap-northeast-1", "ap-south-1"),
    *("eu-central-1", "me-central-1", "us-east-1", "us-west-1"),
)


def test_connection(account: Account) -> Exchange[str]:
    """Check the credentials by ``GetCallerIdentity`` of STS (2015-04-01), which needs no permission.

    :return: a sentence for the connection form: whose credentials they are.
    :raises MediaJobsError: where STS refuses or does not answer.
    """
    from .auth.credentials import STS_VERSION, at_sts  # here, not above: a DAG file must not load it

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
    kinds=(
        LIVE_EDITING,
        ICE_LIVE_EDITING,
        ICE_PRODUCING,
        ICE_TRANSCODE,
        ICE_SNAPSHOT,
        ICE_PACKAGE,
        ICE_DYNAMIC_IMAGE,
        ICE_MEDIA_INFO,
        VOD_TRANSCODE,
        VOD_URL_UPLOAD,
        MPS_TRANSCODE,
        MPS_SNAPSHOT,
    ),
    sign=later(f"{__name__}.signing", "sign"),
    check=later(f"{__name__}.api.errors", "check"),
    test_connection=test_connection,
    explain_code=later(f"{__name__}.api.permissions", "explain_code"),
    policy=later(f"{__name__}.api.permissions", "policy"),
    auth_methods=AUTH_METHODS,
    regions=REGIONS,
)
