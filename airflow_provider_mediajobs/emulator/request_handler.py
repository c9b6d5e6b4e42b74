# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator handles one request: authentication, faults, quotas, the vendor's answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Protocol, overload

from ..core.emulation import Call, EmulatedJob, EmulatedKey, EmulatedVendor, Refusal, Steps, Token
from ..core.emulation.identity import Directory, Issued, Lent, Use
from ..core.http import HttpRequest, HttpResponse
from ..core.times import Clock
from .caller_state import CallerState
from .catalogue import VENDORS
from .faults import BodyCutShort, ConnectionBroken, Fault, NoAnswer, What
from .identity import Identity
from .script import Job

_PAGE = b"<html><head><title>Bad Gateway</title></head><body><h1>No server behind this proxy</h1></body></html>"


class WorldState(Protocol):
    """The part of :class:`World` that handling a request uses."""

    wall: Clock
    project_id: str
    limits: dict[str, tuple[float, float]]
    forms: dict[str, str]
    faults: list[Fault]
    caller_state: CallerState
    identity: Identity

    def now(self) -> datetime: ...
    def find(self, kind: str, ids: Mapping[str, str]) -> Sequence[Job]: ...
    def new_id(self) -> str: ...
    def new_number(self) -> str: ...
    def create_job(
        self, kind: str, ids: Mapping[str, str], record: Mapping[str, Any], *, broken: bool, course: Steps
    ) -> Job: ...


