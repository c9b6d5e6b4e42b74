# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The kind of transcoding of Huawei VOD: ``ListAssetTaskInfo``, ``GET /v1/{project_id}/asset/tasks``, then details.

Facts of the pages: transcoding belongs to a media asset, and a run of it has no id: only times distinguish runs. A
query is for one ``asset_id``, its pages follow a ``marker``. There is no word for a cancelled run, no error text and no
output: ``ShowAssetDetail`` (``asset/details``) has these for the asset's present state. No page names the permission of
that operation; where it is missing, a run is reported without them. ``ListAssetList`` (``asset/list``) has ten assets a
call, with one word for each and no time of a run, so it serves as the probe only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .....core import facts, shapes
from .....core.errors import JobNotFound, PermissionDenied, RequestRejected, UnreadableResponse, WrongPlace
from .....core.job import JobRef, JobSnapshot, JobState, least, least_final
from .....core.kind import Answer, Answers, Cancel, Exchange, JobKind, Probe, of_these
from .....core.output import Output
from .....core.times import parse_time
from .. import quotas
from ..faults import fault
from ..rest import NO_ID, call, check_done, check_empty, permission

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.http import HttpResponse

PAGE = "https://support.huaweicloud.com/intl/en-us/api-vod/ListAssetTaskInfo.html"
PATH = "/v1/{project_id}/asset/tasks"
DETAILS = "/v1.0/{project_id}/asset/details"
LIST = "/v1.0/{project_id}/asset/list"
PROCESS = "/v1.0/{project_id}/asset/process"

STATES = {
    "WAITING": JobState.PENDING,
    "PROCESSING": JobState.RUNNING,
    "SUCCEED": JobState.SUCCEEDED,
    "FAILED": JobState.FAILED,
}

# The words of an asset for its transcoding, as those of a run. Where both are reported, the lesser promise counts.
OF_ASSET = {"WAITING_TRANSCODE": "WAITING", "TRANSCODING": "PROCESSING", "TRANSCODE_FAILED": "FAILED"}

PAGE_SIZE = 100
MEDIA = 10
_TYPE = "TRANSCODE"
_MARKS = ("asset_id", "status")
_NO_ASSET = "VOD.10053 VOD.10062 VOD.10081 VST.10001"


class Runs(NamedTuple):
    """The runs of an asset, as far as the list can be read.

    :param records: the records of its runs.
    :param unread: the error of records that cannot be read and may be of the newest run; ``None`` without one.
    :param doubt: makes errors about the response with the last page.
    :param request_id: id of the request for the last page.
    """

    records: list[dict[str, Any]]
    unread: UnreadableResponse | None
    doubt: shapes.Doubt
    request_id: str | None


def look(account: Account, refs: Sequence[JobRef]) -> Exchange[Answers]:
    """Query the newest run of one asset, and once it has ended the asset's details, for outputs or the error."""
    (ref,) = refs
    try:
        runs = yield from _runs(account, ref)
    except (JobNotFound, RequestRejected) as error:
        return of_these([ref], error)
    found = _newest(ref, runs)
    if isinstance(found, dict):
        return {ref: (yield from _with_details(account, ref, found, runs))}
    return {} if found is None else {ref: found}


def _runs(account: Account, ref: JobRef) -> Exchange[Runs]:
    """Read all runs of an asset, page by page, until a page has no marker of a next one.

    :raises MediaJobsError: where a call fails.
    """
    records: dict[str, dict[str, Any]] = {}
    unread: UnreadableResponse | None = None
    markers: set[str] = set()
    marker: str | None = None
    while True:
        query = [("type", _TYPE), ("asset_id", ref["asset_id"]), ("limit", str(PAGE_SIZE))]
        response = yield call(account, "vod", "GET", PATH, (*query, *([("marker", marker)] if marker else [])))
        body = response.json()
        with shapes.reading(response):
            found = shapes.listed("results", body.get("results"), "result", _MARKS)
        if not found.sent:
            check_empty(response, "results", "count", "next_marker")
        doubt = shapes.Doubt(response)
        unread = unread or (doubt(found.unread) if found.unread else None)
        records |= {repr(run): run for run in found.records}  # by content: new runs shift the list meanwhile
        markers |= {marker or ""}
        marker = facts.text(body.get("next_marker"))
        # A known marker ends the reading, too: a server that ignores markers sends the same page for ever.
        if not found.sent or marker is None or marker in markers:
            return Runs(list(records.values()), unread, doubt, _request_id(response))


