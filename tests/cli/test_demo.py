# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests ``mediajobs demo`` with a stand-in for Airflow: its output, its exit codes, and that no process is left.

The whole of it, with a real Airflow, is CI's last step.

Covers ``cli.demo_dag``, ``cli.stack``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_provider_mediajobs import __version__
from airflow_provider_mediajobs.cli import main, run, stack
from airflow_provider_mediajobs.cli.demo_result import GATES
from airflow_provider_mediajobs.cli.stack import airflow_environment, connections

Pretend = Callable[[str], Path]
Survivors = Callable[[], list[int]]


def test_every_gate(pretend: Pretend, survivors: Survivors, capsys: pytest.CaptureFixture[str]) -> None:
    folder = pretend("")
    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    assert "database is healthy" in told
    assert "make_mpc               success         huawei.mpc.editing: SUCCEEDED" in told
    assert "publish_broken         upstream_failed" in told
    assert "\nalibaba.live.editing      episode-demo            succeeded (3) " in told
    assert "\nalibaba.ice.transcode " in told
    assert "partial (Success) " in told
    assert told.count("  opened\n") == len(GATES) - 2
    assert told.count("  stayed shut\n") == 2
    assert survivors() == []
    assert list(folder.iterdir()) == []


def test_an_api_server_that_is_busy_is_asked_again(pretend: Pretend) -> None:
    pretend("busy")
    assert main(["demo"]) == 0


