# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the emulated kinds of Huawei MPC share: queries by id, lists, creation and cancellation of tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ....core.emulation import EmulatedJob, EmulatedKind, Refusal, VendorContext
from ....core.http import HttpRequest
from .operation import Operation, first, json_body, number

OUTPUT = {"bucket": "emulator", "location": "cn-north-4", "object": "out/dir"}


def illegal(why: str) -> Refusal:
    """The refusal of a parameter whose value is not allowed."""
    return Refusal(400, "MPC.10202", f"Invalid request parameter. {why}")


def asked_ids(context: VendorContext, request: HttpRequest, kind: EmulatedKind) -> list[str]:
    """The ids that a query names by a repeated parameter, each once.

    :raises Refusal: for more than ten ids, or a rejected one, which has the whole query refused.
    """
    (field,) = kind.ids
    wanted = list(dict.fromkeys(value for name, value in request.query if name == field and value))
    if len(wanted) > 10:
        raise illegal(f"{field}: max. 10 at a time.")
    for one in wanted:
        if context.rejects(kind.name, **{field: one}):
            raise illegal(f"{field}: {one}.")
    return wanted


def found(context: VendorContext, kind: EmulatedKind, wanted: list[str]) -> list[EmulatedJob]:
    """The jobs with these ids. An unknown id has no job: the pages do not describe it.

    :param wanted: the ids.
    """
    (field,) = kind.ids
    return [job for one in wanted for job in context.jobs(kind.name, **{field: one})]


def time(moment: datetime | None) -> str:
    """A time as ``yyyyMMddHHmmss`` in UTC; empty for ``None``, a time that has not come yet."""
    return "" if moment is None else moment.strftime("%Y%m%d%H%M%S")


def moments(job: EmulatedJob) -> dict[str, str]:
    """The fields that only one of MPC's two vocabularies has: the time of the start, and the code of an error."""
    return {"start_time": time(job.started), "error_code": "MPC.10124" if job.state == "FAILED" else ""}


def page(
    context: VendorContext, request: HttpRequest, kind: EmulatedKind, words: Mapping[str, str]
) -> tuple[list[EmulatedJob], int, bool]:
    """The jobs with the requested ids, or without ids a page of the jobs that the filters select.

    :param words: other words for a job's word, by which requests and records call it.
    :return: the jobs, the number of all that were selected, and whether more pages follow.
    :raises Refusal: for a parameter whose value is not allowed.
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
    """Whether the filters of a request select a job."""
    status, start, end = (first(request, name) for name in ("status", "start_time", "end_time"))
    created = time(job.created)
    in_time = (start is None or start <= created) and (end is None or created <= end)
    return in_time and (status is None or words.get(status, status) == words.get(job.state, job.state))


def is_broken(*given: Any) -> bool:
    """Whether the name of one of the sources contains "broken", by which a job will fail.

    :raises Refusal: without a source, or for one without an object's name.
    """
    if not given or not all(isinstance(source, dict) and source.get("object") for source in given):
        raise illegal("input: bucket, location and object are mandatory.")
    return any("broken" in str(source["object"]) for source in given)


def cancel(context: VendorContext, kind: EmulatedKind, one: str | None) -> None:
    """Cancel a queued job.

    :param one: its id.
    :raises Refusal: for an unknown job, and for one that is no longer queued.
    """
    waiting = [job for job in found(context, kind, [one or ""]) if job.state in kind.unstarted]
    if not waiting:
        raise illegal("only queued jobs can be cancelled.")
    context.end(waiting[0], "CANCELED")


def as_given(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the body of a create operation that the task's record repeats."""
    return {name: body[name] for name in ("output_param",) if name in body}


class Tasks(NamedTuple):
    """A resource of MPC whose tasks have a ``task_id``.

    :param kind: the kind of its tasks.
    :param resource: the last segment of its path.
    :param field: name of the field that holds the list in answers.
    :param actions: the vendor's names of the operations that query, create and cancel.
    :param record: ``record(job)``: the fields of records beside those that all resources have.
    :param truncated: whether answers have ``is_truncated``, as in one of MPC's two vocabularies.
    :param numbers: whether ids and times are printed as numbers, as in the pages' samples.
    :param create: ``create(body)``: the fields of the record that follow from the body of a create operation; raises
        ``Refusal`` for a bad one.
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
        """The operations that query, create and cancel tasks."""
        query, create, cancelling = self.actions
        path, ids = f"/v1/{{project_id}}/{self.resource}", {"task_id": "task_id"}
        return (
            Operation("GET", path, query, self.kind.name, ids, self._list),
            Operation("POST", path, create, self.kind.name, ids, self._create),
            Operation("DELETE", path, cancelling, self.kind.name, ids, self._cancel),
        )

    def _list(self, context: VendorContext, request: HttpRequest) -> dict[str, Any]:
        """The answer to a query of tasks, by ids or by filters."""
        # Some pages filter by PREPROCESSING, a word that no record has.
        jobs, total, more = page(context, request, self.kind, {"PREPROCESSING": "PROCESSING"})
        answer: dict[str, Any] = {self.field: [self._record(job) for job in jobs], "total": total}
        return answer | ({"is_truncated": int(more)} if self.truncated else {})

    def _record(self, job: EmulatedJob) -> dict[str, Any]:
        """A task's record."""
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
        """An id or a time as this resource prints it: as a number or as text."""
        return int(value) if self.numbers and value.isdecimal() and not value.startswith("0") else value

    def _create(self, context: VendorContext, request: HttpRequest) -> dict[str, Any]:
        """Create a task, and answer with its id. A task whose source's name contains "broken" will fail.

        :raises Refusal: for a parameter that is missing or malformed.
        """
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
        """Cancel a queued task: see :func:`cancel`."""
        cancel(context, self.kind, first(request, "task_id"))