def _newest(ref: JobRef, runs: Runs) -> dict[str, Any] | Answer | None:
    """The record of the newest run.

    :return: instead the error where it cannot be read which run is the newest, and ``None`` where there is no run.
    """
    if runs.unread is not None:
        return runs.unread
    mine = [run for run in runs.records if _is_of(ref, run)]
    dated = {id(run): parse_time(run.get("create_time")) for run in mine}
    latest = max((moment for moment in dated.values() if moment is not None), default=None)
    # A run without a time may be newer, so it keeps the gate shut while it runs. Records with the same time are one
    # run.
    candidates = [run for run in mine if dated[id(run)] in {latest, None}]
    wrong = next(filter(None, map(_wrong, candidates)), None)
    if wrong is not None:
        return runs.doubt(wrong)
    if not candidates:
        return None
    state = least(map(_state, candidates))
    return next(run for run in candidates if _state(run) is state)


def _is_of(ref: JobRef, run: dict[str, Any]) -> bool:
    """Whether a record may be of a transcoding run of the asset. An ended run that names no asset does not count."""
    asset_id = facts.text(run.get("asset_id"))
    if asset_id not in {ref["asset_id"], None}:
        return False
    if _wrong(run) is not None:
        return True
    of_this_type = (facts.word(run.get("type")) or _TYPE) == _TYPE
    return of_this_type and (asset_id is not None or not _state(run).ended)


def _wrong(run: Mapping[str, Any]) -> shapes.WrongShape | None:
    """The error of a record whose asset, status or type cannot be read; ``None`` for a readable one."""
    try:
        shapes.ident("asset_id", run.get("asset_id"))
        shapes.word("status", run.get("status"))
        shapes.word("type", run.get("type"))
    except shapes.WrongShape as wrong:
        return wrong
    return None


def _state(run: Mapping[str, Any]) -> JobState:
    """The state of a run, by its record alone; ``UNKNOWN`` for a record that cannot be read."""
    return JobState.UNKNOWN if _wrong(run) else VOD_TRANSCODE.state(facts.word(run.get("status")))


def _with_details(account: Account, ref: JobRef, run: dict[str, Any], runs: Runs) -> Exchange[Answer]:
    """The answer for a run, with the details of its asset once the run has ended."""
    details: dict[str, Any] = {}
    if _state(run).ended:
        try:
            details = yield from _details(account, ref)
        except WrongPlace:
            raise
        except (JobNotFound, RequestRejected, PermissionDenied):
            details = {}  # the run's state is known without them
        except UnreadableResponse as error:
            return error  # the unreadable details may contradict the run's state
    word, of_asset = facts.word(run.get("status")), OF_ASSET.get(facts.word(details.get("transcode_status")))
    words = [word] if of_asset is None else [word, of_asset]
    snapshot = least_final(_snapshot(ref, run, one, details, runs.request_id) for one in words)
    return replace(snapshot, proven=facts.text(run.get("asset_id")) is not None, among=len(runs.records))


def _details(account: Account, ref: JobRef) -> Exchange[dict[str, Any]]:
    """Query the transcoding facts of an asset, by ``ShowAssetDetail``; empty where the response is of another asset.

    :raises MediaJobsError: for an error, and for a response that cannot be read or is not the vendor's.
    """
    query = (("asset_id", ref["asset_id"]), ("categories", "transcode_info"))
    response = yield call(account, "vod", "GET", DETAILS, query)
    with shapes.reading(response):
        body = response.json()
        found = shapes.record("transcode_info", body.get("transcode_info"))
        shapes.word("transcode_status", found.get("transcode_status"))
        if shapes.ident("asset_id", body.get("asset_id")) not in {ref["asset_id"], None}:
            return {}
    if not found:
        check_empty(response, "asset_id", "transcode_info")
    return found