class RequestHandler:
    """Handles one request. It is also the ``VendorContext`` through which the vendor's emulation reads the world.

    :ivar call: the operation and its parameters, without secrets.
    :ivar struck: faults that have been applied to the request.
    :ivar code: the vendor's error code, where the request was refused.
    :ivar caller: the key that signed the request, once it is authenticated.
    """

    def __init__(self, world: WorldState, vendor: EmulatedVendor, request: HttpRequest) -> None:
        self.call: Call = vendor.read(request)
        self.struck: list[Fault] = []
        self.code: str | None = None
        self.caller: EmulatedKey | None = None
        self._world = world
        self._vendor = vendor
        self._request = request
        skewed = self._striking(What.CLOCK_SKEW)
        self._skew = timedelta(seconds=sum(self._struck_by(fault).seconds for fault in skewed))

    def answer(self) -> HttpResponse:
        """The vendor's answer, with a ``Date`` header by the vendor's clock.

        :raises TransportError: where a fault leaves no answer.
        """
        return dated(self._answered(), self.now)

    def _answered(self) -> HttpResponse:
        """The answer, without date. Authentication comes first, so that no fault hides a wrong signature or nonce."""
        try:
            self._vendor.authenticate(self, self._request)
            if (page := self._meddle()) is not None:
                return page
            self._count_call()
            return self._damaged(self._vendor.answer(self, self._request))
        except Refusal as refusal:
            self.code = refusal.code
            return self._vendor.refuse(self, self._request, refusal)

    # --- faults -------------------------------------------------------------------------------------------------

    def _striking(self, what: What) -> list[Fault]:
        faults = self._world.faults
        return [fault for fault in faults if fault.what is what and fault.fits_call(self._vendor.name, self.call)]

    def _struck_by(self, fault: Fault) -> Fault:
        """Record that a fault applies to this request. It counts as one request, however many jobs it applies to."""
        if fault not in self.struck:
            self.struck.append(fault)
            if fault.times is not None:
                fault.times -= 1
        return fault

    def _first(self, what: What) -> Fault | None:
        """The oldest fault of a type that applies to this request, recorded as applied; ``None`` without one."""
        striking = self._striking(what)
        return self._struck_by(striking[0]) if striking else None

    def _meddle(self) -> HttpResponse | None:
        """Apply faults that replace the vendor's answer.

        :returns: the answer instead of the vendor's; ``None`` where the vendor answers.
        """
        if self._first(What.RESET):
            raise ConnectionBroken("the connection was reset")
        if self._first(What.HANG):
            raise NoAnswer("no answer in time")
        if fault := self._first(What.ANSWER):
            body = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
            return HttpResponse(fault.status or 200, dict(fault.headers), body.encode())
        if fault := self._first(What.HTML):
            return HttpResponse(fault.status or 502, {"content-type": "text/html"}, _PAGE)
        if fault := self._first(What.THROTTLE):
            raise _told(fault, self._vendor.throttled())
        if fault := self._first(What.SERVER_ERROR):
            raise _told(fault, self._vendor.broken(fault.status or 500))
        if fault := self._first(What.DENY):
            raise _told(fault, self._vendor.denied(self.call))
        return None

    def _damaged(self, response: HttpResponse) -> HttpResponse:
        """Apply faults that damage a complete answer."""
        if self._first(What.TRUNCATED):
            return replace(response, body=response.body[: len(response.body) // 2])
        if self._first(What.SHORT_BODY):
            raise BodyCutShort(dated(response, self.now))
        return response

    def _count_call(self) -> None:
        limit = self._world.limits.get(self.call.limit or "")
        if limit is not None and not self._world.caller_state.take(self.call.limit or "", *limit, self._world.now()):
            raise self._vendor.throttled()

    # --- VendorContext: what the vendor's emulation reads and changes -------------------------------------------

    @property
    def now(self) -> datetime:
        return self._world.wall() + self._skew

    @property
    def project_id(self) -> str:
        return self._world.project_id

    def key(self, access_key: str) -> EmulatedKey | None:
        return self._world.identity.keys.get(access_key)

    def token(self, token: str, use: Use) -> Token:
        return self._world.identity.standing(token, use)

    def project_of(self, token: str) -> str | None:
        return self._world.identity.project_of(token)

    @property
    def directory(self) -> Directory:
        return self._world.identity

    def admit(self, key: EmulatedKey) -> None:
        self.caller = key

    def lend(self, seconds: float, holder: str, prefix: str, *, keep: bool = False) -> Lent:
        lent = self._world.identity.lend(seconds, holder, prefix, keep=keep)
        return replace(lent, issued=lent.issued + self._skew, expires=lent.expires + self._skew)

    def issue(self, use: Use, seconds: float, project_id: str | None = None) -> Issued:
        issued = self._world.identity.issue(use, seconds, project_id)
        return replace(issued, issued=issued.issued + self._skew, expires=issued.expires + self._skew)

    def use_nonce(self, nonce: str) -> bool:
        return self._world.caller_state.use_nonce(nonce, self._world.now())

    def locked(self, access_key: str) -> bool:
        return self._world.caller_state.locked(access_key, self._world.now())

    def count_failure(self, access_key: str) -> None:
        self._world.caller_state.count_failure(access_key, self._world.now())

    def count_success(self, access_key: str) -> None:
        self._world.caller_state.count_success(access_key)

    def new_id(self) -> str:
        return self._world.new_id()

    def new_number(self) -> str:
        return self._world.new_number()

    def form(self, kind: str) -> str:
        return self._world.forms[kind]

    def knows(self, kind: str, **ids: str) -> bool:
        return bool(self._world.find(kind, ids))

    def jobs(self, kind: str, **ids: str) -> Sequence[EmulatedJob]:
        jobs = self._world.find(kind, ids)
        if any(fault.what is What.VANISH for fault in self._world.faults):
            jobs = [job for job in jobs if not self._job_fault(What.VANISH, kind, job.ids)]
        return _Standing(jobs, self._world.now())

    def look(self, job: EmulatedJob) -> EmulatedJob:
        seen = self._world.find(job.kind, job.ids)[0].look(self._world.now())
        fault = self._job_fault(What.STATUS, job.kind, job.ids)
        return replace(seen, state=fault.word) if fault else seen

    def rejects(self, kind: str, **ids: str) -> bool:
        return self._job_fault(What.REJECT_ID, kind, ids) is not None

    def _job_fault(self, what: What, kind: str, ids: Mapping[str, str]) -> Fault | None:
        """The fault of a type that applies to a job of this request.

        A fault whose ``times`` this request has used up still applies to the request's other jobs.
        """
        for fault in self._world.faults:
            spent = fault.times == 0 and fault in self.struck
            candidate = replace(fault, times=None) if spent else fault
            if fault.what is what and candidate.fits_job(self._vendor.name, self.call, kind, ids):
                return self._struck_by(fault)
        return None

    def create(
        self, kind: str, ids: Mapping[str, str], record: Mapping[str, Any], *, broken: bool = False, course: Steps = ()
    ) -> EmulatedJob:
        job = self._world.create_job(kind, ids, record, broken=broken, course=course)
        return job.at(self._world.now())

    def end(self, job: EmulatedJob, state: str) -> None:
        self._world.find(job.kind, job.ids)[0].end(state, self._world.now())


class _Standing(Sequence[EmulatedJob]):
    """Jobs in their states at one time. Each is computed only when it is read, so that large lists stay cheap."""

    def __init__(self, jobs: Sequence[Job], now: datetime) -> None:
        self._jobs = jobs
        self._now = now

    def __len__(self) -> int:
        return len(self._jobs)

    @overload
    def __getitem__(self, index: int) -> EmulatedJob: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[EmulatedJob]: ...
    def __getitem__(self, index: int | slice) -> EmulatedJob | Sequence[EmulatedJob]:
        return _Standing(self._jobs[index], self._now) if isinstance(index, slice) else self._jobs[index].at(self._now)


def nobody(request: HttpRequest) -> HttpResponse:
    """The answer to a request that no vendor's emulation recognises: status 404, with a list of the operations."""
    names = ", ".join(name for vendor in VENDORS for name in vendor.operations)
    text = f"no vendor serves this path: {request.method} {request.path}; the emulator has {names}"
    return HttpResponse(404, {"content-type": "application/json"}, json.dumps({"message": text}).encode())


def dated(response: HttpResponse, now: datetime) -> HttpResponse:
    """The response with a ``Date`` header of that time."""
    return replace(response, headers={**response.headers, "date": format_datetime(now.astimezone(UTC), usegmt=True)})


def _told(fault: Fault, usual: Refusal) -> Refusal:
    """The vendor's usual refusal, with the status, code and ``retry_after`` that the fault sets."""
    status, code = fault.status or usual.status, fault.code or usual.code
    return Refusal(status, code, usual.message, retry_after=fault.retry_after, details=usual.details)
