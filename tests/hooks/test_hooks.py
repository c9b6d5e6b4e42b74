# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests queries by hooks: over a socket once for each kind, in memory otherwise.

Covers ``hooks``, ``hooks.media``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import JobNotFound, ParameterError, RequestRejected
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.vendors import vendor_of

from ..kinds import FACTS

KINDS: dict[str, tuple[dict[str, Any], str]] = {name: (dict(facts.job), facts.done) for name, facts in FACTS.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_get_job_over_a_socket(kind: str, mediajobs_emulator: EmulatorServer) -> None:
    """For every kind, with nothing but the default connection."""
    ids, word = KINDS[kind]
    mediajobs_emulator.world.add_job(kind, ids, script=word)

    snapshot = hook_class(vendor_of(kind))(vendor_of(kind).default_conn_id).get_job(kind, **ids)

    assert (snapshot.state, snapshot.raw_state) == (JobState.SUCCEEDED, word)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_job(kind: str, hook: Any) -> None:
    """A job the vendor does not show is JobNotFound for every kind, however the vendor puts it."""
    with pytest.raises(JobNotFound):
        hook(kind).get_job(kind, **KINDS[kind][0])


def test_ten_ids_a_call(hook: Any, mediajobs_world: World) -> None:
    """Twenty-one MPC jobs, one of them asked for twice, cost three calls."""
    for number in range(21):
        mediajobs_world.add_job("huawei.mpc.editing", {"job_id": str(number)}, script="PROCESSING")

    answers = hook("huawei").get_jobs("huawei.mpc.editing", [{"job_id": str(number)} for number in (*range(21), 3)])

    assert {ref["job_id"]: answer.raw_state for ref, answer in answers.items()} == {
        str(n): "PROCESSING" for n in range(21)
    }
    assert len(mediajobs_world.requests) == 3


def test_one_bad_id_in_a_batch(hook: Any, mediajobs_world: World) -> None:
    """The vendor rejects the whole call for one id; the other nine still get their answer."""
    for number in range(10):
        mediajobs_world.add_job("huawei.mpc.editing", {"job_id": str(number)}, script="SUCCEEDED")
    mediajobs_world.add_fault("reject_id", ids={"job_id": "7"})

    answers = hook("huawei").get_jobs("huawei.mpc.editing", [{"job_id": str(number)} for number in range(10)])

    told = {ref["job_id"]: answer for ref, answer in answers.items()}
    assert isinstance(told.pop("7"), RequestRejected)
    assert {answer.state for answer in told.values()} == {JobState.SUCCEEDED}
    assert len(told) == 9


def test_one_call_a_studio(hook: Any, mediajobs_world: World) -> None:
    """Episodes of one studio share a call."""
    for caster, show in (("c1", "a"), ("c1", "b"), ("c2", "a")):
        mediajobs_world.add_job("alibaba.live.editing", {"caster_id": caster, "show_id": show}, script="1")
    refs = [
        {"caster_id": "c1", "show_id": "a"},
        {"caster_id": "c1", "show_id": "b"},
        {"caster_id": "c2", "show_id": "a"},
    ]

    answers = hook("alibaba").get_jobs("alibaba.live.editing", refs)

    assert [answer.raw_state for answer in answers.values()] == ["1", "1", "1"]
    assert len(mediajobs_world.requests) == 2


STORAGE = '{"StorageLocation": "b", "FileName": "cut.mp4"}'


def test_an_edit_is_told_from_the_next_by_its_medium(hook: Any, mediajobs_world: World) -> None:
    """A second edit of an episode has the same ids; by what it makes it is found, and the first one is not."""
    alibaba = hook("alibaba")
    episode = {"CasterId": "c1", "ShowId": "s1", "StartTime": "2.0", "StorageInfo": STORAGE}
    first, second = (json.loads(alibaba.call("live", "EditShowAndReplace", episode)["JobInfo"]) for _ in range(2))
    ids = {"caster_id": "c1", "show_id": "s1"}
    mediajobs_world.advance(30)

    found = alibaba.get_job("alibaba.live.editing", **ids, output_vod_id=second["vodId"])
    with pytest.raises(JobNotFound) as caught:
        alibaba.get_job("alibaba.live.editing", **ids, output_vod_id=first["vodId"])

    assert (found.state, found.outputs[0].media_id) == (JobState.SUCCEEDED, second["vodId"])
    assert (caught.value.code, caught.value.message) == (
        "NoSuchTask",
        (
            f"the episode has no task with output_vod_id={first['vodId']}; it has succeeded (the vendor says '3') "
            f"with output_vod_id={second['vodId']}, file_name=cut.mp4"
        ),
    )


def test_a_task_is_chosen_by_what_started_it(hook: Any, mediajobs_world: World) -> None:
    """A manual task beside the automatic one, newer than it; the renditions come along."""
    alibaba = hook("alibaba")
    mediajobs_world.add_job("alibaba.vod.transcode", {"video_id": "v1"}, script="Processing", age=60)
    alibaba.call("vod", "SubmitTranscodeJobs", {"VideoId": "v1", "TemplateGroupId": "g1"})
    mediajobs_world.advance(30)

    manual = alibaba.get_job("alibaba.vod.transcode", video_id="v1", trigger="Manual", template_group_id="g1")
    automatic = alibaba.get_job("alibaba.vod.transcode", video_id="v1", trigger="Auto")
    newest = alibaba.get_job("alibaba.vod.transcode", video_id="v1")

    assert (manual.state, manual.among) == (JobState.SUCCEEDED, 1)
    assert [(made.definition, made.state, made.uri) for made in manual.renditions or ()] == [
        ("LD", "succeeded", "http://emulator.oss-cn-shanghai.aliyuncs.com/v1/ld.mp4"),
        ("SD", "succeeded", "http://emulator.oss-cn-shanghai.aliyuncs.com/v1/sd.mp4"),
    ]
    assert (automatic.state, automatic.among, automatic.renditions) == (JobState.RUNNING, 1, None)
    assert (newest.ids, newest.among) == (manual.ids, 2)


def test_absent_jobs_have_an_answer(hook: Any, mediajobs_world: World) -> None:
    """Nothing asked for is left without an answer."""
    mediajobs_world.add_job("huawei.vod.editing", {"task_id": "1"}, script="WAITING")

    answers = hook("huawei").get_jobs("huawei.vod.editing", [{"task_id": "1"}, {"task_id": "2"}])

    assert [type(answer).__name__ for answer in answers.values()] == ["JobSnapshot", "JobNotFound"]


def test_no_jobs_no_call(hook: Any, mediajobs_world: World) -> None:
    """Nothing asked, nothing sent."""
    assert hook("huawei").get_jobs("huawei.mpc.editing", []) == {}
    assert mediajobs_world.requests == []


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        ("huawei.mpc.edit", {"job_id": "1"}, "kind 'huawei.mpc.edit' is unknown; valid kinds: alibaba.live.editing"),
        ("alibaba.ice.live_editing", {"job_id": "1"}, "is not of this hook's vendor; valid kinds: huawei.vod.editing"),
        ("huawei.mpc.editing", {}, "huawei.mpc.editing: job_id is missing (required: job_id)"),
        ("huawei.mpc.editing", {"task_id": "1", "job_id": "1"}, "there is no id 'task_id' (required: job_id)"),
        ("huawei.mpc.editing", {"job_id": 30647}, "huawei.mpc.editing: job_id must be one id as text, not int (30647)"),
    ],
)
def test_bad_input_is_told_before_anything_is_sent(
    kind: str, ids: dict[str, Any], message: str, hook: Any, mediajobs_world: World
) -> None:
    """A wrong kind or id names itself, and no call is made."""
    with pytest.raises(ParameterError) as caught:
        hook("huawei").get_job(kind, **ids)

    assert message in str(caught.value)
    assert mediajobs_world.requests == []
