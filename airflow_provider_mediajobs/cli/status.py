# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``mediajobs status``: shows jobs."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from threading import Timer
from typing import TYPE_CHECKING, Any, TextIO

from ..core.errors import MediaJobsError, ParameterError
from ..core.kind import JobKind
from . import INTERRUPTED
from . import jobs as seen_jobs
from .arguments import CONN_ID, JSON, PROJECT_ID, REGION, add_all, argument
from .environment import command_line, complain, console, one_line

if TYPE_CHECKING:
    from ..hooks.media import MediaHook
    from .jobs import Looked

NAME = "status"
HELP = "show what the vendor reports about jobs"
ABOUT = """Show what the vendor reports about jobs: state, the vendor's own status word, progress, times, outputs,
renditions, error and request id.

Examples:
  mediajobs status huawei_mediajobs_default huawei.mpc.editing 30647 30648 --watch
  mediajobs status alibaba_mediajobs_default alibaba.live.editing caster_id=studio-1,show_id=episode-1

Exit codes; the first of these that applies to any of the jobs:
  2  an argument or the connection is wrong, the vendor does not answer, or it refuses the query
  1  a job has ended without full success
  4  a job is not found
  3  a job has not ended yet
  0  all jobs have succeeded
"""
ARGUMENTS = (
    CONN_ID,
    argument(
        "kind",
        metavar="KIND",
        help="kind of the jobs, for example huawei.mpc.editing; the error message of an unknown kind lists all kinds",
    ),
    argument(
        "ids",
        nargs="+",
        metavar="ID",
        help="the ids of one job as name=value,name=value; the value alone is enough where the kind requires one id",
    ),
    REGION,
    PROJECT_ID,
    JSON,
    argument(
        "--watch",
        action="store_true",
        help="query again until all jobs have ended; with --json the results are printed once, at the end",
    ),
    argument(
        "--interval",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="seconds between two queries of --watch, at least 1 (default: 10)",
    ),
)
PATIENCE_S = 3.0
"""Seconds after which a line says that there is no answer yet."""


def add_to(subparsers: Any) -> None:
    """Add the command and its arguments."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser(NAME, help=HELP, description=ABOUT, formatter_class=raw)
    add_all(parser, ARGUMENTS)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace, sleep: Callable[[float], None] = time.sleep) -> int:
    """:returns: the exit code."""
    with command_line() as out:
        try:
            return _Status(given, out, sleep).run()
        except MediaJobsError as error:
            complain(NAME, error, given.conn_id)
            return seen_jobs.Exit.UNKNOWN
        except KeyboardInterrupt:
            return INTERRUPTED


class _Status:
    """One call of the command."""

    def __init__(self, given: argparse.Namespace, out: TextIO, sleep: Callable[[float], None]) -> None:
        from ..vendors import kind

        if not 1 <= given.interval < float("inf"):
            raise ParameterError(f"--interval must be a number of at least 1, not {given.interval}")
        self._given, self._out, self._sleep = given, out, sleep
        self._kind = kind(given.kind)
        self._refs = [seen_jobs.parse(self._kind, text) for text in given.ids]
        for ids in self._refs:
            self._kind.ref(ids)
        self._hook = _hook(self._kind, given)
        self._hook.account  # noqa: B018 - one that cannot be read is told now; a look would try again
        self._looks = 0
        self._last: list[Looked] = []

    def run(self) -> int:
        try:
            jobs = self._watch() if self._given.watch else self._look()
        except KeyboardInterrupt:
            if self._given.json and self._last:  # the output must be JSON even when interrupted, with what is known
                self._print(self._last)
            raise
        finally:
            self._hook.close()
        self._print(jobs)
        return seen_jobs.exit_code(jobs)

    def _look(self) -> list[Looked]:
        """Make a look; a line on stderr says if that takes long, since a hook retries for half a minute."""
        self._looks += 1
        late = Timer(PATIENCE_S, complain, (NAME, ParameterError("no answer yet; trying for 30 s")))
        late.daemon = True
        late.start()
        try:
            self._last = seen_jobs.seen(self._hook.get_jobs(self._kind.name, self._refs))
        finally:
            late.cancel()
        return self._last

    def _watch(self) -> list[Looked]:
        """Look until all jobs have ended. Retryable errors only delay it."""
        jobs = self._look()
        with self._shown() as show:
            show(jobs, "")
            while any(job.goes_on for job in jobs):
                self._sleep(self._given.interval)
                news = ""
                try:
                    jobs = self._look()
                except MediaJobsError as error:
                    if not error.retryable:
                        raise
                    news = f"no news: {one_line(str(error))}"
                show(jobs, news)
        return jobs

    def _shown(self) -> Any:
        """The output of a watch: a live table, or a line for each change where there is no terminal."""
        if self._given.json:
            return nullcontext(lambda _jobs, _news: None)
        return _Table(console(self._out)) if self._out.isatty() else nullcontext(_Log(self._out))

    def _print(self, jobs: Sequence[Looked]) -> None:
        from . import job_view

        if self._given.json:
            self._hook.report.looks = self._looks
            print(json.dumps([seen_jobs.result(job, self._hook.report) for job in jobs], indent=2), file=self._out)
        else:
            console(self._out).print(job_view.report(jobs, datetime.now(UTC)))


def _hook(kind: JobKind, given: argparse.Namespace) -> MediaHook:
    from ..hooks import hook_class
    from ..vendors import vendor_of

    return hook_class(vendor_of(kind.name))(given.conn_id, region=given.region, project_id=given.project_id)


class _Table:
    """A live table on a terminal."""

    def __init__(self, to: Any) -> None:
        from rich.live import Live

        self._live = Live(console=to, auto_refresh=False, transient=True)  # the full report follows

    def __enter__(self) -> Callable[[Sequence[Looked], str], None]:
        self._live.start()
        return self._show

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def _show(self, jobs: Sequence[Looked], news: str) -> None:
        from .job_view import watched

        self._live.update(watched(jobs, datetime.now(UTC), news), refresh=True)


class _Log:
    """Lines with the time for each change, where there is no terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._told: set[str] = set()

    def __call__(self, jobs: Sequence[Looked], news: str) -> None:
        from .job_view import line

        lines = [line(job) for job in jobs] + [news] * bool(news)
        for text in lines:
            if text not in self._told:
                print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=self._out, flush=True)
        self._told = set(lines)
