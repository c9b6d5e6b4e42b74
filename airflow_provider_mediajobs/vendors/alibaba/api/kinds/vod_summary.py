# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The probe of VOD transcoding tasks: ``GetTranscodeSummary`` (2017-03-21). See :mod:`vod_transcode` for the kind.

Facts of the page: up to ten videos a call, separated by commas; of each video the **latest** task, with its times and
status but without its id. So the probe can answer for a video's latest task. For a task that is requested by its id,
template group or trigger it can answer only where the time of creation shows that it is the latest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.job import JobRef
from .....core.kind import Exchange
from .....core.times import parse_time
from ..rpc import call, check_empty

if TYPE_CHECKING:
    from .....core.account import Account

PAGE = "https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-gettranscodesummary"

VIDEOS = 10
_UNFINISHED = frozenset({"Processing", "Partial"})
_SELECTORS = ("transcode_task_id", "template_group_id", "trigger")


def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
    """The references whose task is the latest of its video and still runs.

    :param refs: references with the time of creation of their task, where it is known.
    :raises MediaJobsError: where the call fails.
    """
    videos = list(dict.fromkeys(ref["video_id"] for ref in refs))[:VIDEOS]
    response = yield call(account, "vod", "GetTranscodeSummary", {"VideoIds": ",".join(videos)})
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        # The page shows a plain array here. Other lists of this product are wrapped, so both forms are read.
        name, element = "TranscodeSummaryList", "TranscodeSummary"
        listed = shapes.listed(name, body.get(name), element, ("VideoId", "TranscodeStatus"), shapes.capitalised)
    if not listed.sent:
        check_empty(response, "RequestId", "TranscodeSummaryList", "NonExistVideoIds")
    # A summary that cannot be read is left out: its task is then queried singly.
    latest = {facts.text(summary.get("VideoId")): summary for summary in listed.records}
    return frozenset(ref for ref, created in refs.items() if _still_runs(ref, created, latest.get(ref["video_id"], {})))


def _still_runs(ref: JobRef, created: datetime | None, summary: dict[str, Any]) -> bool:
    """Whether a video's summary proves that the requested task runs.

    :param created: time of creation of the requested task, where it is known.
    """
    if facts.word(summary.get("TranscodeStatus")) not in _UNFINISHED:
        return False
    if all(ref.get(name) is None for name in _SELECTORS):
        return True
    return created is not None and parse_time(summary.get("CreationTime")) == created
