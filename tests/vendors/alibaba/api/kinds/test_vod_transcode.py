# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``ListTranscodeTask`` and its follow-up: which task decides, and what an end brings along.

Covers ``vendors.alibaba.api.kinds.vod_tasks``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import (
    JobNotFound,
    ParameterError,
    RequestRejected,
    Throttled,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.output import JobFault, Output, Rendition
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.vod_transcode import VOD_TRANSCODE, look

REF = VOD_TRANSCODE.ref({"video_id": "v1"})
HOST = "https://vod.cn-shanghai.aliyuncs.com/"
EARLY, LATE = "2026-09-01T10:00:00Z", "2026-09-01T11:00:00Z"
DETAIL: dict[str, Any] = {"TranscodeTask": {}}


def by_task(task_id: str) -> JobRef:
    return VOD_TRANSCODE.ref({"video_id": "v1", "transcode_task_id": task_id})


def by(**selectors: str) -> JobRef:
    return VOD_TRANSCODE.ref({"video_id": "v1", **selectors})


def task(task_id: str, status: str = "Processing", created: str | None = EARLY, **more: Any) -> dict[str, Any]:
    return {"TranscodeTaskId": task_id, "VideoId": "v1", "TaskStatus": status, "CreationTime": created} | more


def listed(*tasks: dict[str, Any]) -> dict[str, Any]:
    return {"RequestId": "r1", "TranscodeTaskList": list(tasks)}


@pytest.fixture
def one(drive: Any, alibaba: Account) -> Callable[..., JobSnapshot | None]:
    """What a look finds; a follow-up is answered without details."""

    def found(ref: JobRef, *tasks: dict[str, Any], follow: int = 0) -> JobSnapshot | None:
        answer: JobSnapshot | None = drive(look(alibaba, [ref]), listed(*tasks), *[DETAIL] * follow)[1].get(ref)
        return answer

    return found


# --- paging -----------------------------------------------------------------------------------------------------


def test_the_request(drive: Any, alibaba: Account) -> None:
    """The widest page, from the first, of all the video's tasks."""
    (request,), _ = drive(look(alibaba, [REF]), listed())
    assert (request.method, request.url) == ("POST", f"{HOST}?VideoId=v1&PageSize=50&PageNo=1")
    assert (request.header("x-acs-action"), request.header("x-acs-version")) == ("ListTranscodeTask", "2017-03-21")


@pytest.mark.parametrize("ref", [by(template_group_id="g1"), by(trigger="Manual"), by_task("t1")])
def test_what_chooses_a_task_is_not_sent(drive: Any, alibaba: Account, ref: JobRef) -> None:
    """The vendor knows no such filter, and one list answers whoever waits for this video."""
    (request,), _ = drive(look(alibaba, [ref]), listed())
    assert request.url == f"{HOST}?VideoId=v1&PageSize=50&PageNo=1"


def test_pages_until_a_short_one(drive: Any, alibaba: Account) -> None:
    """Two full pages and one of 49: three calls, and the task on the last page is found."""
    pages = [listed(*(task(f"t{n}") for n in range(start, stop))) for start, stop in ((0, 50), (50, 100), (100, 149))]
    requests, answers = drive(look(alibaba, [by_task("t148")]), *pages)
    assert [dict(request.query)["PageNo"] for request in requests] == ["1", "2", "3"]
    assert answers[by_task("t148")].state is JobState.RUNNING


def test_an_empty_page_ends_it(drive: Any, alibaba: Account) -> None:
    """Exactly fifty tasks cost a second, empty page."""
    requests, answers = drive(look(alibaba, [REF]), listed(*(task(f"t{n}") for n in range(50))), listed())
    assert len(requests) == 2
    assert answers[REF].state is JobState.RUNNING


@pytest.mark.parametrize(
    "endless",
    [
        [task(f"t{n}") for n in range(50)],
        [task("", created=f"2026-09-01T10:00:{n:02}Z") for n in range(50)],
        [task(f"t{n}", VideoId="v2") for n in range(50)],
    ],
    ids=["same tasks", "same tasks without ids", "another video's tasks"],
)
def test_an_endless_pager_is_left(drive: Any, alibaba: Account, endless: list[dict[str, Any]]) -> None:
    """A server that ignores ``PageNo`` is asked twice at most."""
    pages = [listed(*endless)] * (1 if endless[0]["VideoId"] == "v2" else 2)
    requests, _ = drive(look(alibaba, [REF]), *pages)
    assert len(requests) == len(pages)


@pytest.mark.parametrize(
    "value", [None, [], {}, "", "[]", {"TranscodeTask": None}, {"TranscodeTask": []}, [None, "", {}]]
)
def test_no_task_is_no_answer(drive: Any, alibaba: Account, value: Any) -> None:
    """A video whose transcoding has not begun has an empty list, or none."""
    assert drive(look(alibaba, [REF]), {"TranscodeTaskList": value})[1] == {}
    assert drive(look(alibaba, [REF]), {"RequestId": "r1"})[1] == {}


def test_a_wrapped_list_is_read_too(drive: Any, alibaba: Account) -> None:
    """``{"TranscodeTask": […]}``, as other operations of this product wrap theirs."""
    _, answers = drive(look(alibaba, [REF]), {"TranscodeTaskList": {"TranscodeTask": [task("t1", "Partial")]}})
    assert (answers[REF].state, answers[REF].raw_state) == (JobState.RUNNING, "Partial")


# --- which task -------------------------------------------------------------------------------------------------


def test_the_sample_of_the_page(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """Two tasks of one second, one running, one misspelt finished: the running one decides, it has no end."""
    ref = VOD_TRANSCODE.ref({"video_id": "d4860fcc6a5*****bce9fed52e893824"})
    requests, answers = drive(look(alibaba, [ref]), sample("list_transcode_task.json"))
    assert len(requests) == 1
    assert answers[ref] == JobSnapshot(
        kind="alibaba.vod.transcode",
        ids={
            "video_id": "d4860fcc6a5*****bce9fed52e893824",
            "transcode_task_id": "b1b65ab107*****ba3dbb900f6c1fe0",
        },
        state=JobState.RUNNING,
        raw_state="Processing",
        created_at=datetime(2019, 1, 23, 12, 35, 12, tzinfo=UTC),
        request_id="25818875-5F78-4A*****F6-D7393642CA58",
        among=2,
        raw=sample("list_transcode_task.json")["TranscodeTaskList"][0],
    )


def test_the_misspelt_success_with_its_follow_up(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """The page's finished task, asked for by its id, with renditions that contradict its word."""
    ref = VOD_TRANSCODE.ref(
        {"video_id": "d4860fcc6a5*****bce9fed52e893824", "transcode_task_id": "91449a74a9d7*****31e179a1ec1e"}
    )
    requests, answers = drive(
        look(alibaba, [ref]), sample("list_transcode_task.json"), sample("get_transcode_task.json")
    )
    assert requests[1].url == f"{HOST}?TranscodeTaskId=91449a74a9d7%2A%2A%2A%2A%2A31e179a1ec1e"
    assert requests[1].header("x-acs-action") == "GetTranscodeTask"
    found = answers[ref]
    # One of its renditions still runs: it has not ended.
    assert (found.state, found.raw_state, found.error) == (JobState.RUNNING, "CompeleteAllSucc", None)
    assert (found.finished_at, found.outputs) == (None, ())
    assert found.renditions == (
        Rendition(
            definition="LD",
            template_id="t1",
            job_id="job1",
            state="succeeded",
            raw_state="TranscodeSuccess",
            progress=100,
            uri="http://outin-1.oss-cn-shanghai.aliyuncs.com/ld.mp4",
        ),
        Rendition(
            definition="HD",
            template_id=None,
            job_id="job2",
            state="failed",
            raw_state="TranscodeFail",
            error=JobFault("InvalidParameter.ResourceNotFound", "The resource does not exist."),
        ),
        Rendition(definition=None, template_id="t3", job_id="job3", state="running", raw_state="Transcoding"),
    )
    assert len(found.raw["TranscodeJobInfoList"]) == 3


def test_the_follow_up_of_a_success(drive: Any, alibaba: Account, sample: Callable[[str], Any]) -> None:
    """Outputs of what succeeded, stream facts read from text."""
    ref = VOD_TRANSCODE.ref(
        {"video_id": "d4860fcc6a5*****bce9fed52e893824", "transcode_task_id": "91449a74a9d7*****31e179a1ec1e"}
    )
    detail = sample("get_transcode_task.json")
    del detail["TranscodeTask"]["TranscodeJobInfoList"][1:]
    found = drive(look(alibaba, [ref]), sample("list_transcode_task.json"), detail)[1][ref]
    assert (found.state, found.raw_state, found.error) == (JobState.SUCCEEDED, "CompeleteAllSucc", None)
    assert found.finished_at == datetime(2019, 1, 23, 12, 40, 12, tzinfo=UTC)
    assert found.outputs == (
        Output(
            uri="http://outin-1.oss-cn-shanghai.aliyuncs.com/ld.mp4",
            format="mp4",
            duration_s=12.5,
            size_bytes=1048576,
            width=640,
            height=480,
            video_codec="h264",
            audio_codec="aac",
        ),
    )


@pytest.mark.parametrize(
    ("status", "state", "calls"),
    [
        ("Processing", JobState.RUNNING, 1),
        ("Partial", JobState.RUNNING, 1),
        ("CompleteAllSucc", JobState.SUCCEEDED, 2),
        ("CompeleteAllSucc", JobState.SUCCEEDED, 2),
        ("CompleteAllSucces", JobState.SUCCEEDED, 2),
        ("CompletePartialSucc", JobState.PARTIAL, 2),
        ("CompleteAllFail", JobState.FAILED, 2),
        ("CompleteAllSuccess", JobState.UNKNOWN, 1),
        ("CompeletePartialSucc", JobState.UNKNOWN, 1),
        ("completeallsucc", JobState.UNKNOWN, 1),
        ("CompleteAll", JobState.UNKNOWN, 1),
        ("", JobState.UNKNOWN, 1),
    ],
)
def test_statuses(drive: Any, alibaba: Account, status: str, state: JobState, calls: int) -> None:
    """Exactly three spellings succeed; an end is followed up, anything else is one call."""
    done = task("t1", status, CompleteTime=LATE)
    requests, answers = drive(look(alibaba, [REF]), listed(done), *[DETAIL] * (calls - 1))
    assert len(requests) == calls
    assert (answers[REF].state, answers[REF].raw_state) == (state, status)
    assert (answers[REF].finished_at is not None) == state.ended


def test_the_newest_task_decides(one: Callable[..., JobSnapshot | None]) -> None:
    """A running re-run keeps the gate shut, in whatever order the two are listed."""
    old, new = task("t1", "CompleteAllSucc", EARLY), task("t2", "Processing", LATE)
    for tasks in ((old, new), (new, old)):
        found = one(REF, *tasks)
        assert found is not None
        assert (found.state, found.ids["transcode_task_id"]) == (JobState.RUNNING, "t2")


def test_an_older_failure_does_not_matter(one: Callable[..., JobSnapshot | None]) -> None:
    """The re-run that succeeded opens the gate."""
    found = one(REF, task("t2", "CompleteAllSucc", LATE), task("t1", "CompleteAllFail", EARLY), follow=1)
    assert found is not None
    assert (found.state, found.ids) == (JobState.SUCCEEDED, {"video_id": "v1", "transcode_task_id": "t2"})


@pytest.mark.parametrize("other", ["Processing", "Partial", "CompletePartialSucc", "CompleteAllFail", "Surprise"])
@pytest.mark.parametrize("created", [LATE, None, "", "yesterday", "now"])
@pytest.mark.parametrize("order", [1, -1])
def test_ties_and_missing_times_do_not_open(
    drive: Any, alibaba: Account, other: str, created: str | None, order: int
) -> None:
    """Where the newest cannot be told, the task that promises least decides."""
    tasks = [task("t1", "CompleteAllSucc", LATE), task("t2", other, created)][::order]
    ended = other in {"CompletePartialSucc", "CompleteAllFail"}
    _, answers = drive(look(alibaba, [REF]), listed(*tasks), *[DETAIL] * ended)
    assert answers[REF].raw_state == other


# In no order of time; each task is one of the four that two groups and two triggers make.
CHOICE = [
    task("t3", "Processing", "2026-09-01T10:20:00Z", TranscodeTemplateGroupId="g2", Trigger="Auto"),
    task("t1", "Processing", "2026-09-01T10:00:00Z", TranscodeTemplateGroupId="g1", Trigger="Auto"),
    task("t4", "Processing", "2026-09-01T10:30:00Z", TranscodeTemplateGroupId="g2", Trigger="Manual"),
    task("t2", "Processing", "2026-09-01T10:10:00Z", TranscodeTemplateGroupId="g1", Trigger="Manual"),
]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("ref", "task_id", "among"),
    [
        (by(), "t4", 4),
        (by(trigger="Auto"), "t3", 2),
        (by(trigger="Manual"), "t4", 2),
        (by(template_group_id="g1"), "t2", 2),
        (by(template_group_id="g2"), "t4", 2),
        (by(template_group_id="g1", trigger="Auto"), "t1", 1),
        (by(template_group_id="g2", trigger="Auto"), "t3", 1),
        (by_task("t2"), "t2", 1),
    ],
    ids=str,
)
def test_of_the_tasks_that_fit_the_newest_decides(
    one: Callable[..., JobSnapshot | None], ref: JobRef, task_id: str, among: int, order: int
) -> None:
    """A newer one of another group or trigger says nothing; how many fitted is told."""
    found = one(ref, *CHOICE[::order])
    assert found is not None
    assert found.ids == {"video_id": "v1", "transcode_task_id": task_id}
    assert (found.among, found.proven) == (among, True)


@pytest.mark.parametrize("order", [1, -1])
def test_what_does_not_fit_opens_no_gate_and_shuts_none(drive: Any, alibaba: Account, order: int) -> None:
    """Neither an older success nor a newer failure of another group or trigger."""
    tasks = [
        task("t0", "CompleteAllSucc", "2026-09-01T09:00:00Z", TranscodeTemplateGroupId="g1", Trigger="Auto"),
        task("t1", "CompleteAllSucc", EARLY, TranscodeTemplateGroupId="g1", Trigger="Manual"),
        task("t2", "Processing", LATE, TranscodeTemplateGroupId="g1", Trigger="Manual"),
        task("t3", "CompleteAllFail", "2026-09-01T12:00:00Z", TranscodeTemplateGroupId="g2", Trigger="Manual"),
    ]
    wanted, success = by(template_group_id="g1", trigger="Manual"), by(trigger="Auto")
    requests, answers = drive(look(alibaba, [wanted, success]), listed(*tasks[::order]), DETAIL)
    assert len(requests) == 2
    assert (answers[wanted].state, answers[wanted].among) == (JobState.RUNNING, 2)
    assert (answers[success].state, answers[success].among) == (JobState.SUCCEEDED, 1)


@pytest.mark.parametrize("created", [None, "", "yesterday", "now", 3])
@pytest.mark.parametrize("order", [1, -1])
def test_a_task_without_a_time_may_be_the_newest(
    one: Callable[..., JobSnapshot | None], created: Any, order: int
) -> None:
    """While it runs the gate stays shut; where both have succeeded, the one that has a time is named."""
    dated = task("t1", "CompleteAllSucc", EARLY, Trigger="Manual")
    running = one(by(trigger="Manual"), *[dated, task("t2", "Processing", created, Trigger="Manual")][::order])
    assert running is not None
    assert (running.state, running.ids["transcode_task_id"], running.among) == (JobState.RUNNING, "t2", 2)
    undated = task("t2", "CompleteAllSucc", created, Trigger="Manual")
    done = one(by(trigger="Manual"), *[dated, undated][::order], follow=1)
    assert done is not None
    assert (done.state, done.ids["transcode_task_id"], done.among) == (JobState.SUCCEEDED, "t1", 2)


def test_a_task_without_a_time_has_to_fit_too(one: Callable[..., JobSnapshot | None]) -> None:
    """One of another trigger keeps no gate shut."""
    tasks = [task("t1", "CompleteAllSucc", EARLY, Trigger="Manual"), task("t2", "Processing", None, Trigger="Auto")]
    found = one(by(trigger="Manual"), *tasks, follow=1)
    assert found is not None
    assert (found.state, found.among, found.created_at) == (
        JobState.SUCCEEDED,
        1,
        datetime(2026, 9, 1, 10, 0, 0, tzinfo=UTC),
    )


def test_a_page_of_what_does_not_fit_does_not_end_the_paging(drive: Any, alibaba: Account) -> None:
    """All is listed before anything is chosen: what is asked for may be on a later page."""
    automatic = [task(f"t{n}", "CompleteAllSucc", Trigger="Auto") for n in range(50)]
    requests, answers = drive(
        look(alibaba, [by(trigger="Manual")]), listed(*automatic), listed(task("t50", Trigger="Manual"))
    )
    assert len(requests) == 2
    assert answers[by(trigger="Manual")].ids["transcode_task_id"] == "t50"


FACTS = {"TranscodeTemplateGroupId": "g1", "Trigger": "Auto"}


@pytest.mark.parametrize(
    ("ref", "tasks", "message"),
    [
        (
            by(trigger="Manual"),
            [task("t1", "CompleteAllSucc", EARLY, **FACTS), task("t2", "Processing", LATE, **FACTS)],
            (
                "the video has 2 tasks, and none with trigger=Manual; the newest has template_group_id=g1, "
                "trigger=Auto: t2, Processing, created at 2026-09-01T11:00:00+00:00"
            ),
        ),
        (
            by(template_group_id="g2", trigger="Auto"),
            [task("t1", "CompleteAllSucc", EARLY, **FACTS)],
            (
                "the video has 1 task, and none with template_group_id=g2 and trigger=Auto; the newest has "
                "template_group_id=g1, trigger=Auto: t1, CompleteAllSucc, created at 2026-09-01T10:00:00+00:00"
            ),
        ),
        (
            by(template_group_id="g1", trigger="Manual"),  # each fits, but not the same task
            [task("t1", "Partial", LATE, **FACTS), task("t2", "CompleteAllSucc", EARLY, Trigger="Manual")],
            (
                "the video has 2 tasks, and none with template_group_id=g1 and trigger=Manual; the newest has "
                "template_group_id=g1, trigger=Auto: t1, Partial, created at 2026-09-01T11:00:00+00:00"
            ),
        ),
        (
            by(template_group_id="g1"),
            [task("", "CompleteAllFail", None)],
            (
                "the video has 1 task, and none with template_group_id=g1; the newest has template_group_id=not "
                "stated, trigger=not stated: no id, CompleteAllFail, created at an unknown time"
            ),
        ),
        (
            by(trigger="Manual"),  # shown twice, while the list shifted
            [task("t1", "Processing", EARLY, **FACTS), task("t1", "CompleteAllSucc", EARLY, **FACTS)],
            (
                "the video has 1 task, and none with trigger=Manual; the newest has template_group_id=g1, "
                "trigger=Auto: t1, Processing, created at 2026-09-01T10:00:00+00:00"
            ),
        ),
    ],
)
def test_none_fits(drive: Any, alibaba: Account, ref: JobRef, tasks: list[dict[str, Any]], message: str) -> None:
    """The video has tasks, none is the one asked for: the newest and its facts tell what to correct, in one call."""
    _, answers = drive(look(alibaba, [ref]), listed(*tasks))
    assert type(answers[ref]) is JobNotFound
    assert (answers[ref].code, answers[ref].message, answers[ref].request_id) == ("NoSuchTask", message, "r1")


@pytest.mark.parametrize("trigger", [None, "", "manual", "MANUAL", " ", "Manual."])
def test_a_task_without_a_readable_trigger_is_not_proved_to_be_the_one(
    drive: Any, alibaba: Account, trigger: Any
) -> None:
    """The page's samples have no such field: a success without it opens no gate of one who asked for it."""
    ref = by(trigger="Manual")
    for fields in ({"Trigger": trigger}, {}):
        _, answers = drive(look(alibaba, [ref]), listed(task("t1", "CompleteAllSucc", **fields)))
        assert (type(answers[ref]), answers[ref].code) == (JobNotFound, "NoSuchTask")


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([task("t1", "CompleteAllSucc", EARLY, Trigger="Manual"), task("t2", "Processing", LATE)], ("t2", False, 2)),
        ([task("t1", "CompleteAllSucc", LATE, Trigger="Manual"), task("t2", "Processing", EARLY)], ("t1", True, 1)),
        (
            [task("t1", "CompleteAllSucc", EARLY, Trigger="Manual"), task("t2", "CompleteAllSucc", LATE)],
            ("t2", False, 2),
        ),
        ([task("t2", "Processing", LATE)], ("t2", False, 1)),
    ],
)
def test_a_newer_task_that_may_fit(
    one: Callable[..., JobSnapshot | None], tasks: list[dict[str, Any]], expected: tuple[str, bool, int]
) -> None:
    """The samples lack ``Trigger``: a newer task that does not say keeps the gate shut, for it may be the one."""
    ended = [made for made in tasks if made["TranscodeTaskId"] == expected[0] and made["TaskStatus"] != "Processing"]
    found = one(by(trigger="Manual"), *tasks, follow=len(ended))

    assert found is not None
    assert (found.ids["transcode_task_id"], found.proven, found.among) == expected


