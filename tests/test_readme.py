"""The README says what the code says."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from inspect import signature
from pathlib import Path
from textwrap import dedent

import pytest

from airflow_provider_mediajobs import sensors
from airflow_provider_mediajobs.cli import doctor, status
from airflow_provider_mediajobs.cli.jobs import parse
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.kind import JobKind
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import _EDGES
from airflow_provider_mediajobs.vendors import KINDS, VENDORS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()

SENSORS = {
    "alibaba.live.editing": "AlibabaLiveEditingSensor",
    "alibaba.ice.live_editing": "AlibabaIceLiveEditingSensor",
    "alibaba.vod.transcode": "AlibabaVodTranscodeSensor",
    "huawei.vod.editing": "HuaweiVodEditingSensor",
    "huawei.mpc.editing": "HuaweiMpcEditingSensor",
}

# A DAG as a user might have one, around the README's own task.
MY_DAG = """
from airflow.sdk import DAG, task

from airflow_provider_mediajobs.sensors.huawei import HuaweiMpcEditingSensor
from own_task import cut_again

PLACE = {"bucket": "b", "location": "cn-north-4", "object": "o"}
CLIP = {"inputs": [{"input": PLACE}], "output": PLACE, "editing_type": 1}

with DAG("my_dag") as my_dag:

    @task
    def publish(waited, looked):
        assert waited["outputs"] == looked["outputs"] != []

    gate = HuaweiMpcEditingSensor(task_id="gate", job_id="30647")
    publish(gate.output, cut_again("30647", CLIP))
"""


def _table(marker: str) -> list[list[str]]:
    """The cells of the table after a marker, without its head."""
    text = README.partition(f"<!-- {marker} -->")[2].strip().partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def _block(marker: str) -> str:
    """The code after a marker."""
    text = README.partition(f"<!-- {marker} -->")[2]
    return text.partition("```")[2].partition("\n")[2].partition("```")[0]


def _kind_row(kind: JobKind) -> list[str]:
    ids = ", ".join(f"`{name}`" for name in kind.ids)
    if kind.optional:
        ids += ", optional " + ", ".join(f"`{name}`" for name in kind.optional)
    return [
        f"`{kind.name}`",
        f"`{SENSORS[kind.name]}`",
        ids,
        f"{kind.quota.calls:g} calls per {kind.quota.seconds:g} s",
    ]


def test_kinds() -> None:
    """The table of kinds is the register."""
    assert [[*row[:3], row[4]] for row in _table("kinds")] == [_kind_row(kind) for kind in KINDS.values()]
    assert {getattr(sensors, name).__name__ for name in SENSORS.values()} == set(SENSORS.values())


def test_links() -> None:
    """Each kind links the page its facts come from."""
    links = dict(re.findall(r"^\[(\w+)\]: (\S+)$", README, re.MULTILINE))

    assert [links[row[3].rpartition("[")[2].rstrip("]")] for row in _table("kinds")] == [
        kind.page for kind in KINDS.values()
    ]


def test_states() -> None:
    """The table of states is the register's, word for word."""
    columns = (
        JobState.PENDING,
        JobState.RUNNING,
        JobState.SUCCEEDED,
        JobState.PARTIAL,
        JobState.FAILED,
        JobState.CANCELLED,
    )

    expected = [
        [
            f"`{kind.name}`",
            *(", ".join(word for word, state in kind.states.items() if state is column) for column in columns),
        ]
        for kind in KINDS.values()
    ]

    assert _table("states") == expected


def test_ways() -> None:
    """The table of ways to come by credentials is the register."""
    expected = []
    for vendor in VENDORS:
        for way in vendor.ways:
            fields = [
                ", ".join(f"`{parameter.name}`" for parameter in way.parameters if parameter.required is required)
                for required in (True, False)
            ]
            expected.append([f"`{way.name}`", vendor.title, way.keys, *fields])

    assert _table("ways") == expected


@pytest.mark.parametrize("name", ["example_dags/example_publish_gate.py", "example_dags/example_taskflow.py"])
def test_examples(name: str) -> None:
    """The DAGs in the README are those that another test runs."""
    text = (ROOT / name).read_text()
    region = re.search(r"# \[START howto_\w+\]\n(.*?)# \[END howto_\w+\]", text, re.DOTALL)

    assert name in re.findall(r"<!-- example: (\S+) -->", README)
    assert region is not None
    assert _block(f"example: {name}").strip() == dedent(region[1].rstrip()).strip()


def test_arguments() -> None:
    """Every argument of the sensors is told of, in a table or beside one."""
    own = {
        name for name in signature(MediaJobSensor.__init__).parameters if name not in {"self", "kind", "ids", "kwargs"}
    }

    assert [name for name in sorted(own) if f"`{name}`" not in README and f"`{name}=" not in README] == []


def test_permissions() -> None:
    """Those that looks need are listed, those that cancel, and those that save calls."""
    section = README.partition("The permissions the sensors need")[2].partition("\n\n")[0]
    actions = [
        action for kind in KINDS.values() for action in (*kind.actions, *kind.cancel_actions, *kind.probe_actions)
    ]

    assert [action for action in actions if f"`{action}`" not in section] == []


def test_commands() -> None:
    """Those that are shown are understood."""
    parser = argparse.ArgumentParser(prog="mediajobs")
    subparsers = parser.add_subparsers(dest="command")
    for module in (status, doctor):
        module.add_to(subparsers)
    lines = [shlex.split(line, comments=True) for line in _block("commands").splitlines()]

    assert [parser.parse_args(line[1:]).command for line in lines] == ["doctor", "doctor", "status", "status"]
    jobs = [given for given in map(parser.parse_args, (line[1:] for line in lines)) if given.command == "status"]
    named = [KINDS[given.kind].ref(parse(KINDS[given.kind], text)) for given in jobs for text in given.ids]
    assert [ref.kind for ref in named] == ["huawei.mpc.editing", "huawei.mpc.editing", "alibaba.live.editing"]


@pytest.mark.parametrize("marker", ["demo-command", "test-command"])
def test_commands_are_one_line(marker: str) -> None:
    """Each is copied in one go, installs from the constraints and keeps to the checkout."""
    (line,) = _block(marker).splitlines()

    assert line.startswith("python3 -m venv .venv && .venv/bin/pip install --constraint constraints.txt --editable ")


def test_errors() -> None:
    """Every exception a task can fail with is in the table of what to do."""
    section = README.partition("## When a gate does not open")[2].partition("\n## ")[0]

    assert [edge.__name__ for edge in _EDGES.values() if f"`{edge.__name__}`" not in section] == []


def test_what_users_copy(tmp_path: Path) -> None:
    """The task and the tests run as they stand, in a pytest of their own; the user's Airflow is left alone."""
    conftest, tests = _block("own-tests").split("# test_my_dag.py\n")
    files = {"own_task": _block("own-task"), "my_dag": MY_DAG, "conftest": conftest, "test_my_dag": tests}
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_my_dag.py"],
        cwd=tmp_path,
        env=environment | {"AIRFLOW_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout
    assert not (home / "airflow.db").exists()
