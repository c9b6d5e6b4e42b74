# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services ``GetMediaProducingJob`` (2020-11-09): see :mod:`ice_editing`.

Jobs of ``SubmitMediaProducingJob``, by a timeline or a template. The list that shows which of them run has those by an
advanced template under a ``JobType`` of their own: these are looked at one by one.
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
