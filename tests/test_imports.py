# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which modules an import loads: Airflow imports this package in every DAG parse, worker and command.

Covers every module.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

OURS = "airflow_provider_mediajobs"
_PAGES = sorted((Path(__file__).parents[1] / OURS / "vendors").glob("*/api/kinds/[a-z]*.py"))
_SUBMISSIONS = sorted((Path(__file__).parents[1] / OURS / "vendors").glob("*/api/submissions/[a-z]*.py"))

# What discovery needs: the register and what it is made of. No signing, errors, emulation, transport, hook.
DISCOVERY = {
    f"{OURS}",
    f"{OURS}.core",
    f"{OURS}.core.arguments",
    f"{OURS}.core.batches",
    f"{OURS}.core.credentials",
    f"{OURS}.core.declared",
    f"{OURS}.core.errors",
    f"{OURS}.core.exchange",
    f"{OURS}.core.facts",
    f"{OURS}.core.job",
    f"{OURS}.core.kind",
    f"{OURS}.core.output",
    f"{OURS}.core.pages",
    f"{OURS}.core.sendable",
    f"{OURS}.core.shown",
    f"{OURS}.core.storable",
    f"{OURS}.core.submit",
    f"{OURS}.core.shapes",
    f"{OURS}.core.times",
    f"{OURS}.core.vendor",
    f"{OURS}.provider_info",
    f"{OURS}.vendors",
    f"{OURS}.vendors.alibaba",
    f"{OURS}.vendors.alibaba.api",
    f"{OURS}.vendors.alibaba.api.kinds",
    f"{OURS}.vendors.alibaba.auth",
    f"{OURS}.vendors.alibaba.api.batches",
    f"{OURS}.vendors.alibaba.api.ice",
    f"{OURS}.vendors.alibaba.api.oss",
    f"{OURS}.vendors.alibaba.api.quotas",
    f"{OURS}.vendors.alibaba.api.rpc",
    f"{OURS}.vendors.alibaba.auth.methods",
    f"{OURS}.vendors.huawei",
    f"{OURS}.vendors.huawei.api",
    f"{OURS}.vendors.huawei.api.kinds",
    f"{OURS}.vendors.huawei.auth",
    f"{OURS}.vendors.huawei.api.batches",
    f"{OURS}.vendors.huawei.api.faults",
    f"{OURS}.vendors.huawei.api.quotas",
    f"{OURS}.vendors.huawei.api.rest",
    f"{OURS}.vendors.huawei.auth.methods",
    *(f"{OURS}.vendors.{path.parts[-4]}.api.kinds.{path.stem}" for path in _PAGES),
    f"{OURS}.vendors.alibaba.api.submissions",
    f"{OURS}.vendors.huawei.api.submissions",
    *(f"{OURS}.vendors.{path.parts[-4]}.api.submissions.{path.stem}" for path in _SUBMISSIONS),
}

SENSORS = {
    f"{OURS}.core.policy",
    f"{OURS}.core.refs",
    f"{OURS}.links",
    f"{OURS}.links.console",
    f"{OURS}.links.output",
    f"{OURS}.sensors",
    f"{OURS}.sensors.alibaba",
    f"{OURS}.sensors.arguments",
    f"{OURS}.sensors.checks",
    f"{OURS}.sensors.errors",
    f"{OURS}.sensors.extending",
    f"{OURS}.sensors.huawei",
    f"{OURS}.sensors.job",
    f"{OURS}.sensors.mapping",
    f"{OURS}.sensors.setting",
    f"{OURS}.sensors.starting",
}

HOOKS = {
    f"{OURS}.core.account",
    f"{OURS}.core.http",
    f"{OURS}.hooks",
    f"{OURS}.hooks.alibaba",
    f"{OURS}.hooks.huawei",
    f"{OURS}.hooks.media",
}


COMMANDS = {
    f"{OURS}.cli",
    f"{OURS}.cli.airflow_commands",
    f"{OURS}.cli.arguments",
    f"{OURS}.cli.doctor",
    f"{OURS}.cli.jobs",
    f"{OURS}.cli.status",
    f"{OURS}.cli.environment",
    f"{OURS}.core.http",
}


