"""Every example is parsed and really run, against the emulator over a socket."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.emulator import World
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.vendors import VENDORS

from .conftest import dags_of

EXAMPLES = Path(__file__).parents[1] / "example_dags"

pytestmark = pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself


@dataclass(frozen=True)
class Example:
    """What is asked of the vendor, and what must be published.

    :param script: the vendor's words by looks; the sensor makes one look at each.
    :param failed: the word that must keep the gate shut.
    :param published: what the publish step prints.
    :param record: fields of the vendor's record.
    :param params: of the DAG, where they are called otherwise than the ids.
    """

    kind: str
    ids: Mapping[str, str]
    script: tuple[str, str]
    failed: str
    published: str
    record: Mapping[str, str] | None = None
    params: Mapping[str, str] | None = None

    @property
    def dag_id(self) -> str:
        return f"example_{self.kind.replace('.', '_')}"

    @property
    def conf(self) -> dict[str, str]:
        return dict(self.params or self.ids)


KINDS = (
    Example(
        "alibaba.live.editing",
        {"caster_id": "studio-1", "show_id": "episode-1"},
        ("1", "3"),
        "-1",
        "publish media-1 stored as {'StorageLocation': 'outin-emulator.oss-cn-shanghai.aliyuncs.com', 'FileName': ",
        record={"OutputVodId": "media-1"},
    ),
    Example(
        "alibaba.ice.live_editing",
        {"job_id": "ice-1"},
        ("Processing", "Success"),
        "Failed",
        "publish https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4 finished at 20",
    ),
    Example(
        "alibaba.vod.transcode",
        {"video_id": "video-1", "transcode_task_id": "task-1"},
        ("Partial", "CompleteAllSucc"),
        "CompleteAllFail",
        "publish http://emulator.oss-cn-shanghai.aliyuncs.com/video-1/ld.mp4 640 x 360\n"
        "publish http://emulator.oss-cn-shanghai.aliyuncs.com/video-1/sd.mp4 960 x 540\n",
    ),
    Example(
        "huawei.vod.editing",
        {"task_id": "edit-1"},
        ("PROCESSING", "SUCCEED"),
        "FAILED",
        "publish asset-1\n",
        record={"asset_id": "asset-1"},
        params={"edit_task_id": "edit-1"},
    ),
    Example(
        "huawei.mpc.editing",
        {"job_id": "30647"},
        ("PROCESSING", "SUCCEEDED"),
        "FAILED",
        "publish obs://emulator/out/dir/o.mp4 MP4 12.0 s 1048576 bytes\n",
    ),
)
each_kind = pytest.mark.parametrize("example", KINDS, ids=lambda example: example.kind)


@pytest.fixture
def world(mediajobs_emulator: EmulatorServer) -> World:
    """Behind a socket; both default connections lead to it."""
    return mediajobs_emulator.world


def states(run: Any) -> dict[str, str]:
    return {instance.task_id: str(instance.state) for instance in run.get_task_instances()}


def test_there_is_an_example_of_every_kind() -> None:
    kinds = [kind.name for vendor in VENDORS for kind in vendor.kinds]
    assert sorted(example.kind for example in KINDS) == sorted(kinds)
    files = {path.stem for path in EXAMPLES.glob("*.py")}
    assert files == {*(example.dag_id for example in KINDS), "example_publish_gate", "example_taskflow"}


@each_kind
def test_publishes_once_the_job_has_succeeded(
    example: Example, mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    script = [(example.script[0], 0), (example.script[1], 1)]
    job = world.add_job(example.kind, example.ids, script, "looks", example.record)
    dag = dags_of(EXAMPLES / f"{example.dag_id}.py")[example.dag_id]
    run = mediajobs_airflow(dag, run_conf=example.conf)
    assert states(run) == {"wait": "success", "publish": "success"}
    assert job.looks >= 2
    assert example.published in capsys.readouterr().out


@each_kind
def test_publishes_nothing_of_a_job_that_failed(
    example: Example, mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.add_job(example.kind, example.ids, example.failed)
    dag = dags_of(EXAMPLES / f"{example.dag_id}.py")[example.dag_id]
    run = mediajobs_airflow(dag, run_conf=example.conf)
    assert states(run) == {"wait": "failed", "publish": "upstream_failed"}
    assert "\npublish " not in capsys.readouterr().out


def test_the_gate_of_the_readme(mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Create, wait, publish."""
    world.job_seconds = (0.0, 0.0)
    run = mediajobs_airflow(dags_of(EXAMPLES / "example_publish_gate.py")["example_publish_gate"])
    assert states(run) == {"cut": "success", "gate": "success", "publish": "success"}
    assert "publish obs://media/out/goal.mp4" in capsys.readouterr().out


def test_the_gate_of_the_readme_stays_shut(mediajobs_airflow: Any, world: World) -> None:
    world.add_fault("status", kind="huawei.mpc.editing", word="FAILED")
    run = mediajobs_airflow(dags_of(EXAMPLES / "example_publish_gate.py")["example_publish_gate"])
    assert states(run) == {"cut": "success", "gate": "failed", "publish": "upstream_failed"}


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


@each_kind
def test_marks_enclose_the_sensor(example: Example) -> None:
    """Documentation cuts the file at them."""
    text = (EXAMPLES / f"{example.dag_id}.py").read_text(encoding="utf-8")
    name = f"howto_sensor_{example.dag_id.removeprefix('example_')}"
    shown = text.partition(f"# [START {name}]\n")[2].partition(f"    # [END {name}]")[0]
    (statement,) = ast.parse("if True:\n" + shown).body[0].body  # type: ignore[attr-defined]
    assert statement.value.func.id.endswith("Sensor")


def test_the_demos_dag(mediajobs_airflow: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Five gates open, and the one with the broken source stays shut."""
    world.job_seconds = (0.0, 0.0)
    # By its own name, and first: what Airflow loads under another name is not counted as covered.
    demo = import_module("airflow_provider_mediajobs.cli.demo_dag").demo
    run = mediajobs_airflow(demo)
    gates = ("live", "ice", "transcode", "vod", "mpc")
    opened = {f"{task}_{gate}": "success" for gate in gates for task in ("wait", "publish")}
    shut = {"wait_broken": "failed", "publish_broken": "upstream_failed"}
    assert states(run) == {"create_jobs": "success", **opened, **shut}
    printed = capsys.readouterr().out
    assert "published obs://demo/out/goal.mp4\n" in printed
    assert "published https://demo.oss-cn-shanghai.aliyuncs.com/highlights.mp4\n" in printed
