# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of animated image jobs of Intelligent Media Services: ``GetDynamicImageJob`` (2020-11-09).

A job makes one animated image. What the kind shares with other small kinds is in :mod:`ice_jobs`.
"""

from __future__ import annotations

from .ice_jobs import one_file, small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getdynamicimagejob"

ICE_DYNAMIC_IMAGE = small_kind(
    "alibaba.ice.dynamic_image",
    "Intelligent Media Services animated image job",
    PAGE,
    "DynamicImageJob",
    one_file,
)
