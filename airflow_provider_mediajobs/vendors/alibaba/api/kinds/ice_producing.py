# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of editing jobs of Intelligent Media Services: ``GetMediaProducingJob`` (2020-11-09).

They are the jobs that ``SubmitMediaProducingJob`` creates from a timeline, a project or a template. The list that is
read as the probe has those of advanced templates under another ``JobType``, so these are always queried singly. What
the kind shares with live editing jobs is in :mod:`ice_editing`.
"""

from __future__ import annotations

from ..submissions.ice_producing import SUBMIT
from .ice_editing import editing_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getmediaproducingjob"

ICE_PRODUCING = editing_kind(
    "alibaba.ice.producing",
    "Intelligent Media Services editing job",
    PAGE,
    "GetMediaProducingJob",
    "MediaProducingJob",
    "EditingJob",
    submit=SUBMIT,
)
