# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services ``GetMediaInfoJob`` (2020-11-09): see :mod:`ice_jobs`.

It makes no file: what it has found out is of its input, in ``MediaInfoProperty``. It has no time of creation but
``SubmitTime``, and no error but in ``SubmitResultJson``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .....core.output import Output
from .. import ice
from .ice_jobs import small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getmediainfojob"


def _source(job: dict[str, Any]) -> Sequence[Output]:
    return [ice.measured(job.get("MediaInfoProperty"), ice.place(job.get("Input")))]


ICE_MEDIA_INFO = small_kind(
    "alibaba.ice.media_info", "Intelligent Media Services media information job", PAGE, "MediaInfoJob", _source
)
