# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Facts of a demo run, the check of them, and the table that shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of the demo's DAG: a job, the task that waits for it, and its publish task.

    :param name: its tasks are ``make_<name>`` and ``publish_<name>``.
    :param word: the vendor's word for the final state that the job must reach.
    :param opens: whether the task that waits must succeed.
    :param error: name of the exception with which it must fail otherwise.
    :param ids: identify its job among others of the kind.
    :param by_sensor: a sensor, ``wait_<name>``, waits for the job; otherwise the operator that has submitted it does.
    """

    name: str
    kind: str
    word: str
    opens: bool = True
    error: str = "MediaJobFailed"
    ids: Mapping[str, str] = field(default_factory=dict)
    by_sensor: bool = False

    @property
    def waiting(self) -> str:
        """Id of the task that waits."""
        return f"{'wait' if self.by_sensor else 'make'}_{self.name}"

    @property
    def publish(self) -> str:
        """Id of the task that is gated."""
        return f"publish_{self.name}"


# The words are written out here and not taken from the client's tables, so that a mistake there is noticed.
GATES = (
    Gate("live", "alibaba.live.editing", "3"),
    Gate("ice", "alibaba.ice.live_editing", "Success"),
    Gate("transcode", "alibaba.vod.transcode", "CompleteAllSucc", ids={"video_id": "video-demo"}),
    Gate("vod", "huawei.vod.editing", "SUCCEED"),
    Gate("mpc", "huawei.mpc.editing", "SUCCEEDED"),
    Gate("mpc_transcoding", "huawei.mpc.transcoding", "SUCCEEDED", by_sensor=True),
    Gate("mps", "alibaba.mps.transcode", "TranscodeSuccess"),
    Gate("broken", "alibaba.vod.transcode", "CompleteAllFail", opens=False, ids={"video_id": "video-broken"}),
    # The vendor calls it a success, and one of its outputs failed.
    Gate("partial", "alibaba.ice.transcode", "Success", opens=False, error="MediaJobPartiallySucceeded"),
)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task instance as Airflow reports it.

    :param ran: whether it ran in a process; Airflow also dates skipped ones.
    """

    state: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    ran: bool = False


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job as the emulator reports it.

    :param calls: requests that asked for it.
    """

    ids: Mapping[str, str]
    word: str
    finished: datetime | None
    calls: int


@dataclass(frozen=True, slots=True)
class GateFacts:
    """The facts of one gate after the run.

    :param waiting: the task that waits.
    :param result: what that returned.
    :param failure: the errors in its log.
    """

    gate: Gate
    waiting: TaskFacts
    publish: TaskFacts
    job: JobFacts | None
    result: Mapping[str, Any] | None = None
    failure: str = ""


def problems(facts: GateFacts) -> list[str]:
    """What is wrong with this gate; empty if nothing is."""
    checks = _opened(facts) if facts.gate.opens else _stayed_shut(facts)
    return [f"{facts.gate.waiting} ({facts.gate.kind}): {problem}" for problem in (*_job_ended(facts), *checks)]


def _job_ended(facts: GateFacts) -> Iterable[str]:
    if facts.job is None:
        yield "the emulator knows no such job"
    elif facts.job.word != facts.gate.word or facts.job.finished is None:
        yield f"the job is {facts.job.word!r} and should have ended as {facts.gate.word!r}"


def _opened(facts: GateFacts) -> Iterable[str]:
    result = facts.result or {}
    told, right = (result.get("state"), result.get("raw_state")), ("succeeded", facts.gate.word)
    if facts.waiting.state != "success":
        yield f"the task is {facts.waiting.state}, not success"
    if told != right:
        yield f"the task returned {told}, not {right}"
    if facts.job and result.get("ids") != dict(facts.job.ids):
        yield f"the task returned a job {result.get('ids')}, not {dict(facts.job.ids)}"
    if facts.publish.state != "success" or not facts.publish.ran:
        yield f"{facts.gate.publish} is {facts.publish.state}, not success"
    yield from _miscounted(facts, result)
    yield from _too_early(facts)


def _miscounted(facts: GateFacts, result: Mapping[str, Any]) -> Iterable[str]:
    """Whether the task's count of calls differs from the emulator's."""
    calls = (result.get("wait") or {}).get("calls")
    if facts.job and calls != facts.job.calls:
        yield f"the task counted {calls} calls, and the emulator {facts.job.calls}"


def _too_early(facts: GateFacts) -> Iterable[str]:
    begun = facts.publish.start
    job_ended = facts.job.finished if facts.job else None
    for what, ended in (("the task that waits", facts.waiting.end), ("the job", job_ended)):
        if begun is None or ended is None or begun < ended:
            yield f"{facts.gate.publish} started at {begun}, and {what} ended at {ended}"


def _stayed_shut(facts: GateFacts) -> Iterable[str]:
    if facts.waiting.state != "failed":
        yield f"the task is {facts.waiting.state}, not failed"
    if facts.gate.word not in facts.failure or facts.gate.error not in facts.failure:
        yield f"the log of the task does not tell of {facts.gate.error} at {facts.gate.word!r}, but {facts.failure!r}"
    if facts.publish.state != "upstream_failed":
        yield f"{facts.gate.publish} is {facts.publish.state}, not upstream_failed"
    if facts.publish.ran:
        yield f"{facts.gate.publish} ran, at {facts.publish.start}"


HEAD = ("kind", "job", "state", "looks", "calls", "waited", "gate")
_RIGHT = frozenset({"looks", "calls", "waited"})
_WIDEST_JOB = 22


def row(facts: GateFacts) -> tuple[str, ...]:
    """One line of the table, with a dash for unknown values: a failed task returns no counts."""
    result = facts.result or {}
    wait = result.get("wait") or {}
    calls = wait.get("calls", facts.job.calls if facts.job else None)
    waited = _seconds(facts.waiting)
    return (
        facts.gate.kind,
        _job_name(facts.job),
        _state(facts, result),
        *("-" if value is None else str(value) for value in (wait.get("looks"), calls, waited)),
        _gate_word(facts),
    )


def _seconds(task: TaskFacts) -> str | None:
    return f"{(task.end - task.start).total_seconds():.1f} s" if task.start and task.end else None


def _job_name(job: JobFacts | None) -> str:
    name = list(job.ids.values())[-1] if job else "-"
    return name if len(name) <= _WIDEST_JOB else f"{name[: _WIDEST_JOB - 3]}..."


def _state(facts: GateFacts, result: Mapping[str, Any]) -> str:
    ended = {"MediaJobFailed": "failed", "MediaJobPartiallySucceeded": "partial"}
    told = result.get("state") or next((state for error, state in ended.items() if error in facts.failure), "?")
    return f"{told} ({result.get('raw_state') or (facts.job.word if facts.job else '?')})"


def _gate_word(facts: GateFacts) -> str:
    return "opened" if facts.publish.ran else "stayed shut"


def table(facts: Sequence[GateFacts]) -> str:
    """The table of all gates."""
    rows = [HEAD, *(row(gate) for gate in facts)]
    widths = [max(len(line[column]) for line in rows) for column in range(len(HEAD))]
    lines = ["  ".join(_cell(*cell) for cell in zip(HEAD, line, widths, strict=True)).rstrip() for line in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cell(head: str, text: str, width: int) -> str:
    return text.rjust(width) if head in _RIGHT else text.ljust(width)