def test_a_group_may_be_a_number(one: Callable[..., JobSnapshot | None]) -> None:
    """Ids that come as numbers are their text."""
    found = one(by(template_group_id="7"), task("t1", TranscodeTemplateGroupId=7))
    assert found is not None
    assert found.among == 1


def test_a_video_without_tasks_has_none_that_does_not_fit(one: Callable[..., JobSnapshot | None]) -> None:
    """It is not visible yet, as without selectors; so is another video's task."""
    assert one(by(trigger="Manual")) is None
    assert one(by(trigger="Manual"), task("t1", "CompleteAllSucc", VideoId="v2", Trigger="Manual")) is None


def test_each_gets_its_own_task_of_one_list(drive: Any, alibaba: Account) -> None:
    """Four references, four tasks, one call; and one that fits nothing hurts nobody."""
    refs = [by(), by(trigger="Auto"), by(template_group_id="g1"), by_task("t1"), by(template_group_id="g3")]
    requests, answers = drive(look(alibaba, refs), listed(*CHOICE))
    assert len(requests) == 1
    assert [answers[ref].ids["transcode_task_id"] for ref in refs[:4]] == ["t4", "t3", "t2", "t1"]
    assert isinstance(answers[refs[4]], JobNotFound)


def test_without_any_time_all_must_have_succeeded(one: Callable[..., JobSnapshot | None]) -> None:
    """Two tasks without a time: both finished opens, one running does not."""
    found = one(REF, task("t1", "CompleteAllSucc", None), task("t2", "CompleteAllSucc", None), follow=1)
    assert found is not None
    assert found.state is JobState.SUCCEEDED


