# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The documentation says what the code says: its tables are made from the register, its examples run.

Covers every module.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from inspect import signature
from pathlib import Path
from types import ModuleType

import pytest

from airflow_provider_mediajobs import __version__
from airflow_provider_mediajobs.cli import doctor, status
from airflow_provider_mediajobs.cli.jobs import parse
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.kind import JobKind
from airflow_provider_mediajobs.emulator import What, World
from airflow_provider_mediajobs.operators import MediaJobOperator
from airflow_provider_mediajobs.operators import errors as operator_errors
from airflow_provider_mediajobs.provider_info import extra_names
from airflow_provider_mediajobs.sensors import MediaJobSensor, errors
from airflow_provider_mediajobs.sensors.errors import _EDGES
from airflow_provider_mediajobs.vendors import KINDS, VENDORS

from .benchmarks.page import FIGURES, PAGE, TABLES, renewed
from .benchmarks.polling import FULL

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)

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


def _text(page: str) -> str:
    return (DOCS / page).read_text()


def _block(page: str, marker: str) -> str:
    """The code after a marker."""
    text = _text(page).partition(f"<!-- {marker} -->")[2]
    return text.partition("```")[2].partition("\n")[2].partition("```")[0]


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    """What makes the tables, as the build loads it; without Sphinx."""
    spec = importlib.util.spec_from_file_location("register_tables", DOCS / "_ext" / "register_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cells(table: str) -> list[list[str]]:
    """Of a table, without its head."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def test_kinds(tables: ModuleType) -> None:
    """One row a kind, written out for one."""
    rows = _cells(tables.made("kinds"))

    assert [row[0] for row in rows] == [f"`{name}`" for name in KINDS]
    assert rows[list(KINDS).index("huawei.vod.editing")] == [
        "`huawei.vod.editing`",
        "[`HuaweiVodEditingSensor`](/sensors/huawei_vod_editing.md)",
        "`task_id`",
        "[Huawei VOD editing task](https://support.huaweicloud.com/intl/en-us/api-vod/ListAssetEditTask.html)",
        "100 calls per 60 s",
    ]


def test_states(tables: ModuleType) -> None:
    """Every word of the register is in the column of its state, and nothing else is."""
    columns = ("pending", "running", "succeeded", "partial", "failed", "cancelled")
    expected = [
        [
            f"`{kind.name}`",
            *(", ".join(f"`{word}`" for word, state in kind.states.items() if state == column) for column in columns),
        ]
        for kind in KINDS.values()
    ]

    assert _cells(tables.made("states")) == expected
    assert set(columns) == {str(state) for state in JobState} - {"unknown"}


def test_renditions(tables: ModuleType) -> None:
    """Of the kinds whose renditions have words; written out for one."""
    rows = _cells(tables.made("renditions"))

    assert [row[0] for row in rows] == [f"`{name}`" for name, kind in KINDS.items() if kind.renditions]
    assert ["`alibaba.vod.transcode`", "", "`Transcoding`", "`TranscodeSuccess`", "", "`TranscodeFail`", ""] in rows


def test_quotas(tables: ModuleType) -> None:
    """One row a bucket of a vendor: two vendors have one of the same name."""
    rows = [row[:3] for row in _cells(tables.made("quotas"))]

    assert ["`vod`", "Alibaba Cloud", "15 calls per 1 s"] in rows
    assert ["`vod`", "Huawei Cloud", "100 calls per 60 s"] in rows
    buckets = {(kind.name.partition(".")[0], quota.name) for kind in KINDS.values() for quota in kind.quotas}
    assert len(rows) == len(buckets)


def test_quotas_tell_of_each_call(tables: ModuleType) -> None:
    """Which calls of which kinds come out of a bucket; and so does the page of a kind."""
    rows = {tuple(row[:2]): row[4] for row in _cells(tables.made("quotas"))}

    assert rows["`vod-query`", "Huawei Cloud"] == "details, probe: `huawei.vod.transcode`"
    assert rows["`vod`", "Huawei Cloud"] == (
        "query, list, create, find, cancel: `huawei.vod.editing`; query, cancel: `huawei.vod.transcode`"
    )
    assert rows["`live-submit`", "Alibaba Cloud"] == "create: `alibaba.live.editing`"
    facts = tables.made("facts alibaba.vod.transcode")
    assert "| Quota of query, probe, find | 15 calls per 1 s, bucket `vod` (" in facts
    assert "| Quota of details | 15 calls per 1 s, bucket `vod-details` (" in facts
    assert "| Quota of create | 30 calls per 1 s, bucket `vod-submit` (" in facts


def _of_operators(kind: JobKind) -> tuple[str, ...]:
    found = kind.submit
    return () if found is None else (*found.actions, *(one.action for one in found.find_permissions))


def test_permissions(tables: ModuleType) -> None:
    """Those that looks need are listed, those that cancel, those that save calls, and those of operators alone."""
    rows = _cells(tables.made("permissions"))
    actions = [
        action
        for kind in KINDS.values()
        for action in (*kind.actions, *kind.probe_actions, *kind.cancel_actions, *_of_operators(kind))
    ]

    assert [row[0] for row in rows] == [f"`{action}`" for action in actions]
    assert ["`mpc:editingTask:delete`", "`huawei.mpc.editing`", "for `cancel_then_fail` and `hook.cancel_job`"] in rows


def test_credentials(tables: ModuleType) -> None:
    """Every way to come by credentials, with the fields that it needs and those it takes."""
    rows = _cells(tables.made("credentials"))

    assert [row[:2] for row in rows] == [
        [f"`{method.name}`", vendor.title] for vendor in VENDORS for method in vendor.auth_methods
    ]
    assert rows[[row[0] for row in rows].index("`agency`")][3:] == [
        "access key id and its secret",
        "`agency_name`, `domain_name`",
        "`duration_seconds`",
    ]


@pytest.mark.parametrize("name", KINDS)
def test_facts(tables: ModuleType, name: str) -> None:
    """Each kind's page has its words, permissions and ids."""
    kind, text = KINDS[name], tables.made(f"facts {name}")

    named = [*kind.all_ids, *kind.states, *kind.actions, *kind.probe_actions, *kind.cancel_actions]
    assert [one for one in named if f"`{one}`" not in text] == []
    assert kind.page in text
    assert f"{kind.quota.calls:g} calls per {kind.quota.seconds:g} s" in text


def test_an_unknown_table_is_told(tables: ModuleType) -> None:
    with pytest.raises(ValueError, match="there is no table 'stats'; there are kinds, states, "):
        tables.made("stats")


def test_tables_that_pages_ask_for(tables: ModuleType) -> None:
    """Each is asked for somewhere, and can be made."""
    requested = {
        text for page in PAGES for text in re.findall(r"^```\{register\} (.+)$", page.read_text(), re.MULTILINE)
    }

    assert [text for text in sorted(requested) if not tables.made(text)] == []
    assert {text.partition(" ")[0] for text in requested} == set(tables.TABLES)


def test_a_page_a_sensor(tables: ModuleType) -> None:
    """With the example that another test runs, and the kind's facts."""
    for kind in KINDS.values():
        name = kind.name.replace(".", "_")
        page = _text(f"sensors/{name}.md")

        assert f"```{{register}} facts {kind.name}\n" in page
        assert f"```{{literalinclude}} ../../example_dags/example_{name}.py\n" in page
        assert f'"[START howto_sensor_{name}]"' in page
        assert f"\n{name}\n" in _text("sensors/index.md")
    assert set(tables.named_sensors()) == set(KINDS)


def test_a_page_an_operator(tables: ModuleType) -> None:
    """With the example that another test runs, and what the kind declares."""
    submitted = {name: kind.submit for name, kind in KINDS.items() if kind.submit is not None}
    assert set(tables.named_operators()) == set(submitted)
    for kind, submit in submitted.items():
        name = kind.replace(".", "_")
        page, facts = _text(f"operators/{name}.md"), tables.made(f"submission {kind}")

        assert f"```{{register}} submission {kind}\n" in page
        assert f"```{{literalinclude}} ../../example_dags/example_submit_{name}.py\n" in page
        assert f'"[START howto_operator_{name}]"' in page
        assert f"\n{name}\n" in _text("operators/index.md")
        named = [*submit.parameters, *submit.parameters.values(), *submit.actions, *submit.find_actions]
        assert [one for one in named if f"`{one}`" not in facts] == []
        assert submit.page in facts


def test_submissions(tables: ModuleType) -> None:
    """One row a kind that is submitted, written out for two."""
    rows = {row[0]: row[2:] for row in _cells(tables.made("submissions"))}

    assert list(rows) == [f"`{name}`" for name, kind in KINDS.items() if kind.submit is not None]
    assert rows["`alibaba.vod.transcode`"] == [
        "`SessionId`",
        "makes one job",
        "never for sure",
        "which task it is: the message names those of the video and template group since the request",
        "never",
    ]
    assert rows["`huawei.vod.editing`"] == [
        "nothing",
        "makes two jobs",
        "never for sure",
        "which task it is, if one was made: the message names all tasks of the project since the request",
        "while it is queued",
    ]


def test_marks_of_examples() -> None:
    """What pages cut examples at is in the files."""
    for page in PAGES:
        for block in re.findall(r"```\{literalinclude\} (.*?)```", page.read_text(), re.DOTALL):
            text = (page.parent / block.splitlines()[0]).read_text()
            assert [mark for mark in re.findall(r'"(\[.*?\])"', block) if mark not in text] == []
            assert not block.splitlines()[0].endswith(".py") or "\n:start-" in block  # below the licence header


def test_classes_name_the_vendors_page(tables: ModuleType) -> None:
    """Whoever reads the docstring of a named sensor or operator finds where the vendor describes it."""
    pages = {one: KINDS[name].page for name, one in tables.named_sensors().items()}
    for name, one in tables.named_operators().items():
        submit = KINDS[name].submit
        assert submit is not None
        pages[one] = submit.page

    assert [one.__name__ for one, page in pages.items() if page not in (one.__doc__ or "")] == []


def test_arguments() -> None:
    """Every argument of sensors and operators is told of."""
    own = {
        name
        for of in (MediaJobSensor, MediaJobOperator)
        for name in signature(of.__init__).parameters
        if name not in {"self", "kind", "ids", "kwargs"}
    }
    text = "".join(page.read_text() for page in PAGES if page.parent.name != "api")

    assert [name for name in sorted(own) if f"`{name}`" not in text] == []


def test_fields_of_connections(tables: ModuleType) -> None:
    """Every name in extra that is read is told of."""
    text = _text("connections.md") + tables.made("credential_fields")
    names = {name for vendor in VENDORS for name in extra_names(vendor)}

    assert [name for name in sorted(names) if f"| `{name}` |" not in text] == []


def test_commands() -> None:
    """Those that are shown are understood."""
    parser = argparse.ArgumentParser(prog="mediajobs")
    subparsers = parser.add_subparsers(dest="command")
    for module in (status, doctor):
        module.add_to(subparsers)
    lines = [shlex.split(line, comments=True) for line in _block("commands.md", "commands").splitlines()]

    assert [parser.parse_args(line[1:]).command for line in lines] == ["doctor"] * 3 + ["status"] * 2
    jobs = [given for given in map(parser.parse_args, (line[1:] for line in lines)) if given.command == "status"]
    named = [KINDS[given.kind].ref(parse(KINDS[given.kind], text)) for given in jobs for text in given.ids]
    assert [ref.kind for ref in named] == ["huawei.mpc.editing", "huawei.mpc.editing", "alibaba.live.editing"]


def test_errors() -> None:
    """Every exception a task can fail with is in the table of what to do."""
    told = _text("troubleshooting.md").partition("<!-- errors -->")[2].partition("\n\n")[0]
    own = vars(operator_errors).values()
    of_operators = [one for one in own if getattr(one, "__module__", "") == operator_errors.__name__]
    of_sensors = [errors.MediaJobTimeout, errors.MediaJobWaitBroken, errors.MediaJobIdsChanged]
    edges = [*_EDGES.values(), *of_sensors, *of_operators]
    assert len(of_operators) == 3

    assert [edge.__name__ for edge in edges if f"`{edge.__name__}`" not in told] == []


@pytest.mark.parametrize(
    ("page", "marker"), [("testing.md", "scripts"), ("emulator.md", "faults"), ("emulator.md", "identity")]
)
def test_calls_of_the_emulator_run(page: str, marker: str) -> None:
    """As they stand."""
    found: dict[str, World] = {}
    exec(_block(page, marker), found)

    assert isinstance(found["world"], World)


def test_every_fault_is_shown() -> None:
    shown = re.findall(r'add_fault\("(\w+)"', _block("emulator.md", "faults"))

    assert sorted(shown) == sorted(What)


def test_changelog() -> None:
    """The documentation shows the one there is, and that has this version, or what will be the next."""
    text = (ROOT / "CHANGELOG.md").read_text()
    entry = "Unreleased" if ".dev" in __version__ else __version__

    assert "{include} ../CHANGELOG.md" in _text("changelog.md")
    assert re.search(rf"^## \[?{re.escape(entry)}\b", text, re.MULTILINE)


def test_what_users_copy(tmp_path: Path) -> None:
    """The task and the tests run as they stand, in a pytest of their own; the user's Airflow is left alone."""
    conftest, tests = _block("testing.md", "own-tests").split("# test_my_dag.py\n")
    files = {"own_task": _block("hooks.md", "own-task"), "my_dag": MY_DAG, "conftest": conftest, "test_my_dag": tests}
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


def test_the_page_about_benchmarks_shows_the_figures() -> None:
    """Every table, each once; ``python -m tests.benchmarks.page`` renews them."""
    text = PAGE.read_text()
    assert renewed(text, json.loads(FIGURES.read_text())) == text
    assert [text.count(f"<!-- figures: {name} -->\n\n|") for name in TABLES] == [1] * len(TABLES)


def test_every_workload_has_been_measured() -> None:
    figures = json.loads(FIGURES.read_text())
    assert {scenario.name: scenario.title for scenario in FULL} == figures["titles"]
    assert set(figures["polling_details"]) == set(figures["titles"])


def test_a_table_is_made_anew_in_its_place() -> None:
    text = "before\n\n<!-- figures: parts -->\n\n| old |\n| --- |\n| x |\n\nafter\n"
    figures = {"cpu_per_look_parts": {"signing": 0.25, "the rest": 0.75}}
    table = "| part | share |\n| --- | --- |\n| signing | 25% |\n| the rest | 75% |\n"
    assert renewed(text, figures) == f"before\n\n<!-- figures: parts -->\n\n{table}\nafter\n"
    with pytest.raises(KeyError):
        renewed(text.replace("parts", "others"), figures)
