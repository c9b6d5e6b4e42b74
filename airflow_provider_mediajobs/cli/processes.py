# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Processes that the demo starts, each as leader of a new session, so that all descendants can be found and ended.

Process groups do not suffice: since 3.3, Airflow puts every task into a group of its own. A session includes all
descendants that do not start another one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

GRACE_S = 5.0
_KILL_GRACE_S = 5.0
_PROC = Path("/proc")
_TAIL_BYTES = 64 * 1024


class Ended(Exception):
    """A process ended that should not have.

    :param log: its log file.
    """

    def __init__(self, name: str, code: int, log: Path) -> None:
        super().__init__(f"{name} ended with exit code {code}")
        self.log = log


@dataclass(frozen=True, slots=True)
class Process:
    """One process and its log file.

    :param lasting: whether it is to run until it is stopped.
    """

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    lasting: bool = True

    @property
    def session(self) -> int:
        """The id of its session, which is the process id of the leader."""
        return self.popen.pid

    def check(self) -> None:
        """Check that it runs.

        :raises Ended: if it has ended unexpectedly.
        """
        code = self.popen.poll()
        if code is not None and (self.lasting or code != 0):
            raise Ended(self.name, code, self.log)


class Processes:
    """All processes that were started. ``stop`` ends them and all their descendants.

    :param logs: directory of their log files.
    :param grace: seconds to wait after the signal to terminate, before they are killed.
    """

    def __init__(self, logs: Path, grace: float = GRACE_S) -> None:
        self._logs = logs
        self._grace = grace
        self._started: list[Process] = []

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, lasting: bool = True
    ) -> Process:
        """Start one; its output goes to ``<logs>/<name>.log``."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,
            )
        process = Process(name, popen, log, lasting)
        self._started.append(process)
        return process

    def check(self) -> None:
        """Check that all run.

        :raises Ended: if one has ended unexpectedly.
        """
        for process in self._started:
            process.check()

    def stop(self) -> None:
        """Terminate the leaders, which end their own children; then kill the rest."""
        started, self._started = self._started, []
        for process in started:
            process.popen.terminate()
        if not _wait_for_end(started, self._grace):
            _kill(started)
        for process in started:  # reap one that has ended since the last check
            with suppress(subprocess.TimeoutExpired):
                process.popen.wait(_KILL_GRACE_S)


def _wait_for_end(processes: Sequence[Process], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while _left(processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _kill(processes: Sequence[Process]) -> None:
    """Kill the sessions repeatedly, since a process may have started another meanwhile."""
    end = time.monotonic() + _KILL_GRACE_S
    while (left := _left(processes)) and time.monotonic() < end:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _left(processes: Sequence[Process]) -> list[int]:
    for process in processes:
        process.popen.poll()  # reaps it: an ended child is listed until its status is read
    return members({process.session for process in processes})


def members(sessions: set[int]) -> list[int]:
    """Ids of the running processes of these sessions."""
    return [pid for pid in _living() if _session(pid) in sessions]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:  # it has just ended, or is another user's
        return None


def _living() -> list[int]:
    """Ids of all processes but zombies, by /proc on Linux, else by ``ps``."""
    if _PROC.joinpath("self", "stat").exists():
        pids = (entry.name for entry in _PROC.iterdir() if entry.name.isdecimal())
        return [int(pid) for pid in pids if not _is_zombie(pid)]
    listed = subprocess.run(["ps", "-A", "-o", "pid=,state="], capture_output=True, text=True, check=True)  # noqa: S607
    rows = (line.split() for line in listed.stdout.splitlines())
    return [int(pid) for pid, state, *_ in rows if not state.startswith("Z")]


def _is_zombie(pid: str) -> bool:
    try:
        stat = _PROC.joinpath(pid, "stat").read_bytes()
    except OSError:
        return True  # ended meanwhile
    return stat.rpartition(b")")[2].split()[0] in {b"Z", b"X"}  # the name before it may contain any character


def tail(log: Path, lines: int = 15) -> list[str]:
    """The last lines of a log file; empty where there is none. Logs of tasks are JSON."""
    try:
        text = log.read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace")
    except OSError:
        return []
    return [_readable(line) for line in text.splitlines()[-lines:]]


def _readable(line: str) -> str:
    try:
        record = json.loads(line)
        errors = [f"{error['exc_type']}: {error['exc_value']}" for error in record.get("error_detail") or ()]
        return " ".join([record["timestamp"], record["level"], record["event"], *errors])
    except (ValueError, KeyError, TypeError, AttributeError):
        return line
