# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of snapshot jobs of Intelligent Media Services: ``GetSnapshotJob`` (2020-11-09).

A job makes single pictures, a sprite or a WebVTT file. The record names several pictures by one URL, in which
``{Count}`` (for sprites ``{TileCount}``) stands for a picture's number. How numbers are written is not documented, so
the URL is passed on with the placeholder. What the kind shares with other small kinds is in :mod:`ice_jobs`.
"""

from __future__ import annotations

from .ice_jobs import one_file, small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getsnapshotjob"

ICE_SNAPSHOT = small_kind(
    "alibaba.ice.snapshot", "Intelligent Media Services snapshot job", PAGE, "SnapshotJob", one_file
)
