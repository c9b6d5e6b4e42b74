# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""ApsaraVideo VOD ``GetTranscodeSummary`` (2017-03-21): a probe for :mod:`vod_transcode`.

Facts of the page: up to ten videos a call, separated by commas; of each video the **latest** task, with its times and
status but without its id. So it can say that a video's latest task runs, and of a task that was asked for by its id or
another of its facts only where the time of creation shows that it is this one.
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
_GOES_ON = frozenset({"Processing", "Partial"})
_CHOOSING = ("transcode_task_id", "template_group_id", "trigger")


def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
    """The references whose task is the latest of its video and still runs."""
    videos = list(dict.fromkeys(ref["video_id"] for ref in refs))[:VIDEOS]
    response = yield call(account, "vod", "GetTranscodeSummary", {"VideoIds": ",".join(videos)})
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        # A plain array; other lists of this product wrap theirs under the element's name.
        name, element = "TranscodeSummaryList", "TranscodeSummary"
        listed = shapes.listed(name, body.get(name), element, ("VideoId", "TranscodeStatus"), shapes.capitalised)
    if not listed.sent:
        check_empty(response, "RequestId", "TranscodeSummaryList", "NonExistVideoIds")
    # One that cannot be read shows nothing that goes on: its job is looked at.
    latest = {facts.text(summary.get("VideoId")): summary for summary in listed.records}
    return frozenset(ref for ref, created in refs.items() if _goes_on(ref, created, latest.get(ref["video_id"], {})))


def _goes_on(ref: JobRef, created: datetime | None, summary: dict[str, Any]) -> bool:
    if facts.word(summary.get("TranscodeStatus")) not in _GOES_ON:
        return False
    if all(ref.get(name) is None for name in _CHOOSING):
        return True
    return created is not None and parse_time(summary.get("CreationTime")) == created
