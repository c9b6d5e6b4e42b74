# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that a task instance submits one job, try after try, against the emulator.

Covers ``operators.submitting``, ``operators.running``, ``operators.written``.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.operators.errors import MediaJobNotSent, MediaJobToSubmitAgain, MediaJobUnclear
from airflow_provider_mediajobs.operators.parameters import submit_of
from airflow_provider_mediajobs.operators.written import KEY
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobBadParameter,
    MediaJobFailed,
    MediaJobNotAuthenticated,
    MediaJobNotPermitted,
    MediaJobRejected,
    MediaJobTimeout,
)

from .conftest import CREATES, GOOD, Killed

ICE, VOD, LIVE = "alibaba.ice.live_editing", "alibaba.vod.transcode", "alibaba.live.editing"
H_VOD, MPC = "huawei.vod.editing", "huawei.mpc.editing"
TRANSCODING = "huawei.mpc.transcoding"
KINDS = tuple(GOOD)
SHOWN = tuple(name for name in KINDS if submit_of(name).shows_key and name != MPC)  # v2 has no list
BROKEN: dict[str, dict[str, Any]] = {
    ICE: {"OutputMediaConfig": {"MediaURL": "https://b/broken.mp4"}},
    VOD: {"VideoId": "broken"},
}


def creates(of: Any) -> int:
    return len(of.jobs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("deferrable", [False, True])
def test_submits_and_waits(task: Any, kind: str, deferrable: bool) -> None:
    made = task(kind, deferrable=deferrable)

    result = made.attempt()

    assert (result["kind"], result["state"]) == (kind, "succeeded")
    assert creates(made) == 1
    assert made.store[KEY]["ids"].items() >= {}.items()


@pytest.mark.parametrize("kind", KINDS)
def test_ids_as_a_sensor_takes_them(task: Any, kind: str) -> None:
    made = task(kind, wait_for_completion=False)

    ids = made.attempt()

    assert ids == made.store[KEY]["ids"]
    assert all(isinstance(value, str) for value in ids.values())
    assert made.attempt() == ids  # a retry submits nothing
    assert creates(made) == 1


def test_live_waits_for_its_own_edit(task: Any) -> None:
    """An older edit of the episode, which has ended well, is not taken for it."""
    made = task(LIVE)
    made.world.add_job(LIVE, {"caster_id": "c1", "show_id": "e1"}, "3", record={"OutputVodId": "old"})

    result = made.attempt()

    (job,) = made.jobs
    assert result["outputs"][0]["media_id"] == job.record["OutputVodId"] != "old"
    assert job.record["StorageInfo"]["FileName"].startswith("cut-mj")


class TestAnotherEdit:
    """Of the same episode, by somebody else."""

    def test_one_that_goes_on(self, task: Any) -> None:
        made = task(LIVE)
        made.world.add_job(LIVE, {"caster_id": "c1", "show_id": "e1"}, "1", record={"OutputVodId": "theirs"})

        end = made.attempt()

        assert isinstance(end, MediaJobBadParameter)
        assert "theirs" in str(end)
        assert [request.action for request in made.world.requests] == ["GetEditingJobInfo"]
        assert made.store[KEY]["refused"] is True
        made.world.clear_jobs()
        assert made.attempt()["state"] == "succeeded"

    def test_one_that_cannot_be_looked_for_now(self, task: Any) -> None:
        """Nothing has been sent, so nothing is unclear: it is tried again."""
        made = task(LIVE)
        made.world.add_fault("hang", action="GetEditingJobInfo", times=2)

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_a_key_that_may_not_look(self, task: Any) -> None:
        made = task(LIVE)
        made.world.add_fault("deny", action="GetEditingJobInfo")

        assert isinstance(made.attempt(), MediaJobNotPermitted)
        assert creates(made) == 0


class TestCrashes:
    """kill -9 at every step of the first try; the second one finds its way."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_before_the_intent(self, task: Any, kind: str) -> None:
        made = task(kind)
        made.store.kill = (1, "before")

        assert isinstance(made.attempt(), Killed)
        assert (creates(made), made.store) == (0, {})
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("where", ["after the intent", "before the request"])
    def test_before_the_request(self, task: Any, kind: str, where: str) -> None:
        """Nobody knows that it was not sent: the window of doubt ends in a failure that says so, at any try."""
        made = task(kind)
        if where == "after the intent":
            made.store.kill = (1, "after")
        else:
            made.wire.kill = "before"

        assert isinstance(made.attempt(), Killed)
        for _ in range(2):
            end = made.attempt()
            assert isinstance(end, MediaJobUnclear)
            assert "unclear" in str(end)
        assert creates(made) == 0

    @pytest.mark.parametrize("kind", SHOWN)
    @pytest.mark.parametrize("where", ["request taken", "before the id", "after the id"])
    def test_after_the_request_where_the_key_is_shown(self, task: Any, kind: str, where: str) -> None:
        made = task(kind)
        if where == "request taken":
            made.wire.kill = "after"
        else:
            made.store.kill = (2, where.partition(" ")[0])

        assert isinstance(made.attempt(), Killed)
        assert creates(made) == 1
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", [VOD, H_VOD, MPC])
    def test_after_the_request_where_it_is_not(self, task: Any, kind: str) -> None:
        made = task(kind)
        made.wire.kill = "after"

        assert isinstance(made.attempt(), Killed)
        end = made.attempt()
        assert isinstance(end, MediaJobUnclear)
        (job,) = made.jobs
        if kind != MPC:  # which lists nothing of v2's own
            assert list(job.ids.values())[-1] in str(end)
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_after_the_id(self, task: Any, kind: str) -> None:
        made = task(kind)
        made.store.kill = (2, "after")

        assert isinstance(made.attempt(), Killed)
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1


class TestUnclear:
    @pytest.mark.parametrize("fault", ["reset", "hang", "html", "server_error", "truncated", "short_body"])
    def test_a_lost_answer_is_never_sent_again(self, task: Any, fault: str) -> None:
        made = task(ICE)
        made.world.add_fault(fault, action="SubmitLiveEditingJob", times=1)

        end = made.attempt()

        taken = fault in {"truncated", "short_body"}
        assert creates(made) == taken
        assert end["state"] == "succeeded" if taken else isinstance(end, MediaJobUnclear)
        sent = [request for request in made.world.requests if request.action == "SubmitLiveEditingJob"]
        assert len(sent) == 1

    def test_a_nonce_that_was_used(self, task: Any) -> None:
        """The first copy may have been taken."""
        made = task(ICE)
        body = {"Code": "SignatureNonceUsed", "Message": "used", "RequestId": "r"}
        made.world.add_fault("answer", action="SubmitLiveEditingJob", status=400, body=body, times=1)

        end = made.attempt()

        assert isinstance(end, MediaJobUnclear)
        assert "SignatureNonceUsed" in str(end)
        assert "A job that was made goes on, and costs money" in str(end)
        assert "delete 'mediajobs_job' in the task's storage, and clear the task, which submits a new one" in str(end)

    def test_what_is_shown_late(self, task: Any) -> None:
        """The list shows the job after a minute; it is looked for until then."""
        made = task(ICE)
        made.wire.kill = "after"
        made.attempt()
        made.world.add_fault("vanish", action="ListMediaProducingJobs", times=6)

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_what_is_shown_too_late(self, task: Any) -> None:
        made = task(ICE)
        made.wire.kill = "after"
        made.attempt()
        made.world.add_fault("vanish", action="ListMediaProducingJobs")

        assert isinstance(made.attempt(), MediaJobUnclear)
        made.world.clear_faults()
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", [VOD, H_VOD])
    def test_adopt(self, task: Any, kind: str) -> None:
        made = task(kind, on_unclear="adopt")
        made.wire.kill = "after"
        made.attempt()

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    @pytest.mark.parametrize("minutes", [-14, 14])
    @pytest.mark.parametrize("kind", SHOWN)
    def test_by_a_clock_that_the_vendor_takes(self, task: Any, kind: str, minutes: int) -> None:
        """Vendors take requests that are dated fifteen minutes off, and list by their own time."""
        made = task(kind)
        process = made._process

        def misdated(operator: Any) -> dict[str, Any]:
            found: dict[str, Any] = process(operator)
            now = found["now"]
            return found | {"now": lambda: now() + timedelta(minutes=minutes)}

        made._process = misdated
        made.wire.kill = "after"
        made.attempt()

        made.attempt()

        assert made.store[KEY]["ids"]
        assert creates(made) == 1

    def test_adopt_one_of_two(self, task: Any) -> None:
        made = task(H_VOD, on_unclear="adopt")
        made.wire.kill = "after"
        made.attempt()
        made.world.add_job(H_VOD, {"task_id": "a-colleague's"})

        end = made.attempt()

        assert isinstance(end, MediaJobUnclear)
        assert "a-colleague's" in str(end)

    @pytest.mark.parametrize("kind", KINDS)
    def test_resubmit(self, task: Any, kind: str) -> None:
        made = task(kind, on_unclear="resubmit")
        made.store.kill = (1, "after")
        made.attempt()

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_resubmit_once(self, task: Any) -> None:
        made = task(ICE, on_unclear="resubmit")
        made.world.add_fault("reset", action="SubmitLiveEditingJob")

        assert isinstance(made.attempt(), MediaJobUnclear)
        sent = [request for request in made.world.requests if request.action == "SubmitLiveEditingJob"]
        assert len(sent) == 2

    def test_a_list_that_may_not_be_read(self, task: Any) -> None:
        made = task(ICE, on_unclear="resubmit")
        made.wire.kill = "after"
        made.attempt()
        made.world.add_fault("deny", action="ListMediaProducingJobs")

        end = made.attempt()

        assert isinstance(end, MediaJobUnclear)
        assert "could not be looked for" in str(end)
        assert creates(made) == 1

    def test_a_list_that_answers_in_the_end(self, task: Any) -> None:
        made = task(ICE)
        made.wire.kill = "after"
        made.attempt()
        made.world.add_fault("server_error", action="ListMediaProducingJobs", times=3)

        assert made.attempt()["state"] == "succeeded"


class TestRefused:
    def test_a_throttle_is_tried_again(self, task: Any) -> None:
        made = task(ICE)
        made.world.add_fault("throttle", action="SubmitLiveEditingJob", times=4)

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_request_that_is_lost_after_a_throttle(self, task: Any, kind: str) -> None:
        """What the throttle has proved says nothing of the request after it, which was taken."""
        made = task(kind)
        for action in CREATES:
            made.world.add_fault("throttle", action=action, times=1)
        made.wire.kill, made.wire.spared = "after", 1

        assert isinstance(made.attempt(), Killed)
        assert (creates(made), "refused" in made.store[KEY]) == (1, False)
        end = made.attempt()
        assert end["state"] == "succeeded" if kind in SHOWN else isinstance(end, MediaJobUnclear)
        assert creates(made) == 1

    def test_it_is_looked_for_since_it_was_sent(self, task: Any) -> None:
        """Not since the first request, which was throttled long before: the list may show the job late."""
        made = task(ICE)
        made.world.add_fault("throttle", action="SubmitLiveEditingJob", times=9)
        made.world.add_fault("truncated", action="SubmitLiveEditingJob", times=1)
        made.world.add_fault("vanish", action="ListMediaProducingJobs", times=6)

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_a_pause_after_a_throttle_is_no_doubt(self, task: Any) -> None:
        made = task(H_VOD)
        made.world.add_fault("throttle", action="CreateAssetEditTask", times=1)
        made.store.kill = (2, "after")

        assert isinstance(made.attempt(), Killed)
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_until_the_timeout(self, task: Any) -> None:
        made = task(ICE, timeout=60)
        began = made.world.now()
        made.world.add_fault("throttle", action="SubmitLiveEditingJob")

        end = made.attempt()

        assert isinstance(end, MediaJobTimeout)
        assert "no job was made" in str(end)
        assert (made.world.now() - began).total_seconds() <= 60
        made.world.clear_faults()
        assert made.attempt()["state"] == "succeeded"

    @pytest.mark.parametrize(
        ("body", "status", "error"),
        [
            ({"Code": "InvalidAccessKeyId.NotFound", "Message": "m"}, 404, MediaJobNotAuthenticated),
            ({"Code": "NoPermission", "Message": "m"}, 403, MediaJobNotPermitted),
            ({"Code": "InvalidParameter", "Message": "m"}, 400, MediaJobRejected),
        ],
    )
    def test_a_refusal_fails_and_a_clear_begins_anew(self, task: Any, body: Any, status: int, error: Any) -> None:
        made = task(ICE)
        made.world.add_fault("answer", action="SubmitLiveEditingJob", status=status, body=body | {"RequestId": "r"})

        assert isinstance(made.attempt(), error)
        made.world.clear_faults()
        made.clear()
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_bad_parameters_send_nothing(self, task: Any) -> None:
        made = task(ICE)
        made.arguments["parameters"] = {"Clips": "{{ clips }}"}  # nobody has rendered it

        assert isinstance(made.attempt(), MediaJobBadParameter)
        assert made.world.requests == []
        assert made.store == {}

    def test_soft_fail(self, task: Any) -> None:
        made = task(ICE, soft_fail=True)
        made.world.add_fault("deny", action="SubmitLiveEditingJob")

        assert isinstance(made.attempt(), AirflowSkipException)


class TestExpired:
    """Of a connection whose token has expired: it is read anew once, and only another token is tried."""

    NAME = "AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT"

    def task(self, task: Any, monkeypatch: pytest.MonkeyPatch, *tokens: str, **arguments: Any) -> Any:
        """One whose connection has the next token each time that it is read anew."""
        made = task(TRANSCODING, **arguments)
        for token in ("old", *tokens):
            made.world.add_auth_token(token)
        made.world.expire_token("old")
        self.use(monkeypatch, "old")
        coming = iter(tokens)

        class Rotating(HuaweiMediaHook):
            def forget(self) -> None:
                TestExpired.use(monkeypatch, next(coming, "old"))
                super().forget()

        monkeypatch.setattr("airflow_provider_mediajobs.hooks.huawei.HuaweiMediaHook", Rotating)
        return made

    @classmethod
    def use(cls, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
        extra = {"region": "cn-north-4", "project_id": "emulator-project", "auth_token": token}
        monkeypatch.setenv(cls.NAME, json.dumps({"conn_type": "huawei_mediajobs", "extra": extra}))

    def sent(self, made: Any) -> list[tuple[str, int]]:
        return [(request.action, request.status) for request in made.world.requests]

    def test_at_the_create(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The refused request has made nothing, and is sent once more, by the same key."""
        made = self.task(task, monkeypatch, "fresh")

        assert made.attempt()["state"] == "succeeded"
        assert self.sent(made)[:2] == [("CreateTranscodingTask", 401), ("CreateTranscodingTask", 200)]
        assert creates(made) == 1
        assert made.store[KEY]["key"] in made.jobs[0].record["user_data"]

    def test_a_crash_while_it_is_sent_again(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """That request is in doubt, as every first one is."""
        made = self.task(task, monkeypatch, "fresh")
        made.store.kill = (4, "before")  # intent, refusal, intent; the job is there

        assert isinstance(made.attempt(), Killed)
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_no_other_token(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was refused is not sent a second time: five refusals in a row lock a key."""
        made = self.task(task, monkeypatch)

        assert isinstance(made.attempt(), MediaJobNotAuthenticated)
        assert self.sent(made) == [("CreateTranscodingTask", 401)]
        assert made.store[KEY]["refused"] is True

    def test_once_in_a_try(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.task(task, monkeypatch, "old-too", "fresh")
        made.world.expire_token("old-too")

        assert isinstance(made.attempt(), MediaJobNotAuthenticated)
        assert self.sent(made) == [("CreateTranscodingTask", 401)] * 2

    def test_a_connection_that_cannot_be_read(
        self, task: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = self.task(task, monkeypatch)
        monkeypatch.setattr(TestExpired, "use", classmethod(lambda cls, patch, token: patch.setenv(cls.NAME, "{")))

        assert isinstance(made.attempt(), MediaJobNotAuthenticated)
        assert "the connection could not be read anew" in capsys.readouterr().out
        assert self.sent(made) == [("CreateTranscodingTask", 401)]

    def test_while_the_job_is_looked_for(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.task(task, monkeypatch, "fresh")
        self.use(monkeypatch, "fresh")
        made.wire.kill = "after"
        assert isinstance(made.attempt(), Killed)
        self.use(monkeypatch, "old")

        assert made.attempt()["state"] == "succeeded"
        assert self.sent(made)[1:3] == [("ListTranscodingTask", 401), ("ListTranscodingTask", 200)]
        assert creates(made) == 1

    def test_no_other_token_to_look_for_it(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.task(task, monkeypatch)
        made.store.kill = (1, "after")
        assert isinstance(made.attempt(), Killed)

        end = made.attempt()
        assert isinstance(end, MediaJobUnclear)
        assert "could not be looked for" in str(end)
        assert self.sent(made) == [("ListTranscodingTask", 401)]

    def test_at_the_look_of_a_clear(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.task(task, monkeypatch, "fresh")
        self.use(monkeypatch, "fresh")
        made.attempt()
        made.clear()
        self.use(monkeypatch, "old")

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 2


class TestStore:
    def test_nothing_is_sent_that_could_not_be_written_down(self, task: Any) -> None:
        made = task(ICE)
        made.store.read_only = True

        end = made.attempt()

        assert isinstance(end, MediaJobNotSent)
        assert creates(made) == 0

    def test_nothing_is_sent_where_nothing_can_be_read(self, task: Any) -> None:
        made = task(ICE)
        made.store.trouble = RuntimeError("secret")

        end = made.attempt()

        assert isinstance(end, MediaJobNotSent)
        assert "secret" not in str(end)
        assert creates(made) == 0

    def test_an_id_that_cannot_be_written_down(self, task: Any, capsys: pytest.CaptureFixture[str]) -> None:
        """The job is there: it is waited for, and found by its key in the next try."""
        made = task(ICE)
        plain = type(made.store).set

        def once(store: Any, key: str, value: Any) -> None:
            store.read_only = "ids" in value
            plain(store, key, value)

        type(made.store).set = once
        try:
            result = made.attempt()
        finally:
            type(made.store).set = plain
        assert result["state"] == "succeeded"
        assert "a retry will look for it by its key" in capsys.readouterr().out
        made.store.read_only = False
        assert made.attempt()["ids"] == result["ids"]
        assert creates(made) == 1

    def test_another_try_that_has_begun_meanwhile(self, task: Any) -> None:
        """As after a heartbeat that was lost: the old process comes to itself, and must send nothing more."""
        made, late = task(ICE), task(ICE)
        late.store = made.store
        late.world.add_fault("throttle", action="SubmitLiveEditingJob", times=1)
        ended: list[Any] = []
        plain = late.store.set

        def overtaken(key: str, value: Any) -> None:
            plain(key, value)
            if value.get("refused") and not ended:
                ended.append(None)
                ended.append(made.attempt())

        late.store.set = overtaken

        end = late.attempt()

        assert ended[1]["state"] == "succeeded"
        assert isinstance(end, MediaJobNotSent)
        assert "another try" in str(end)
        assert creates(made) == 1
        assert made.store[KEY]["ids"] == ended[1]["ids"]

    def test_a_note_that_may_have_been_written(self, task: Any) -> None:
        """A write that has failed may have been done: neither content is another try's."""
        for done in (True, False):
            made = task(ICE)
            made.world.add_fault("throttle", action="SubmitLiveEditingJob", times=1)
            plain = made.store.set

            def broken(key: str, value: Any, done: bool = done, plain: Any = plain) -> None:
                if done or not value.get("refused"):
                    plain(key, value)
                if value.get("refused"):
                    raise ConnectionError

            made.store.set = broken

            assert made.attempt()["state"] == "succeeded"

    def test_a_job_of_another_kind(self, task: Any) -> None:
        """The author has changed the task; what it has made before is named."""
        made = task("alibaba.mps.transcode")
        ids = made.attempt()["ids"]
        changed = task(ICE)
        changed.store = made.store

        end = changed.attempt()

        assert isinstance(end, MediaJobUnclear)
        assert str(ids) in str(end)
        assert creates(changed) == 0

    def test_what_another_release_wrote(self, task: Any) -> None:
        made = task(ICE)
        made.store[KEY] = {"version": 9, "readable_by": 9}

        end = made.attempt()

        assert isinstance(end, MediaJobUnclear)
        assert KEY in str(end)
        assert creates(made) == 0


class TestRetriesAndClears:
    def test_a_retry_waits_for_the_job_that_runs(self, task: Any) -> None:
        made = task(ICE, timeout=3)

        assert isinstance(made.attempt(), MediaJobTimeout)
        made.arguments["timeout"] = 100
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_a_retry_returns_a_finished_job(self, task: Any) -> None:
        made = task(ICE)
        first = made.attempt()

        assert made.attempt()["ids"] == first["ids"]
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", [ICE, VOD])
    def test_a_retry_after_a_bad_end(self, task: Any, kind: str) -> None:
        made = task(kind)
        made.arguments["parameters"] = GOOD[kind] | BROKEN[kind]

        for _ in range(2):
            assert isinstance(made.attempt(), MediaJobFailed)
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", [ICE, VOD])
    @pytest.mark.parametrize("deferrable", [False, True])
    def test_resubmit_on_failure(self, task: Any, kind: str, deferrable: bool) -> None:
        made = task(kind, resubmit_on_failure=True, deferrable=deferrable)
        made.arguments["parameters"] = GOOD[kind] | BROKEN[kind]

        end = made.attempt()
        assert isinstance(end, MediaJobToSubmitAgain)
        assert isinstance(end.__cause__, MediaJobFailed)
        made.arguments["parameters"] = GOOD[kind]
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 2

    def test_a_clear_waits_for_a_job_that_runs(self, task: Any) -> None:
        made = task(ICE, timeout=3)
        made.attempt()
        made.clear()
        made.arguments["timeout"] = 100

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1
        made.attempt()  # a retry within the clear's generation
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_clear_submits_anew_after_an_end(self, task: Any, kind: str) -> None:
        made = task(kind)
        first = made.attempt()
        made.clear()

        second = made.attempt()

        assert second["state"] == "succeeded"
        if kind == LIVE:  # whose second edit takes the place of the first, under the same ids
            assert first["outputs"] != second["outputs"]
        else:
            assert first["ids"] != second["ids"]
            assert creates(made) == 2

    def test_a_clear_that_cannot_look(self, task: Any) -> None:
        """It submits nothing where the old job may run, and the next try is still a clear."""
        made = task(ICE)
        made.attempt()
        made.clear()
        made.world.add_fault("deny", action="GetLiveEditingJob")

        assert isinstance(made.attempt(), MediaJobNotPermitted)
        assert creates(made) == 1
        made.world.clear_faults()
        made.attempt()
        assert creates(made) == 2


class TestBefore33:
    """Nothing survives a try, but what the vendor shows."""

    def test_a_first_try(self, task: Any) -> None:
        made = task(ICE, keeps=False)

        assert made.attempt()["state"] == "succeeded"
        assert "-3-0" in json.loads(made.jobs[0].record["UserData"])["mediajobs"]

    @pytest.mark.parametrize("kind", [ICE, LIVE])
    def test_a_retry_finds_its_job(self, task: Any, kind: str) -> None:
        made = task(kind, keeps=False)
        made.wire.kill = "after"
        made.attempt()

        assert made.attempt()["state"] == "succeeded"
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    def test_what_is_shown_late_after_a_task_that_ran_late_in_its_run(self, task: Any) -> None:
        """When the request was sent nobody has written down: it is looked for as if that were just now."""
        made = task(ICE, keeps=False)
        made.world.advance(3600)
        made.wire.kill = "after"
        made.attempt()
        made.world.add_fault("vanish", action="ListMediaProducingJobs", times=6)

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", [ICE, LIVE])
    @pytest.mark.parametrize(("name", "adopts"), [("", True), ("test", False)])
    def test_another_installation(
        self, task: Any, kind: str, name: str, adopts: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With the same DAG, run and task ids, on the same account: a name keeps its jobs apart."""
        theirs = task(kind, keeps=False)
        theirs.attempt()
        monkeypatch.setenv("AIRFLOW__MEDIAJOBS__INSTALLATION", name)
        ours = task(kind, keeps=False)
        ours.wire.kill = "before"
        ours.attempt()

        end = ours.attempt()

        assert isinstance(end, dict) is adopts
        assert isinstance(end, MediaJobUnclear) is not adopts
        assert len(ours.jobs) == 1

    def test_a_named_installation_finds_its_own_job(self, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AIRFLOW__MEDIAJOBS__INSTALLATION", "test")
        made = task(ICE, keeps=False)
        made.wire.kill = "after"
        made.attempt()

        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

    @pytest.mark.parametrize("kind", [VOD, H_VOD, MPC])
    def test_a_retry_of_what_shows_no_key_is_unclear(self, task: Any, kind: str) -> None:
        made = task(kind, keeps=False)
        made.attempt()

        assert isinstance(made.attempt(), MediaJobUnclear)
        assert creates(made) == 1

    def test_a_clear(self, task: Any) -> None:
        made = task(ICE, keeps=False, timeout=3)
        made.attempt()
        made.clear()
        made.arguments["timeout"] = 100
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 1

        made.clear()
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 2

    def test_resubmit_on_failure(self, task: Any) -> None:
        made = task(ICE, keeps=False, resubmit_on_failure=True)
        made.arguments["parameters"] = GOOD[ICE] | BROKEN[ICE]
        assert isinstance(made.attempt(), MediaJobToSubmitAgain)
        made.arguments["parameters"] = GOOD[ICE]

        assert made.attempt()["state"] == "succeeded"
        assert made.attempt()["state"] == "succeeded"
        assert creates(made) == 2
