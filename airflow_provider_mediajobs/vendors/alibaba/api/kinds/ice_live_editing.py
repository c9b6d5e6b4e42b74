# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of live editing jobs of Intelligent Media Services: ``GetLiveEditingJob`` (2020-11-09).

The page has no progress. What the kind shares with other editing jobs is in :mod:`ice_editing`.
"""

from __future__ import annotations

from ..submissions.ice_live_editing import SUBMIT
from .ice_editing import editing_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getliveeditingjob"

ICE_LIVE_EDITING = editing_kind(
    "alibaba.ice.live_editing",
    "Intelligent Media Services live editing job",
    PAGE,
    "GetLiveEditingJob",
    "LiveEditingJob",
    "LiveEditingJob",
    submit=SUBMIT,
)
