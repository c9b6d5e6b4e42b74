"""Processes that the demo starts, each the leader of a session of its own, so that all of it can be found and ended.

Process groups would not do: since 3.3, Airflow puts every task into a group of its own. A session is kept by all
descendants that do not ask for another.
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
    """A process that should go on has ended.

    :param log: what it wrote.
    """

    def __init__(self, name: str, code: int, log: Path) -> None:
        super().__init__(f"{name} ended with exit code {code}")
        self.log = log


@dataclass(frozen=True, slots=True)
class Process:
    """One process, and the file its output goes to.

    :param lasting: whether it is meant to go on until it is stopped.
    """

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    lasting: bool = True

    @property
    def session(self) -> int:
        """Its session, which has the leader's number."""
        return self.popen.pid

    def check(self) -> None:
        """:raises Ended: if it has ended against expectation."""
        code = self.popen.poll()
        if code is not None and (self.lasting or code != 0):
            raise Ended(self.name, code, self.log)


class Processes:
    """All that were started. ``stop`` leaves none of them, nor any of their descendants.

    :param logs: folder of their output.
    :param grace: seconds they have to end by themselves.
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
        """:raises Ended: if one has ended against expectation."""
        for process in self._started:
            process.check()

    def stop(self) -> None:
        """Ask the leaders to end, who know how to end what is theirs; then end what is left."""
        started, self._started = self._started, []
        for process in started:
            process.popen.terminate()
        if not _wait_for_end(started, self._grace):
            _kill(started)
        for process in started:  # one that ended after it was last asked is still to be reaped
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
    """Again and again, for one may have started another meanwhile."""
    end = time.monotonic() + _KILL_GRACE_S
    while (left := _left(processes)) and time.monotonic() < end:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _left(processes: Sequence[Process]) -> list[int]:
    for process in processes:
        process.popen.poll()  # reaps it: an ended child counts until somebody asks how it ended
    return members({process.session for process in processes})


def members(sessions: set[int]) -> list[int]:
    """Living processes of these sessions."""
    return [pid for pid in _living() if _session(pid) in sessions]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:  # it has just ended, or is none of ours to ask about
        return None


def _living() -> list[int]:
    """All processes but zombies, which nobody can end. Linux tells by /proc, others by ``ps``."""
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
        return True  # gone meanwhile
    return stat.rpartition(b")")[2].split()[0] in {b"Z", b"X"}  # the name before it may hold anything


def tail(log: Path, lines: int = 15) -> list[str]:
    """The last lines of a log, as far as there are any; Airflow writes those of tasks in JSON."""
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