@pytest.mark.parametrize("order", [1, -1])
def test_one_task_shown_in_two_states_is_unfinished(one: Callable[..., JobSnapshot | None], order: int) -> None:
    """A list that shifts while it is read may show a task twice: the record that opens last is believed."""
    twice = [task("t1", "CompleteAllSucc"), task("t1", "Processing")][::order]
    for ref in (REF, by_task("t1")):
        found = one(ref, *twice)
        assert found is not None
        assert (found.state, found.among) == (JobState.RUNNING, 1)


@pytest.mark.parametrize("created", [EARLY, LATE, None, "yesterday"])
@pytest.mark.parametrize("order", [1, -1])
def test_of_a_task_asked_for_by_id_no_record_is_too_old(
    one: Callable[..., JobSnapshot | None], created: str | None, order: int
) -> None:
    """The id says which run it is, whatever time a record has: the one that opens last is believed."""
    twice = [task("t1", "CompleteAllSucc", LATE), task("t1", "Processing", created)][::order]
    found = one(by_task("t1"), *twice)
    assert found is not None
    assert (found.state, found.among) == (JobState.RUNNING, 1)


def test_a_task_asked_for_by_id_is_the_only_one_that_counts(one: Callable[..., JobSnapshot | None]) -> None:
    """A newer or older task of the same video says nothing about it."""
    tasks = [task("t1", "Processing", EARLY), task("t2", "CompleteAllSucc", LATE)]
    found = one(by_task("t1"), *tasks)
    assert found is not None
    assert found.state is JobState.RUNNING
    assert one(by_task("t3"), *tasks) is None
    assert one(by_task("T2"), *tasks) is None


