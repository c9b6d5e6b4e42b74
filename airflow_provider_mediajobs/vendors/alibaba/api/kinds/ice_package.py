# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of packaging jobs of Intelligent Media Services: ``GetPackageJob`` (2020-11-09).

A job makes one playlist (HLS or DASH) of several streams. What the kind shares with other small kinds is in
:mod:`ice_jobs`.
"""

from __future__ import annotations

from .ice_jobs import one_file, small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getpackagejob"

ICE_PACKAGE = small_kind(
    "alibaba.ice.package", "Intelligent Media Services packaging job", PAGE, "PackageJob", one_file
)
