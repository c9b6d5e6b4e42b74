# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services ``GetSnapshotJob`` (2020-11-09): see :mod:`ice_jobs`.

A job makes single pictures, a sprite or a WebVTT file. Several pictures have one name, in which ``{Count}`` (sprites:
``{TileCount}``) stands for the number; how the numbers are written is not documented, so it stays as it is.
"""

from __future__ import annotations

from .ice_jobs import one_file, small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getsnapshotjob"

ICE_SNAPSHOT = small_kind(
    "alibaba.ice.snapshot", "Intelligent Media Services snapshot job", PAGE, "SnapshotJob", one_file
)