def test_another_videos_task_is_dropped(one: Callable[..., JobSnapshot | None]) -> None:
    """A record that names another video opens nothing; one that names none is taken."""
    assert one(REF, task("t1", "CompleteAllSucc", VideoId="v2")) is None
    assert one(by_task("t1"), task("t1", "CompleteAllSucc", VideoId="v2")) is None
    found = one(REF, task("t1", "CompleteAllSucc", VideoId=None), follow=1)
    assert found is not None
    assert found.state is JobState.SUCCEEDED


def test_a_task_without_an_id_is_not_followed_up(one: Callable[..., JobSnapshot | None]) -> None:
    """Its state counts, its details cannot be asked for, and no id is invented."""
    found = one(REF, task("", "CompleteAllSucc"))
    assert found is not None
    assert (found.state, found.ids, found.outputs) == (JobState.SUCCEEDED, {"video_id": "v1"}, ())
    assert found.renditions is None


def test_one_list_answers_all_tasks_of_a_video(drive: Any, alibaba: Account) -> None:
    """Three references, one list, one follow-up for each task that ended, none twice."""
    refs = [REF, by_task("t1"), by_task("t2"), by_task("t9")]
    tasks = listed(task("t1", "CompleteAllFail", EARLY), task("t2", "CompleteAllSucc", LATE))
    requests, answers = drive(look(alibaba, refs), tasks, DETAIL, DETAIL)
    assert [dict(request.query).get("TranscodeTaskId") for request in requests] == [None, "t2", "t1"]
    found = {ref: str(answer.state) for ref, answer in answers.items()}
    assert found == {REF: "succeeded", by_task("t1"): "failed", by_task("t2"): "succeeded"}


