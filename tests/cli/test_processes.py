# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests that all processes that the demo has started, and their descendants, are ended.

Covers ``cli.interrupts``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from airflow_provider_mediajobs.cli import processes as module
from airflow_provider_mediajobs.cli.interrupts import Interrupted, Interrupts
from airflow_provider_mediajobs.cli.processes import Ended, Processes, members, tail

# A child in a process group of its own that does not listen, as tasks of Airflow 3.3 are; its parent does listen.
STUBBORN = """
import os, signal, time
if os.fork() == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("child", flush=True)
time.sleep(60)
"""


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def wait_for(log: Path, text: str) -> None:
    end = time.monotonic() + 10
    while text not in log.read_text():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_stop_ends_what_has_left_the_group_and_does_not_listen(tmp_path: Path) -> None:
    started = Processes(tmp_path, grace=0.3)
    process = started.start("stubborn", python(STUBBORN), os.environ)
    wait_for(process.log, "child")
    assert len(members({process.session})) == 2
    started.stop()
    assert members({process.session}) == []
    assert process.popen.returncode == -signal.SIGTERM


def test_stop_waits_for_those_who_end_by_themselves(tmp_path: Path) -> None:
    text = (
        "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); print('up', flush=True); time.sleep(60)"
    )
    started = Processes(tmp_path, grace=10)
    process = started.start("polite", python(text), os.environ)
    wait_for(process.log, "up")
    started.stop()
    assert process.popen.returncode == 7
    started.stop()  # nothing is left to do


def test_check_tells_of_an_end(tmp_path: Path) -> None:
    started = Processes(tmp_path)
    process = started.start("brief", python("print('that was all')"), os.environ)
    process.popen.wait()
    with pytest.raises(Ended, match="brief ended with exit code 0") as error:
        started.check()
    assert tail(error.value.log) == ["that was all"]


@pytest.mark.parametrize(("code", "expected"), [(0, True), (2, False)])
def test_a_command_may_end_well(tmp_path: Path, code: int, expected: bool) -> None:
    started = Processes(tmp_path)
    process = started.start("command", python(f"raise SystemExit({code})"), os.environ, lasting=False)
    process.popen.wait()
    if expected:
        started.check()
    else:
        with pytest.raises(Ended):
            started.check()


def test_processes_are_found_without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS."""
    listed = f"  {os.getpid()} S\n      2 Z\n"
    monkeypatch.setattr(module, "_PROC", Path("/nowhere"))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, stdout=listed))
    assert members({os.getsid(0)}) == [os.getpid()]


def test_tail_makes_airflows_json_readable(tmp_path: Path) -> None:
    error = {"exc_type": "ValueError", "exc_value": "no"}
    record = {"timestamp": "now", "level": "error", "event": "failed"}
    lines = ["one", "two", json.dumps(record), json.dumps(record | {"error_detail": [error]}), '{"a": 1}', "17"]
    (tmp_path / "log").write_text("\n".join(lines))
    assert tail(tmp_path / "log", 5) == ["two", "now error failed", "now error failed ValueError: no", '{"a": 1}', "17"]


def test_tail_of_a_log_that_is_not_there(tmp_path: Path) -> None:
    assert tail(tmp_path / "log") == []


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_noticed_while_pausing(signum: signal.Signals) -> None:
    before = signal.getsignal(signum)
    with Interrupts() as interrupts:
        interrupts.check()
        interrupts.pause(0.01)
        os.kill(os.getpid(), signum)
        os.kill(os.getpid(), signal.SIGTERM)  # a second one does not matter any more
        with pytest.raises(Interrupted, match=signum.name) as stop:
            interrupts.pause(60)
        assert stop.value.exit_code == 128 + signum
    assert signal.getsignal(signum) is before