WRONG = {
    "db ends": "db-migrate ended with exit code 3",
    "scheduler ends": "scheduler ended with exit code 3",
    "api-server ends": "api-server ended with exit code 3",
    "no run": "answers 409",
    "no result": "make_mpc (huawei.mpc.editing): the task returned (None, None)",
    "publishes the broken one": "make_broken (alibaba.vod.transcode): publish_broken is success, not upstream_failed",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_goes_wrong_is_told(
    what: str, pretend: Pretend, survivors: Survivors, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pretend(what)
    assert main(["demo"]) == 1
    told = capsys.readouterr().out
    assert WRONG[what] in told
    assert "the last lines of " in told
    if what.endswith("ends"):
        assert "  it went wrong\n" in told
    assert survivors() == []
    assert list((folder / ".mediajobs-demo").iterdir()), "logs are kept"


@pytest.mark.parametrize("what", ["never healthy", "never over"])
def test_it_does_not_wait_for_ever(
    what: str, pretend: Pretend, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(what)
    monkeypatch.setattr(stack, "BOOT_TIMEOUT_S", 2.0)
    monkeypatch.setattr(stack, "STILL_WAITING_S", 0.5)
    monkeypatch.setattr(run, "RUN_TIMEOUT_S", 2.0)
    assert main(["demo"]) == 1
    told = capsys.readouterr().out
    if what == "never healthy":
        assert "... still waiting for all of Airflow to be healthy" in told
    assert "waited 2 s in vain for " in told


def demo(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "airflow_provider_mediajobs.cli", "demo", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def read_until(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if text in line:
            return
    raise AssertionError(f"{text!r} was never told; instead:\n{''.join(told)}")


@pytest.mark.parametrize(
    ("what", "moment", "signum"),
    [
        ("", "emulator of both clouds", signal.SIGINT),
        ("never healthy", "the API server answers", signal.SIGTERM),
        ("never over", "running the DAG", signal.SIGINT),
        ("never over", "running the DAG", signal.SIGHUP),
    ],
)
def test_a_signal_ends_it_all(
    what: str, moment: str, signum: signal.Signals, pretend: Pretend, survivors: Survivors
) -> None:
    folder = pretend(what)
    with demo() as process:
        read_until(process, moment)
        assert survivors() or what == ""
        process.send_signal(signum)
        read_until(process, f"stopped by {signum.name}")
        process.send_signal(signal.SIGINT)  # impatience does not cut the cleaning up short
        assert process.wait(timeout=20) == 128 + signum
    assert survivors() == []
    assert list(folder.iterdir()) == []


def test_a_reader_that_goes_away_does_not_keep_it_from_cleaning_up(pretend: Pretend, survivors: Survivors) -> None:
    pretend("never over")
    with demo() as process:
        read_until(process, "running the DAG")
        assert process.stdout is not None
        process.stdout.close()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    assert survivors() == []


def test_keep_leaves_it_up_until_a_signal(pretend: Pretend, survivors: Survivors) -> None:
    folder = pretend("")
    with demo("--keep", "--home", "kept") as process:
        read_until(process, "Airflow stays up: http://127.0.0.1:")
        assert survivors()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert survivors() == []
    assert (folder / "kept" / "dags" / "mediajobs_demo.py").exists(), "a home that was named is kept"


def test_keep_does_not_keep_what_has_broken(pretend: Pretend, survivors: Survivors) -> None:
    pretend("")
    with demo("--keep") as process:
        read_until(process, "Ctrl-C ends it")
        os.kill(survivors()[-1], signal.SIGKILL)
        read_until(process, "ended with exit code -9; the last lines of ")
        assert process.wait(timeout=20) == 1
    assert survivors() == []


def test_two_at_a_time(pretend: Pretend) -> None:
    pretend("")
    both = [demo(), demo()]
    for process in both:
        with process:
            told = process.communicate(timeout=60)[0]
        assert process.returncode == 0, told


def test_a_home_that_holds_something_is_refused(pretend: Pretend, capsys: pytest.CaptureFixture[str]) -> None:
    folder = pretend("")
    (folder / "airflow.cfg").touch()
    assert main(["demo", "--home", "."]) == 2
    assert "is not empty; name a new folder" in capsys.readouterr().err


def test_a_port_that_is_taken_is_refused(pretend: Pretend, capsys: pytest.CaptureFixture[str]) -> None:
    folder = pretend("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["demo", "--port", str(taken.getsockname()[1])]) == 2
    assert "cannot begin" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_a_port_may_be_chosen(pretend: Pretend, capsys: pytest.CaptureFixture[str]) -> None:
    pretend("")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert main(["demo", "--port", str(port)]) == 0
    assert f"the API server answers at http://127.0.0.1:{port}" in capsys.readouterr().out


def test_nothing_of_the_users_own_airflow_is_used(tmp_path: Path) -> None:
    theirs = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://production",
        "AIRFLOW_CONN_ALIBABA_MEDIAJOBS_DEFAULT": "a real account",
        "AIRFLOW_CONFIG": "/etc/airflow.cfg",
        "HTTP_PROXY": "http://proxy",
        "PATH": "/bin",
    }
    given = connections("http://127.0.0.1:4711", "id", "secret")
    found = airflow_environment(theirs, tmp_path, 8080, given)
    assert "AIRFLOW_CONFIG" not in found
    assert not any("production" in value for value in found.values())
    assert json.loads(found["AIRFLOW_CONN_ALIBABA_MEDIAJOBS_DEFAULT"])["port"] == 4711
    assert found["PATH"] == "/bin"
    assert found["NO_PROXY"] == "127.0.0.1,localhost"


def test_connections_are_read_by_the_hooks(mediajobs_emulator: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's connections and those of the test fixtures agree in all but the key."""
    for conn_id, fields in connections("http://127.0.0.1:4711", "id", "secret").items():
        other = json.loads(os.environ[f"AIRFLOW_CONN_{conn_id.upper()}"])
        assert fields.keys() == other.keys()
        assert fields["extra"].keys() == other["extra"].keys()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.strip() == __version__


def test_console_script() -> None:
    script = shutil.which("mediajobs", path=str(Path(sys.executable).parent))
    assert script is not None, "the package is installed without its command"
    assert "a real Airflow" in subprocess.run([script, "--help"], capture_output=True, text=True, check=True).stdout
