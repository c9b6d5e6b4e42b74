# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that every example DAG is parsed and runs, against the emulator behind a socket.

Covers every module.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs import operators
from airflow_provider_mediajobs.cli.demo_result import GATES
from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.vendors import VENDORS

from .conftest import dags_of
from .kinds import FACTS, Facts

EXAMPLES = Path(__file__).parents[1] / "example_dags"

pytestmark = pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself


@dataclass(frozen=True)
class Run:
    """A kind's example, and its facts."""

    facts: Facts

    @property
    def dag_id(self) -> str:
        return f"example_{self.facts.name.replace('.', '_')}"

    @property
    def conf(self) -> dict[str, str]:
        return dict(self.facts.example.params or self.facts.example.ids)


RUNS = tuple(map(Run, FACTS.values()))
each_kind = pytest.mark.parametrize("run_of", RUNS, ids=lambda run_of: run_of.facts.name)


@pytest.fixture
def world(mediajobs_emulator: EmulatorServer) -> World:
    """Behind a socket; both default connections lead to it."""
    return mediajobs_emulator.world


def states(run: Any) -> dict[str, str]:
    return {instance.task_id: str(instance.state) for instance in run.get_task_instances()}


def test_there_is_an_example_of_every_kind() -> None:
    kinds = [kind.name for vendor in VENDORS for kind in vendor.kinds]
    assert sorted(FACTS) == sorted(kinds)
    files = {path.stem for path in EXAMPLES.glob("*.py")}
    others = {"example_publish_gate", "example_taskflow", "example_media_job_task"}
    assert files == {*(run_of.dag_id for run_of in RUNS), *(of.dag_id for of in SUBMITTED), *others}