def _snapshot(
    ref: JobRef, run: dict[str, Any], word: str, details: dict[str, Any], request_id: str | None
) -> JobSnapshot:
    """The snapshot of a run, by the vendor's record, this word and the details of its asset."""
    state = VOD_TRANSCODE.state(word)
    result = shapes.known_record(run.get("transcode_result"))
    return VOD_TRANSCODE.snapshot(
        dict(ref.ids),
        word,
        progress=facts.percent(result.get("progress")),
        created_at=parse_time(run.get("create_time")),
        started_at=parse_time(result.get("start_time")),
        finished_at=parse_time(run.get("end_time")),
        outputs=tuple(map(_output, shapes.known_records(details.get("output")))) if state is JobState.SUCCEEDED else (),
        error=(fault(run) or fault(details)) if state is JobState.FAILED else None,
        request_id=request_id,
        raw=run | ({"transcode_info": details} if details else {}),
    )


def _output(output: dict[str, Any]) -> Output:
    """A file that a run has made."""
    about = shapes.known_record(output.get("meta_data"))
    milliseconds = facts.number(about.get("duration_ms"))
    return Output(
        uri=facts.text(output.get("url")),
        format=facts.text(about.get("pack_type")) or facts.text(output.get("play_type")),
        duration_s=facts.number(about.get("duration")) if milliseconds is None else milliseconds / 1000,
        size_bytes=facts.integer(about.get("video_size")),
        width=facts.integer(about.get("width")),
        height=facts.integer(about.get("height")) or facts.integer(about.get("hight")),  # the page has both spellings
        video_codec=facts.text(about.get("codec")),
        audio_codec=facts.text(about.get("audio_codec")),
    )


def _request_id(response: HttpResponse) -> str | None:
    """The request id of a response, from its header."""
    return facts.text(response.headers.get("x-request-id"))


def probe(account: Account, refs: Mapping[JobRef, datetime | None]) -> Exchange[frozenset[JobRef]]:
    """The references whose asset is waiting for transcoding or being transcoded, by ``ListAssetList``."""
    query = (("asset_id", ",".join(ref["asset_id"] for ref in refs)), ("size", str(MEDIA)))
    response = yield call(account, "vod", "GET", LIST, query)
    with shapes.reading(response):
        listed = shapes.listed("assets", response.json().get("assets"), "asset", ("asset_id", "transcode_status"))
    if not listed.sent:
        check_empty(response, "assets", "total")
    unfinished = {"WAITING_TRANSCODE", "TRANSCODING"}
    # A record that cannot be read is left out: its asset is then queried singly.
    going = [asset for asset in listed.records if facts.word(asset.get("transcode_status")) in unfinished]
    running = {facts.text(asset.get("asset_id")) for asset in going}
    return frozenset(ref for ref in refs if ref["asset_id"] in running)


def cancel(account: Account, ref: JobRef) -> Exchange[None]:
    """Cancel a queued run, by ``CancelAssetTranscodeTask``.

    :raises MediaJobsError: where the vendor refuses, as for a run that is no longer queued.
    """
    response = yield call(account, "vod", "DELETE", PROCESS, (("asset_id", ref["asset_id"]),))
    check_done(response)


VOD_TRANSCODE = JobKind(
    name="huawei.vod.transcode",
    title="Huawei VOD transcoding of a medium",
    page=PAGE,
    ids=("asset_id",),
    states=STATES,
    quota=quotas.VOD,
    details_quota=quotas.VOD_QUERY,
    look=look,
    console="https://console.huaweicloud.com/vod",
    permissions=(
        permission(
            "vod:asset:getTaskInfo",
            lambda account: call(account, "vod", "GET", PATH, (("type", _TYPE), ("asset_id", NO_ID), ("limit", "1"))),
            "results count next_marker",
            proved_by=_NO_ASSET,
        ),
    ),
    group_by=("asset_id",),
    newest_run=True,
    cancel=Cancel(cancel),  # no page names its permission
    probe=Probe(
        probe,
        MEDIA,
        (
            permission(
                "vod:asset:list",
                lambda account: call(account, "vod", "GET", LIST, (("asset_id", NO_ID), ("size", "1"))),
                "assets total",
                proved_by=_NO_ASSET,
            ),
        ),
        quotas.VOD_QUERY,
    ),
)