def loaded_by(code: str, *, after: str = "") -> set[str]:
    """The modules that ``code`` loads in a fresh interpreter where ``after`` has run."""
    script = f"""
import json, sys
{after}
before = set(sys.modules)
{code}
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    # Without coverage, which loads much of the standard library.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == OURS}


def strangers(modules: set[str]) -> set[str]:
    """Top-level names that are neither ours, nor the standard library's, nor Airflow's."""
    return {name.partition(".")[0] for name in modules} - {OURS, "airflow"} - sys.stdlib_module_names


def test_discovery_loads_the_register_only() -> None:
    """It runs inside `import airflow.sdk`, so it loads the standard library and pure rooms, and no Airflow."""
    loaded = loaded_by(f"from {OURS}.provider_info import get_provider_info; get_provider_info()")

    assert ours(loaded) == DISCOVERY
    assert strangers(loaded) == set()
    assert "airflow" not in loaded
    assert loaded.isdisjoint({"logging", "asyncio", "socket", "ssl", "http.client", "subprocess"})


def test_airflow_itself_loads_no_more_of_us() -> None:
    """`import airflow.sdk` asks for the provider info and leaves the hooks alone."""
    assert ours(loaded_by("import airflow.sdk")) == DISCOVERY


def test_all_sensors_load_nothing_that_talks() -> None:
    """A DAG file loads no HTTP library, transport, client, signing, error table, poller or emulation, nor the wait."""
    loaded = loaded_by(f"import {OURS}.sensors", after="import airflow.sdk")

    assert ours(loaded) == SENSORS
    assert strangers(loaded) == set()
    assert loaded.isdisjoint({"requests", "urllib3", "aiohttp", "yarl"})


def test_few_classes_write_their_methods_while_a_dag_file_is_parsed() -> None:
    """A dataclass does, and takes up to a millisecond for it; ``core.declared`` takes next to nothing."""
    code = f"""
import dataclasses
made, make = [], dataclasses._process_class
def noted(cls, *given):
    if cls.__module__.startswith("{OURS}."):
        made.append(cls.__qualname__)
    return make(cls, *given)
dataclasses._process_class = noted
import {OURS}.sensors
sys.modules.update(dict.fromkeys((f"made {{name}}" for name in made), dataclasses))
"""
    assert {name for name in loaded_by(code) if name.startswith("made ")} == {"made JobSnapshot", "made WaitReport"}


def test_waits_are_deferred_where_airflow_is_configured_so() -> None:
    """As with Airflow's own sensors."""
    code = f"""
from {OURS}.sensors import HuaweiMpcEditingSensor
import {OURS}.sensors as found
sys.modules["deferrable" if HuaweiMpcEditingSensor(task_id="wait", job_id="1").deferrable else "poking"] = found
"""
    configured = "import os; os.environ['AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE'] = 'True'"

    assert "poking" in loaded_by(code)
    assert "deferrable" in loaded_by(code, after=configured)


def test_hooks_load_nothing_that_talks_either() -> None:
    """A DAG file may import a hook for a task: what sends is loaded when something is sent."""
    loaded = loaded_by(f"import {OURS}.hooks.alibaba, {OURS}.hooks.huawei", after=f"import {OURS}.sensors")

    assert ours(loaded) == HOOKS
    assert strangers(loaded) == set()
    assert loaded.isdisjoint({"requests", "urllib3", "aiohttp", "yarl"})


USE = f"""
from {OURS}.hooks import huawei, quota_storage
from {OURS}.poller import shared
from {OURS}.triggers import job
import {OURS}.sensors.waiting
quota_storage.shared_quotas()
"""


def test_the_libraries_of_shared_quotas_are_loaded_where_they_are_configured() -> None:
    """And nowhere else: not by DAG files, hooks, triggers, or a look."""
    configured = "import os; os.environ['AIRFLOW__MEDIAJOBS__QUOTA_STORAGE'] = 'redis://127.0.0.1:1'"

    assert strangers(loaded_by(USE)).isdisjoint({"limits", "redis"})
    assert strangers(loaded_by(USE, after=configured)) >= {"limits", "redis"}


def test_airflows_command_line_loads_the_names_of_ours() -> None:
    """At every command it runs: nothing that looks up, talks or draws."""
    code = f"from {OURS}.cli.airflow_commands import commands; commands()"
    loaded = loaded_by(code, after="import airflow.sdk, airflow.cli.cli_config")

    assert ours(loaded) == COMMANDS
    assert strangers(loaded) == set()
