# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``mediajobs demo``: submits jobs of the emulated clouds in a local Airflow, and gates a step on each."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import INTERRUPTED
from .demo_result import GateFacts, problems, table
from .interrupts import Interrupted, Interrupts
from .processes import Ended, Processes, tail
from .run import Run
from .stack import Stack, TooSlow, free_port
from .web import Unavailable

FOLDER = ".mediajobs-demo"
_ABOUT = f"""Start a real Airflow and an emulator of both clouds on this machine, and run a DAG that submits media jobs
and waits for them. Behind each job is a publish task, which must run only after the job has fully succeeded. One job
fails and one is done in part: their publish tasks must not run. No cloud account is needed.

Exit codes:
  0    each publish task ran, or did not run, for the right reason
  1    one did not, or Airflow did not start; the folder with the logs is kept
  2    --port or --home cannot be used
  {INTERRUPTED}  interrupted by Ctrl-C
"""


def add_to(subparsers: Any) -> None:
    """Add the command and its arguments."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser(
        "demo", help="run a DAG in a real Airflow on emulated media jobs", description=_ABOUT, formatter_class=raw
    )
    parser.add_argument(
        "--keep", action="store_true", help="leave Airflow and its UI running after the DAG run, until Ctrl-C"
    )
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="the folder for AIRFLOW_HOME, new or empty, which is kept (default: a new one in ./"
        f"{FOLDER}, which is removed after a success)",
    )
    parser.add_argument("--port", type=int, metavar="N", help="port of Airflow's UI and API (default: any free port)")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Run the demo.

    :returns: the exit code.
    """
    try:
        port = free_port(given.port)
        home = make_home(given.home)
    except OSError as error:
        print(f"mediajobs demo cannot begin: {error}", file=sys.stderr)
        return 2
    code = Demo(home, port, keep=given.keep).run()
    if given.home is None and code != 1:  # kept after a failure, for its logs
        shutil.rmtree(home, ignore_errors=True)
        with suppress(OSError):  # another demo may be running in it
            home.parent.rmdir()
    return code


def make_home(wanted: Path | None) -> Path:
    """The directory of this run.

    :raises OSError: where it cannot be created, or is not empty.
    """
    if wanted is None:
        parent = Path.cwd() / FOLDER
        parent.mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="run-", dir=parent))
    home = wanted.absolute()
    home.mkdir(parents=True, exist_ok=True)
    if any(home.iterdir()):
        raise FileExistsError(f"{home} is not empty; name a new folder")
    return home


class Demo:
    """One run of the demo."""

    def __init__(self, home: Path, port: int, *, keep: bool) -> None:
        self._home = home
        self._port = port
        self._keep = keep
        self._begun = time.monotonic()

    def run(self) -> int:
        """:returns: the exit code."""
        logs = self._home / "logs"
        logs.mkdir()
        processes = Processes(logs)
        with Interrupts() as interrupts:
            try:
                stack = Stack(self._home, self._port, processes, interrupts, self._say)
                return self._through(stack)
            except Interrupted as stop:
                self._say(str(stop))
                return stop.exit_code
            except (Ended, TooSlow) as error:
                self._explain(str(error), error.log)
                return 1
            except Unavailable as error:
                self._explain(str(error), logs / "api-server.log")
                return 1
            finally:
                processes.stop()
                self._say("all processes have ended")

    def _through(self, stack: Stack) -> int:
        self._say(f"AIRFLOW_HOME is {self._home}")
        stack.boot()
        run = Run(stack)
        run.start()
        self._say(f"running the DAG: {run.page}")
        facts = run.follow()
        self._say("the run is over\n")
        print(table(facts), flush=True)
        code = self._judge(facts, run)
        if self._keep:
            self._hold(stack, run)
        return code

    def _judge(self, facts: Sequence[GateFacts], run: Run) -> int:
        wrong = {gate.gate.waiting: found for gate in facts if (found := problems(gate))}
        if not wrong:
            opened = sum(gate.gate.opens for gate in facts)
            shut = len(facts) - opened
            told = f"{opened} gates opened, each after its job had succeeded; {shut} of other jobs stayed shut."
            print(f"\n{told}\n", flush=True)
            return 0
        print(
            "\nThe demo failed. What is not as it should be:",
            *(f"  {text}" for found in wrong.values() for text in found),
            sep="\n",
            flush=True,
        )
        for task in wrong:
            self._explain(f"the log of {task}", run.task_log(task))
        return 1

    def _hold(self, stack: Stack, run: Run) -> None:
        """Wait for a signal, which ends the demo."""
        self._say(f"Airflow stays up: {run.page}")
        self._say("Ctrl-C ends it")
        with suppress(Interrupted):
            while True:
                stack.interrupts.pause(1.0)
                stack.processes.check()

    def _explain(self, what: str, log: Path) -> None:
        print(f"\n{what}; the last lines of {log}:", *(f"  {line}" for line in tail(log)), sep="\n", flush=True)

    def _say(self, text: str) -> None:
        """Print a line with the seconds since the start. A closed terminal must not prevent cleaning up."""
        with suppress(OSError):
            print(f"{time.monotonic() - self._begun:6.1f} s  {text}", flush=True)
