# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The limits of Huawei Cloud's operations, per tenant.

MPC has one for the whole service. VOD has one to query, detail and list media; what processes media has another, and
operations that the page of limits does not name are taken to share that one.
"""

from __future__ import annotations

import re

from ....core.kind import Quota

MPC = Quota("mpc", 100, 60, "constraints page: 100 calls per minute per tenant, for the whole service")
VOD = Quota("vod", 100, 60, "neighbouring operations of the constraints page: 100 calls per minute per tenant")
VOD_QUERY = Quota(
    "vod-query",
    1500,
    60,
    "constraints page: 1,500 calls per minute per tenant to query, detail and list",
    part_of="vod",
)

_SERVICES = {"mts": "mpc"}  # whose limit calls by that name count against
_OF_OPERATIONS = {
    ("vod", "GET", "asset/list"): VOD_QUERY,
    ("vod", "GET", "asset/info"): VOD_QUERY,
    ("vod", "GET", "asset/details"): VOD_QUERY,
}
_PATH = re.compile(r"/v[\d.]+/[^/]+/(.*?)/?")


def quota_name(service: str, method: str, path: str) -> str:
    """The name of the bucket that calls of an operation come out of.

    :param path: with or without its placeholders filled in.
    """
    found = _PATH.fullmatch(path)
    own = _OF_OPERATIONS.get((service, method, found[1])) if found else None
    return own.name if own is not None else _SERVICES.get(service, service)
