# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The limits of Huawei Cloud's operations, in calls per minute and tenant.

MPC has one limit for the whole service. VOD has one for operations that query, detail and list media, and another for
operations that process media. VOD's operations that the page of constraints does not name are taken to share the
latter.
"""

from __future__ import annotations

import re

from ....core.kind import Quota

MPC = Quota("mpc", 100, 60, "constraints page: 100 calls per minute per tenant, for the whole service")
VOD = Quota("vod", 100, 60, "constraints page: 100 calls per minute per tenant for similar operations")
VOD_QUERY = Quota(
    "vod-query",
    1500,
    60,
    "constraints page: 1,500 calls per minute per tenant to query, detail and list",
    part_of="vod",
)

_SERVICES = {"mts": "mpc"}  # the product of a service's older name
_OF_OPERATIONS = {
    ("vod", "GET", "asset/list"): VOD_QUERY,
    ("vod", "GET", "asset/info"): VOD_QUERY,
    ("vod", "GET", "asset/details"): VOD_QUERY,
}
_PATH = re.compile(r"/v[\d.]+/[^/]+/(.*?)/?")


def quota_name(service: str, method: str, path: str) -> str:
    """The name of the bucket that a call counts against.

    :param service: the product's name in its host.
    :param method: HTTP method in upper case.
    :param path: the operation's path, with or without its placeholders filled in.
    """
    found = _PATH.fullmatch(path)
    own = _OF_OPERATIONS.get((service, method, found[1])) if found else None
    return own.name if own is not None else _SERVICES.get(service, service)
