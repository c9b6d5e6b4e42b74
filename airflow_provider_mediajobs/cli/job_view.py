# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Prints jobs on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..core.errors import JobNotFound
from ..core.job import JobSnapshot, JobState
from ..core.output import Output, Rendition
from .environment import one_line
from .jobs import Looked
from .words import age, duration, moment, size

_STYLES = {
    JobState.SUCCEEDED: "green",
    JobState.PARTIAL: "yellow",
    JobState.FAILED: "red",
    JobState.CANCELLED: "red",
    JobState.RUNNING: "cyan",
}


def overview(jobs: Sequence[Looked], now: datetime) -> Table:
    """A table with one line for each job."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("job", "state", "progress", "created", "ended"):
        table.add_column(head, overflow="fold", justify="right" if head == "progress" else "left")
    for job in jobs:
        known = job.answer if isinstance(job.answer, JobSnapshot) else None
        progress = "" if known is None or known.progress is None else f"{known.progress} %"
        times = (age(known.created_at, now), age(known.finished_at, now)) if known else ("", "")
        table.add_row(name(job), state(job), progress, *times)
    return table


def details(job: Looked, now: datetime) -> RenderableType:
    """All facts of one job."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for label, value in _facts(job, now):
        if value:
            grid.add_row(label, value)
    return grid


def _facts(job: Looked, now: datetime) -> Iterator[tuple[str, RenderableType | None]]:
    yield "job", f"{job.ref.kind}  {name(job)}"
    yield "state", state(job)
    if not isinstance(job.answer, JobSnapshot):
        yield "error", one_line(str(job.answer))
        return
    known = job.answer
    yield "progress", None if known.progress is None else f"{known.progress} %"
    yield "created", moment(known.created_at, now)
    yield "started", moment(known.started_at, now)
    yield "finished", moment(known.finished_at, now)
    for output in known.outputs:
        yield "output", _output(output)
    yield "renditions", _renditions(known.renditions or ())
    yield "error", known.error and one_line(str(known.error))
    yield "request id", one_line(known.request_id or "")


def name(job: Looked) -> str:
    """The job's ids, including those that the answer added."""
    ids = job.answer.ids if isinstance(job.answer, JobSnapshot) else dict(job.ref.ids)
    return one_line(" ".join(f"{key}={value}" for key, value in ids.items()))


def state(job: Looked) -> Text:
    """The state and the vendor's word for it."""
    if isinstance(job.answer, JobNotFound):
        return Text("not found", style="yellow")
    if not isinstance(job.answer, JobSnapshot):
        return Text("refused", style="red")  # an error of this job alone; one that concerns all ends the command
    vendors = f" ({one_line(job.answer.raw_state)})" if job.answer.raw_state else ""
    unproven = "" if job.answer.proven else ", perhaps of another run"
    return Text(f"{job.answer.state}{vendors}{unproven}", style=_STYLES.get(job.answer.state, ""))


def _output(output: Output) -> str:
    facts = [
        output.uri or (output.media_id and f"medium {output.media_id}"),
        output.format,
        None if output.duration_s is None else duration(output.duration_s),
        None if output.size_bytes is None else size(output.size_bytes),
        f"{output.width}x{output.height}" if output.width and output.height else None,
    ]
    return one_line(", ".join(fact for fact in facts if fact))


def _renditions(made: Sequence[Rendition]) -> RenderableType | None:
    if not made:
        return None
    table = Table.grid(padding=(0, 2))
    for rendition in made:
        progress = "" if rendition.progress is None else f"{rendition.progress} %"
        rest = rendition.uri or str(rendition.error or "")
        style = _STYLES.get(JobState(rendition.state), "")
        word = Text(f"{rendition.state} ({one_line(rendition.raw_state)})", style=style)
        table.add_row(one_line(rendition.name), word, progress, one_line(rest))
    return table


def report(jobs: Sequence[Looked], now: datetime) -> RenderableType:
    """A table for several jobs, then each in detail."""
    parts: list[RenderableType] = [overview(jobs, now), ""] if len(jobs) > 1 else []
    for number, job in enumerate(jobs):
        parts += ["", details(job, now)] if number else [details(job, now)]
    return Group(*parts)


def watched(jobs: Sequence[Looked], now: datetime, news: str) -> RenderableType:
    """The table with a bar for the common progress.

    :param news: text beside the bar: why the last query brought nothing new; empty otherwise.
    """
    ended = sum(not job.goes_on for job in jobs)
    bar = Table.grid(padding=(0, 2))
    bar.add_row(f"{ended} of {len(jobs)} ended", ProgressBar(len(jobs), sum(map(_share, jobs)), width=40), news)
    return Group(overview(jobs, now), "", bar)


def _share(job: Looked) -> float:
    """The share of the job that is done, from 0 to 1, as far as the vendor reports it."""
    progress = job.answer.progress if isinstance(job.answer, JobSnapshot) else None
    return (progress or 0) / 100 if job.goes_on else 1.0


def line(job: Looked) -> str:
    """One line for a job, for output that is no terminal."""
    progress = job.answer.progress if isinstance(job.answer, JobSnapshot) else None
    return f"{name(job)}: {state(job).plain}" + ("" if progress is None else f", {progress} %")
