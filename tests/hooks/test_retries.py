# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests what a hook retries, when, and what it does not.

Covers ``hooks.media``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import AuthError, ServerFault, Throttled, TransportError, UnreadableResponse
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState
from airflow_provider_mediajobs.emulator.world import World


def test_blips_are_retried(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """A throttle, a fault, a reset and a proxy's page in a row only cost time; pauses grow."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    for fault in ("throttle", "server_error", "reset", "html"):
        mediajobs_world.add_fault(fault, times=1)
    alibaba = hook("alibaba")

    snapshot = alibaba.get_job("alibaba.ice.live_editing", job_id="j1")

    assert snapshot.state is JobState.SUCCEEDED
    assert pauses == [0.5, 1.0, 2.0, 4.0]
    assert (alibaba.report.calls, alibaba.report.throttled, alibaba.report.retried) == (5, 1, 3)


def test_every_attempt_is_signed_anew(hook: Any, mediajobs_world: World) -> None:
    """The vendor refuses a nonce it has seen, so an answer after two failures proves three nonces."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    mediajobs_world.add_fault("server_error", times=2)
    nonces = iter(["n1", "n2", "n3"])

    hook("alibaba", nonce=lambda: next(nonces)).get_job("alibaba.ice.live_editing", job_id="j1")

    assert next(nonces, None) is None


def test_a_repeated_nonce_is_refused_then_retried(hook: Any, mediajobs_world: World) -> None:
    """SignatureNonceUsed passes with the next attempt's nonce."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    nonces = iter(["n1", "n1", "n2"])
    alibaba = hook("alibaba", nonce=lambda: next(nonces))

    alibaba.get_job("alibaba.ice.live_editing", job_id="j1")
    alibaba.get_job("alibaba.ice.live_editing", job_id="j1")

    assert [request.code for request in mediajobs_world.requests] == [None, "SignatureNonceUsed", None]


def test_a_record_that_cannot_be_read_spoils_no_other(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """It is its own job's answer, at once; who asks for it alone tries again, since it may pass."""
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "1"}, "SUCCEEDED")
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "2"}, "SUCCEEDED", record={"status": ["SUCCEEDED"]})
    huawei = hook("huawei")

    answers = huawei.get_jobs("huawei.mpc.editing", [{"job_id": "1"}, {"job_id": "2"}])

    good, broken = answers.values()
    assert isinstance(good, JobSnapshot)
    assert (good.state, type(broken)) == (JobState.SUCCEEDED, UnreadableResponse)
    assert (huawei.report.calls, pauses) == (1, [])
    with pytest.raises(UnreadableResponse):
        huawei.get_job("huawei.mpc.editing", job_id="2", timeout=1.0)
    assert pauses == [0.5]


def test_only_what_is_missing_is_asked_again(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """Of three batches the second is throttled twice. The first is not asked again, nor its job that is not there."""
    for number in range(1, 21):
        mediajobs_world.add_job("huawei.mpc.editing", {"job_id": str(number)}, script="PROCESSING")
    mediajobs_world.add_fault("throttle", ids={"job_id": "15"}, times=2)

    answers = hook("huawei").get_jobs("huawei.mpc.editing", [{"job_id": str(number)} for number in range(21)])

    requested = [(len(request.call.ids), request.call.ids[0][1]) for request in mediajobs_world.requests]
    assert requested == [(10, "0"), (10, "10"), (10, "10"), (10, "10"), (1, "20")]
    assert pauses == [0.5, 1.0]
    assert [ref["job_id"] for ref in answers] == [str(number) for number in range(21)]
    assert [type(answer).__name__ for answer in answers.values()] == ["JobNotFound"] + ["JobSnapshot"] * 20


def test_a_look_that_breaks_off_is_continued(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """Tasks of Huawei VOD are asked for singly where the project's list is long: what is known is not asked again."""
    for number in range(1, 500):
        mediajobs_world.add_job("huawei.vod.editing", {"task_id": str(number)}, script="SUCCEED")
    mediajobs_world.add_fault("throttle", ids={"task_id": "202"}, times=1)

    answers = hook("huawei").get_jobs("huawei.vod.editing", [{"task_id": str(number)} for number in (201, 202, 203)])

    requested = [value for request in mediajobs_world.requests for name, value in request.call.ids if name == "task_id"]
    assert requested == ["201", "202", "202", "203"]
    assert pauses == [0.5]
    assert [(ref["task_id"], answer.raw_state) for ref, answer in answers.items()] == [
        ("201", "SUCCEED"),
        ("202", "SUCCEED"),
        ("203", "SUCCEED"),
    ]


def test_a_batch_that_stays_without_answer_is_told(hook: Any, mediajobs_world: World) -> None:
    """Trouble that outlasts the time-out concerns them all."""
    mediajobs_world.add_fault("throttle", ids={"job_id": "15"})

    with pytest.raises(Throttled):
        hook("huawei").get_jobs("huawei.mpc.editing", [{"job_id": str(number)} for number in range(21)], timeout=3)

    assert [request.code for request in mediajobs_world.requests][:2] == [None, "APIGW.0308"]


def test_jitter_spreads_pauses(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """A pause is between half and the whole of itself."""
    mediajobs_world.add_fault("throttle")

    with pytest.raises(Throttled):
        hook("alibaba", jitter=lambda: 0.0).get_job("alibaba.ice.live_editing", job_id="j1", timeout=3)

    assert pauses == [0.25, 0.5, 1.0]


def test_the_vendor_names_the_pause(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """``x-acs-retry-after`` is honoured."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    mediajobs_world.add_fault("throttle", times=1, retry_after=7)

    hook("alibaba").get_job("alibaba.ice.live_editing", job_id="j1")

    assert pauses == [7.0]


def test_a_named_pause_that_takes_too_long(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """What would end after the time-out is not begun."""
    mediajobs_world.add_fault("throttle", times=1, retry_after=31)

    with pytest.raises(Throttled):
        hook("alibaba").get_job("alibaba.ice.live_editing", job_id="j1", timeout=30)

    assert pauses == []


@pytest.mark.parametrize(
    ("fault", "error"), [("throttle", Throttled), ("server_error", ServerFault), ("reset", TransportError)]
)
def test_retries_end_with_the_timeout(fault: str, error: type[Exception], hook: Any, mediajobs_world: World) -> None:
    """Trouble that lasts is told in the end, as what it is."""
    mediajobs_world.add_fault(fault)
    start = mediajobs_world.now()

    with pytest.raises(error):
        hook("huawei").get_job("huawei.vod.editing", task_id="1", timeout=30)

    assert (mediajobs_world.now() - start).total_seconds() <= 30


def test_a_wrong_secret_is_not_retried(mediajobs_world: World, hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One refused signature, one call: five in a row would lock a Huawei key."""
    value = {
        "login": "emulator-access-key",
        "password": "wrong",
        "extra": {"region": "x", "project_id": "emulator-project"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_HUAWEI_MEDIAJOBS_MEMORY", json.dumps(value | {"conn_type": "huawei_mediajobs"}))

    with pytest.raises(AuthError):
        hook("huawei").get_job("huawei.mpc.editing", job_id="1")

    assert len(mediajobs_world.requests) == 1
