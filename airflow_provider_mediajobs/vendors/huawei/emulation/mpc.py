# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the pages of MPC's resources have in common, as the emulator answers for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from ....core.http import HttpRequest
from .operation import Operation, first, json_body, number

OUTPUT = {"bucket": "emulator", "location": "cn-north-4", "object": "out/dir"}


def illegal(why: str) -> Refusal:
    """The product's answer to a bad parameter."""
    return Refusal(400, "MPC.10202", f"Invalid request parameter. {why}")


def asked_ids(context: VendorContext, request: HttpRequest, kind: EmulatedKind) -> list[str]:
    """The repeated id, at most ten. One bad id rejects them all."""
    (field,) = kind.ids
    wanted = list(dict.fromkeys(value for name, value in request.query if name == field and value))
    if len(wanted) > 10:
        raise illegal(f"{field}: max. 10 at a time.")
    for one in wanted:
        if context.rejects(kind.name, **{field: one}):
            raise illegal(f"{field}: {one}.")
    return wanted


def found(context: VendorContext, kind: EmulatedKind, wanted: list[str]) -> list[EmulatedJob]:
    """An unknown id is simply not among the answers; the pages are silent on it."""
    (field,) = kind.ids
    return [job for one in wanted for job in context.jobs(kind.name, **{field: one})]


def time(moment: datetime | None) -> str:
    """``yyyyMMddHHmmss``, UTC; empty for what has not happened."""
    return "" if moment is None else moment.strftime("%Y%m%d%H%M%S")


def moments(job: EmulatedJob) -> dict[str, str]:
    """What one dialect says beside the other: when it began, and the code of an error."""
    return {"start_time": time(job.started), "error_code": "MPC.10124" if job.state == "FAILED" else ""}


def page(
    context: VendorContext, request: HttpRequest, kind: EmulatedKind, words: Mapping[str, str]
) -> tuple[list[EmulatedJob], int, bool]:
    """Jobs by id, or a page of all that the filters leave; how many there are, and whether there are more.

    :param words: what a status is called where it is asked for and in records, if that differs from a job's word.
    """
    wanted = asked_ids(context, request, kind)
    if wanted:
        jobs = found(context, kind, wanted)
        return [context.look(job) for job in jobs], len(jobs), False
    at, size = number(first(request, "page"), 0, 0, 2**31), number(first(request, "size"), 10, 1, 100)
    if at is None or size is None:
        raise illegal("page." if at is None else "size.")
    jobs = [job for job in context.jobs(kind.name) if _fits(job, request, words)]
    shown = jobs[at * size : (at + 1) * size]
    return [context.look(job) for job in shown], len(jobs), (at + 1) * size < len(jobs)


def _fits(job: EmulatedJob, request: HttpRequest, words: Mapping[str, str]) -> bool:
    status, start, end = (first(request, name) for name in ("status", "start_time", "end_time"))
    created = time(job.created)
    in_time = (start is None or start <= created) and (end is None or created <= end)
    return in_time and (status is None or words.get(status, status) == words.get(job.state, job.state))


def is_broken(*given: Any) -> bool:
    """Whether one of the sources has a name that holds "broken": such a job will fail."""
    if not given or not all(isinstance(source, dict) and source.get("object") for source in given):
        raise illegal("input: bucket, location and object are mandatory.")
    return any("broken" in str(source["object"]) for source in given)


def cancel(context: VendorContext, kind: EmulatedKind, one: str | None) -> None:
    """Only a job that still waits."""
    waiting = [job for job in found(context, kind, [one or ""]) if job.state in kind.unstarted]
    if not waiting:
        raise illegal("only queued jobs can be cancelled.")
    context.end(waiting[0], "CANCELED")


def as_given(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a record tells again of the body that created it."""
    return {name: body[name] for name in ("output_param",) if name in body}


class Tasks(NamedTuple):
    """One resource with a ``task_id``.

    :param resource: the end of its path.
    :param field: of the list in its answers.
    :param actions: names of the operations that query, create and cancel, on the vendor's pages.
    :param record: what its records hold beside the fields of all.
    :param truncated: whether answers say ``is_truncated``, as one dialect's do.
    :param numbers: whether ids and times are printed as numbers, as the page's samples have them.
    :param create: the fields of the vendor's record that follow from the body of a create operation, or a refusal.
    """

    kind: EmulatedKind
    resource: str
    field: str
    actions: tuple[str, str, str]
    record: Callable[[EmulatedJob], Mapping[str, Any]]
    truncated: bool
    numbers: bool = False
    create: Callable[[Mapping[str, Any]], Mapping[str, Any]] = as_given

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Query, create, cancel."""
        query, create, cancelling = self.actions
        path, ids = f"/v1/{{project_id}}/{self.resource}", {"task_id": "task_id"}
        return (
            Operation("GET", path, query, self.kind.name, ids, self._list),
            Operation("POST", path, create, self.kind.name, ids, self._create),
            Operation("DELETE", path, cancelling, self.kind.name, ids, self._cancel),
        )

    def _list(self, context: VendorContext, request: HttpRequest) -> dict[str, Any]:
        # Some pages filter by a word that no record says.
        jobs, total, more = page(context, request, self.kind, {"PREPROCESSING": "PROCESSING"})
        answer: dict[str, Any] = {self.field: [self._told(job) for job in jobs], "total": total}
        return answer | ({"is_truncated": int(more)} if self.truncated else {})

    def _told(self, job: EmulatedJob) -> dict[str, Any]:
        common = {
            "task_id": self._printed(job["task_id"]),
            "status": job.state,
            "create_time": self._printed(time(job.created)),
            "end_time": self._printed(time(job.finished)),
            "input": {"bucket": "emulator", "location": "cn-north-4", "object": "in/match.mp4"},
            "output": dict(OUTPUT),
            "user_data": "",
            "description": "The source file is damaged." if job.state == self.kind.failure else "",
        }
        return job.over({**common, **self.record(job)})

    def _printed(self, value: str) -> str | int:
        return int(value) if self.numbers and value.isdecimal() and not value.startswith("0") else value

    def _create(self, context: VendorContext, request: HttpRequest) -> dict[str, Any]:
        body = json_body(request) or {}
        broken = is_broken(body.get("input"))
        given = {name: body[name] for name in ("input", "output", "user_data") if name in body}
        if not isinstance(body.get("output", {}), dict):
            raise illegal("output.")
        record = given | dict(self.create(body))
        task_id = context.new_number()
        context.create(self.kind.name, {"task_id": task_id}, record, broken=broken)
        return {"task_id": self._printed(task_id)}

    def _cancel(self, context: VendorContext, request: HttpRequest) -> None:
        cancel(context, self.kind, first(request, "task_id"))