# --- answers that are none ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [JobNotFound("InvalidVideo.NotFound"), RequestRejected("InvalidParameter")])
def test_a_refused_video_is_every_references_answer(drive: Any, alibaba: Account, error: Exception) -> None:
    """It is about this video alone: nothing is raised, so another video's wait in the same look goes on."""
    assert drive(look(alibaba, [REF, by_task("t1")]), error)[1] == {REF: error, by_task("t1"): error}


@pytest.mark.parametrize("tasks", [{}, {"TranscodeTaskList": None}, {"TranscodeTaskList": []}])
def test_an_error_with_the_status_of_a_success_is_not_no_task(drive: Any, alibaba: Account, tasks: Any) -> None:
    """A throttle with status 200 must not use up the grace of a job that is there."""
    with pytest.raises(Throttled):
        drive(look(alibaba, [REF]), {"Code": "Throttling.User", "RequestId": "r1"} | tasks)
    _, answers = drive(look(alibaba, [REF]), {"Code": "InvalidVideo.NotFound", "Message": "no"} | tasks)
    assert (type(answers[REF]), answers[REF].code) == (JobNotFound, "InvalidVideo.NotFound")


def test_an_error_on_a_later_page_is_not_its_end(drive: Any, alibaba: Account) -> None:
    """The newest task may be on the page that did not come."""
    first = listed(*(task(f"t{n}", "CompleteAllSucc") for n in range(50)))
    with pytest.raises(Throttled):
        drive(look(alibaba, [REF]), first, {"Code": "Throttling.User", "RequestId": "r1"})