@each_kind
def test_publishes_once_the_job_has_succeeded(
    run_of: Run, mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    facts, example = run_of.facts, run_of.facts.example
    script = [(facts.running, 0), (facts.done, 1)]
    job = world.add_job(facts.name, example.ids, script, "looks", example.record)
    dag = dags_of(EXAMPLES / f"{run_of.dag_id}.py")[run_of.dag_id]
    run = mediajobs_airflow(dag, run_conf=run_of.conf)
    assert states(run) == {"wait": "success", "publish": "success"}
    assert job.looks >= 2
    assert example.published in capsys.readouterr().out


@each_kind
def test_publishes_nothing_of_a_job_that_failed(
    run_of: Run, mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.add_job(run_of.facts.name, run_of.facts.example.ids, run_of.facts.failed)
    dag = dags_of(EXAMPLES / f"{run_of.dag_id}.py")[run_of.dag_id]
    run = mediajobs_airflow(dag, run_conf=run_of.conf)
    assert states(run) == {"wait": "failed", "publish": "upstream_failed"}
    assert "\npublish " not in capsys.readouterr().out


def test_the_gate_of_the_readme(mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Submit and wait in one task, publish."""
    world.job_seconds = (0.0, 0.0)
    run = mediajobs_airflow(dags_of(EXAMPLES / "example_publish_gate.py")["example_publish_gate"])
    assert states(run) == {"cut": "success", "publish": "success"}
    assert len(world.jobs) == 1
    assert "publish obs://media/out/goal.mp4" in capsys.readouterr().out


def test_a_function_that_returns_parameters(
    mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.job_seconds = (0.0, 0.0)
    run = mediajobs_airflow(dags_of(EXAMPLES / "example_media_job_task.py")["example_media_job_task"])
    assert states(run) == {"cut": "success", "publish": "success"}
    assert len(world.jobs) == 1
    assert f"publish obs://media/out/{run.run_id}/example_media_job_task.mp4" in capsys.readouterr().out


def test_the_gate_of_the_readme_stays_shut(mediajobs_airflow: Any, world: World) -> None:
    world.add_fault("status", kind="huawei.mpc.editing", word="FAILED")
    run = mediajobs_airflow(dags_of(EXAMPLES / "example_publish_gate.py")["example_publish_gate"])
    assert states(run) == {"cut": "failed", "publish": "upstream_failed"}


def test_the_gate_of_the_readme_is_short() -> None:
    """Imports and all, between the marks that the README's copy is cut out at."""
    text = (EXAMPLES / "example_publish_gate.py").read_text(encoding="utf-8")
    shown = text.partition("[START howto_publish_gate]\n")[2].partition("# [END")[0]
    assert 10 < len([line for line in shown.splitlines() if line.strip()]) <= 18


@pytest.mark.parametrize(
    ("sources", "expected", "printed"),
    [
        (["in/a.mp4", "in/b.mp4"], {"publish": 2}, ["publish obs://media/out/a.mp4", "publish obs://media/out/b.mp4"]),
        (["in/a.mp4", "in/broken.mp4"], {"publish": 1}, ["publish obs://media/out/a.mp4"]),
        (["in/broken.mp4"], {"clean_up": 1}, ["failed ", " FAILED "]),
    ],
    ids=["all", "some", "none"],
)
def test_the_taskflow(
    sources: Any, expected: Any, printed: Any, mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Branches on the state, maps over the jobs, reads the outputs."""
    world.job_seconds = (0.0, 0.0)
    dag = dags_of(EXAMPLES / "example_taskflow.py")["example_taskflow"]
    run = mediajobs_airflow(dag, run_conf={"sources": sources})
    succeeded = [ti.task_id for ti in run.get_task_instances() if str(ti.state) == "success"]
    assert {name: succeeded.count(name) for name in ("publish", "clean_up") if name in succeeded} == expected
    assert succeeded.count("wait") == 1
    output = capsys.readouterr().out
    assert [text for text in printed if text not in output] == []


@dataclass(frozen=True)
class Submitted:
    """An operator's example.

    :param good: what it prints where the job goes well; likewise ``bad`` where it fails.
    :param conf: of a run whose job fails.
    """

    kind: str
    operator: str
    good: str
    bad: str
    conf: Mapping[str, str]

    @property
    def dag_id(self) -> str:
        return f"example_submit_{self.kind.replace('.', '_')}"


SUBMITTED = (
    Submitted(
        "alibaba.live.editing",
        "AlibabaLiveEditShowOperator",
        "publish ",
        "",
        {},
    ),
    Submitted(
        "alibaba.ice.live_editing",
        "AlibabaIceSubmitLiveEditingOperator",
        "publish https://media.oss-cn-shanghai.aliyuncs.com/match.mp4",
        "",
        {"stream": "broken"},
    ),
    Submitted(
        "alibaba.ice.producing",
        "AlibabaIceSubmitProducingOperator",
        "publish https://media.oss-cn-shanghai.aliyuncs.com/out/match.mp4",
        "",
        {"source": "broken"},
    ),
    Submitted(
        "alibaba.ice.transcode",
        "AlibabaIceSubmitTranscodeOperator",
        "publish oss://media/out/match.mp4",
        "",
        {"source": "broken"},
    ),
    Submitted(
        "alibaba.mps.transcode",
        "AlibabaMpsSubmitTranscodeOperator",
        "publish oss://media/out/match.mp4",
        "",
        {"source": "broken"},
    ),
    Submitted(
        "alibaba.vod.transcode",
        "AlibabaVodSubmitTranscodeOperator",
        "publish 2 renditions of video-1",
        "clean up broken CompleteAllFail",
        {"video_id": "broken"},
    ),
    Submitted(
        "huawei.vod.editing",
        "HuaweiVodCreateEditingOperator",
        "publish ",
        "clean up after broken",
        {"asset_id": "broken"},
    ),
    Submitted(
        "huawei.mpc.editing",
        "HuaweiMpcCreateEditingOperator",
        "publish obs://media/out/goal.mp4",
        "clean up FAILED",
        {"source": "in/broken.mp4"},
    ),
    Submitted(
        "huawei.mpc.transcoding",
        "HuaweiMpcCreateTranscodingOperator",
        "publish obs://media/out/match.mp4",
        "",
        {"source": "in/broken.mp4"},
    ),
)
each_operator = pytest.mark.parametrize("of", SUBMITTED, ids=lambda of: of.kind)


def test_there_is_an_example_of_every_operator() -> None:
    assert {of.operator for of in SUBMITTED} == set(operators.__all__) - {"MediaJobOperator"}


@each_operator
def test_submits_waits_and_publishes(
    of: Submitted, mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.job_seconds = (0.0, 0.0)
    run = mediajobs_airflow(dags_of(EXAMPLES / f"{of.dag_id}.py")[of.dag_id])
    ended = states(run)
    assert (ended.pop("publish"), set(ended.values()) <= {"success", "skipped"}) == ("success", True)
    assert [job.kind.name for job in world.jobs] == [of.kind]
    assert of.good in capsys.readouterr().out


@each_operator
def test_publishes_nothing_of_a_job_that_was_submitted_and_failed(
    of: Submitted, mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.job_seconds = (0.0, 0.0)
    if not of.conf:
        world.add_fault("status", kind=of.kind, word="-1")
    run = mediajobs_airflow(dags_of(EXAMPLES / f"{of.dag_id}.py")[of.dag_id], run_conf=dict(of.conf) or None)
    ended = states(run)
    assert ended["publish"] in {"skipped", "upstream_failed"}
    assert ended.get("clean_up", "success") == "success"
    assert len(world.jobs) == 1
    output = capsys.readouterr().out
    assert "\npublish " not in output
    assert of.bad in output


def test_a_partial_success_is_published_as_such(
    mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.add_fault("status", kind="alibaba.vod.transcode", word="CompletePartialSucc")
    run = mediajobs_airflow(
        dags_of(EXAMPLES / "example_submit_alibaba_vod_transcode.py")["example_submit_alibaba_vod_transcode"]
    )
    assert states(run) == {
        "transcode": "success",
        "decide": "success",
        "publish": "skipped",
        "publish_some": "success",
        "clean_up": "skipped",
    }
    assert "publish 1 renditions, without SD" in capsys.readouterr().out


@each_operator
def test_marks_enclose_the_operator(of: Submitted) -> None:
    text = (EXAMPLES / f"{of.dag_id}.py").read_text(encoding="utf-8")
    name = f"howto_operator_{of.dag_id.removeprefix('example_submit_')}"
    shown = text.partition(f"# [START {name}]\n")[2].partition(f"    # [END {name}]")[0]
    (statement,) = ast.parse("if True:\n" + shown).body[0].body  # type: ignore[attr-defined]
    assert statement.value.func.id == of.operator


@each_kind
def test_marks_enclose_the_sensor(run_of: Run) -> None:
    """Documentation cuts the file at them."""
    text = (EXAMPLES / f"{run_of.dag_id}.py").read_text(encoding="utf-8")
    name = f"howto_sensor_{run_of.dag_id.removeprefix('example_')}"
    shown = text.partition(f"# [START {name}]\n")[2].partition(f"    # [END {name}]")[0]
    (statement,) = ast.parse("if True:\n" + shown).body[0].body  # type: ignore[attr-defined]
    assert statement.value.func.id.endswith("Sensor")


def test_the_demos_dag(mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """All gates open, but for those with a broken source or a broken output."""
    world.job_seconds = (0.0, 0.0)
    # By its own name, and first: what Airflow loads under another name is not counted as covered.
    demo = import_module("airflow_provider_mediajobs.cli.demo_dag").demo
    run = mediajobs_airflow(demo)
    gates = [gate for gate in GATES if gate.opens]
    opened = {task: "success" for gate in gates for task in (gate.waiting, gate.publish)}
    states_of = {"make": "failed", "publish": "upstream_failed"}
    shut = {f"{task}_{gate}": state for gate in ("broken", "partial") for task, state in states_of.items()}
    assert states(run) == {"submit_mpc_transcoding": "success", **opened, **shut}
    printed = capsys.readouterr().out
    assert "published obs://demo/out/goal.mp4\n" in printed
    assert "published oss://demo/out/match.mp4\n" in printed
    assert "oss://demo/out/good.mp4" not in printed.partition("published")[2]
    assert "published https://demo.oss-cn-shanghai.aliyuncs.com/highlights.mp4\n" in printed
