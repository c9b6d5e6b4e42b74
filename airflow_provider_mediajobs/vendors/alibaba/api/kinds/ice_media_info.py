# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of media information jobs of Intelligent Media Services: ``GetMediaInfoJob`` (2020-11-09).

A job makes no file: its record describes the input, in ``MediaInfoProperty``. The page has no time of creation but
``SubmitTime``, and an error in ``SubmitResultJson`` only. What the kind shares with other small kinds is in
:mod:`ice_jobs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .....core.output import Output
from .. import ice
from .ice_jobs import small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getmediainfojob"


def _source(job: dict[str, Any]) -> Sequence[Output]:
    """The input with the facts that the job has found, in the place of an output."""
    return [ice.measured(job.get("MediaInfoProperty"), ice.location(job.get("Input")))]


ICE_MEDIA_INFO = small_kind(
    "alibaba.ice.media_info", "Intelligent Media Services media information job", PAGE, "MediaInfoJob", _source
)