def test_an_answer_of_another_server_is_unreadable(drive: Any, alibaba: Account) -> None:
    """JSON without any field of the page says nothing about a task."""
    with pytest.raises(UnreadableResponse):
        drive(look(alibaba, [REF]), {"status": "down for maintenance"})


# --- the ids ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", ["auto", "AUTO", "Manually", "Auto,Manual", "0"])
def test_a_trigger_that_the_page_does_not_have_is_refused(trigger: str) -> None:
    """It would wait for a task that cannot be; the message lists the two."""
    with pytest.raises(ParameterError) as caught:
        by(trigger=trigger)
    assert str(caught.value) == f"alibaba.vod.transcode: trigger must be one of Auto, Manual, not {trigger!r}"


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"trigger": "Auto"}, "trigger"),
        ({"template_group_id": "g1"}, "template_group_id"),
        ({"trigger": "Auto", "template_group_id": "g1"}, "template_group_id and trigger"),
    ],
)
def test_a_task_that_is_named_is_not_chosen(more: dict[str, str], named: str) -> None:
    """The id says it all; what else is given could only contradict it."""
    with pytest.raises(ParameterError) as caught:
        by(transcode_task_id="t1", **more)
    assert str(caught.value) == f"alibaba.vod.transcode: transcode_task_id names one task: leave out {named}"


@pytest.mark.parametrize("name", ["start_time", "end_time", "created_after"])
def test_times_are_no_ids(name: str) -> None:
    """From when on a run counts is for the wait to decide, not for the reference."""
    with pytest.raises(ParameterError) as caught:
        by(**{name: EARLY})
    assert str(caught.value) == (
        f"alibaba.vod.transcode: there is no id {name!r} "
        "(required: video_id; optional: transcode_task_id, template_group_id, trigger)"
    )


def test_selectors_are_part_of_the_reference() -> None:
    """In the kind's order, however they were given; all references of a video share a call."""
    ref = by(trigger="Manual", template_group_id="g1")
    assert ref.ids == (("video_id", "v1"), ("template_group_id", "g1"), ("trigger", "Manual"))
    other = VOD_TRANSCODE.ref({"video_id": "v2", "trigger": "Manual"})
    assert list(VOD_TRANSCODE.batches([ref, REF, other, by_task("t1")])) == [[ref, REF, by_task("t1")], [other]]
