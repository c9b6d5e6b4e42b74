# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated world: its jobs, keys, faults and clock.

A world answers signed requests as the vendors' pages describe. In a test::

    world = World()
    world.add_job("huawei.mpc.editing", {"job_id": "30647"}, script=[("PROCESSING", 0), ("SUCCEEDED", 2)], by="looks")
    world.add_fault("throttle", product="mpc", times=1)
    transport = EmulatorTransport(world)
    ...
    assert [request.status for request in world.requests] == [429, 200, 200, 200]
"""

from __future__ import annotations

import random as random_module
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any
from zlib import crc32

from ..clock import utc_now
from ..core.account import Account, Credentials
from ..core.emulation import EmulatedKey, EmulatedKind, EmulatedVendor, Steps
from ..core.errors import ParameterError, TransportError
from ..core.http import HttpRequest, HttpResponse
from ..core.times import Clock
from .caller_state import CallerState
from .catalogue import KINDS, VENDORS, chosen_forms, chosen_limits, known_fault, known_ids, known_kind
from .faults import Fault, What
from .identity import Identity
from .record import RequestRecord
from .request_handler import RequestHandler, dated, nobody
from .script import Job, Script

DEFAULT_ACCESS_KEY = "emulator-access-key"
DEFAULT_SECRET_KEY = "emulator-secret-key"  # noqa: S105 - opens nothing but this emulator
DEFAULT_PROJECT_ID = "emulator-project"
_KEPT_REQUESTS = 10_000
_AGE = attrgetter("created", "number")

ScriptLike = Script | str | Iterable[tuple[str | int, float]] | None


class World:
    """The state of an emulator, and its answers to requests.

    :param now: the clock of jobs, quotas, signatures' dates and expiry. Without one, the jobs' and quotas' clock stands
        still and moves by :meth:`advance` only, while signatures' dates and expiry are checked against the real time,
        since that is what clients sign with.
    :param random: the source of ids and of jobs' durations.
    :param keys: secret keys by access key; the default is one key (``DEFAULT_ACCESS_KEY``, ``DEFAULT_SECRET_KEY``).
    :param project_id: the project that the paths of Huawei Cloud's requests must name.
    :param job_seconds: shortest and longest duration, in seconds, of jobs that a vendor's operation creates or that are
        added without a script.
    :param listed: the order of lists whose page states none: ``newest`` first, ``oldest`` first, or ``random``.
    :param forms: the form in which answers hold jobs, by kind, where the vendor's page is ambiguous
        (``{"alibaba.live.editing": "list"}``); by default the form of the page's table of fields.
    :param limits: the quotas to enforce: ``True`` for the vendors' own, ``False`` for none, or a mapping that replaces
        some of the vendors', of bucket to calls and seconds (``{"alibaba.live": (2, 1.0)}``).
    :raises ParameterError: for an unknown kind, form or bucket.
    :ivar identity: roles, users, agencies, and the temporary keys and tokens issued to them.
    """

    def __init__(
        self,
        *,
        now: Clock | None = None,
        random: random_module.Random | None = None,
        keys: Mapping[str, str] | None = None,
        project_id: str = DEFAULT_PROJECT_ID,
        job_seconds: tuple[float, float] = (12.0, 20.0),
        limits: bool | Mapping[str, tuple[float, float]] = True,
        listed: str = "newest",
        forms: Mapping[str, str] | None = None,
    ) -> None:
        standing = utc_now()
        self.wall: Clock = now or utc_now
        self._time: Clock = now or (lambda: standing)
        self._advanced = timedelta(0)
        self.random = random or random_module.Random()  # noqa: S311 - nothing here is a secret
        self.project_id = project_id
        self.job_seconds = job_seconds
        self.listed = listed
        self.limits = chosen_limits(limits)
        self.forms = chosen_forms(forms or {})
        self.faults: list[Fault] = []
        self.caller_state = CallerState()
        self._jobs: dict[str, dict[tuple[str, ...], Job]] = {name: {} for name in KINDS}
        self._by_first: dict[str, dict[str, dict[tuple[str, ...], Job]]] = {name: {} for name in KINDS}
        self._requests: list[RequestRecord] = []
        self._number = 30646
        self._lock = threading.RLock()
        self.identity = Identity(self._signed_by, self.random, project_id, self._lock)
        for access_key, secret_key in (keys or {DEFAULT_ACCESS_KEY: DEFAULT_SECRET_KEY}).items():
            self.add_key(access_key, secret_key)

    # --- requests -----------------------------------------------------------------------------------------------

    def handle(self, request: HttpRequest) -> HttpResponse:
        """The vendor's answer to a request as it was received.

        :raises TransportError: where a fault leaves no answer.
        """
        with self._lock:
            vendor = next((vendor for vendor in VENDORS if vendor.recognises(request)), None)
            if vendor is None:
                return dated(nobody(request), self.wall())
            handler = RequestHandler(self, vendor, request)
            try:
                response = handler.answer()
            except TransportError:
                self._note(vendor, request, handler, None)
                raise
            self._note(vendor, request, handler, response.status)
            return response

    def _note(self, vendor: EmulatedVendor, request: HttpRequest, handler: RequestHandler, status: int | None) -> None:
        struck = tuple(str(fault.what) for fault in handler.struck)
        facts = (request.method, request.path, handler.call, status, handler.code, struck)
        self._requests.append(RequestRecord(self.now(), vendor.name, *facts))
        del self._requests[:-_KEPT_REQUESTS]

    @property
    def requests(self) -> list[RequestRecord]:
        """The last ten thousand requests to the vendors, oldest first, without secrets."""
        with self._lock:
            return list(self._requests)

    def clear_requests(self) -> None:
        """Empty the list of requests."""
        with self._lock:
            self._requests.clear()

    # --- time ---------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time by the clock of jobs and quotas."""
        return self._time() + self._advanced

    def _signed_by(self) -> datetime:
        return self.wall()  # read at each call: tests replace the attribute

    def advance(self, seconds: float) -> None:
        """Advance the clock of jobs, quotas, nonces and locks; not that of signatures' dates and of expiry."""
        with self._lock:
            self._advanced += timedelta(seconds=seconds)

    # --- keys and tokens ----------------------------------------------------------------------------------------

    @property
    def keys(self) -> dict[str, EmulatedKey]:
        """The keys that requests may be signed with, by access key."""
        return self.identity.keys

    def add_key(self, access_key: str, secret_key: str, security_token: str | None = None) -> None:
        """Accept an access key; with ``security_token``, a temporary key whose requests must carry that token."""
        self.identity.add_key(access_key, secret_key, security_token)

    def add_auth_token(self, token: str) -> None:
        """Accept a Huawei Cloud ``X-Auth-Token`` for the world's project from now on."""
        self.identity.add_auth_token(token)

    def expire_token(self, token: str) -> None:
        """Treat a security token or authentication token as expired from now on."""
        self.identity.expire_token(token)

    def account(self, vendor: str, **overrides: Any) -> Account:
        """An account for a test's client, with a key that this world accepts; ``overrides`` replace its fields."""
        key = next(iter(self.keys.values()))
        credentials = Credentials(key.access_key, key.secret_key, key.security_token)
        account = Account(vendor, credentials, project_id=self.project_id if vendor == "huawei" else None)
        return replace(account, **overrides)

    # --- jobs ---------------------------------------------------------------------------------------------------

    def add_job(
        self,
        kind: str,
        ids: Mapping[str, str],
        script: ScriptLike = None,
        by: str = "seconds",
        record: Mapping[str, Any] | None = None,
        *,
        age: float = 0.0,
        undocumented: bool = False,
    ) -> Job:
        """Add a job. It replaces a job of the same kind with the same ids.

        :param ids: the job's ids, as the kind names them.
        :param script: how its status changes, in the vendor's words. Without one the job succeeds, within
            ``job_seconds``, or, with ``by="looks"``, with one step per status query.
        :param by: ``seconds`` or ``looks``, for a script that is not a :class:`Script`.
        :param record: fields of the vendor's record that replace or extend those that follow from the status.
        :param age: seconds that have passed since the job was created.
        :param undocumented: allow status words that none of the vendor's pages documents. No wait ends at them.
        :raises ParameterError: for an unknown kind, id, unit or word, or a script that is none.
        """
        with self._lock:
            facts = known_kind(kind)
            key = known_ids(facts, ids, {name: self.new_id() for name in facts.generated})
            chosen = self._script(facts, script, by)
            if not undocumented:
                chosen.check_words(facts)
            self._number += 1
            created = self._ago(age)
            job = Job(facts, dict(zip(facts.ids, key, strict=True)), chosen, created, self._number, dict(record or {}))
            self._jobs[kind][key] = job
            self._by_first[kind].setdefault(key[0], {})[key] = job
            return job

    def create_job(
        self, kind: str, ids: Mapping[str, str], record: Mapping[str, Any], *, broken: bool, course: Steps
    ) -> Job:
        """Add a job as a vendor's create operation does. It fails where ``broken``; ``course`` replaces its words."""
        facts = replace(known_kind(kind), course=course) if course else known_kind(kind)
        return self.add_job(kind, ids, Script(facts.steps(self._length(), broken=broken)), record=record)

    def _script(self, kind: EmulatedKind, script: ScriptLike, by: str) -> Script:
        if isinstance(script, Script):
            return script
        if script is not None:
            return Script(script, by)
        words = [word for word, _ in kind.course]
        return Script(kind.steps(self._length()) if by == "seconds" else zip(words, range(len(words)), strict=True), by)

    def _ago(self, age: float) -> datetime:
        try:
            return self.now() - timedelta(seconds=age)
        except (OverflowError, ValueError):
            raise ParameterError(f"age must be a number of seconds since a possible date, not {age}") from None

    def _length(self) -> float:
        return self.random.uniform(*self.job_seconds)

    def find(self, kind: str, ids: Mapping[str, str]) -> list[Job]:
        """Jobs of a kind that have these ids (some or all of the kind's), in the order of ``listed``."""
        with self._lock:
            jobs, names = self._jobs[kind], KINDS[kind].ids
            if set(names) <= ids.keys():
                exact = jobs.get(tuple(ids[name] for name in names))
                return [exact] if exact else []
            some = self._by_first[kind].get(ids[names[0]], {}) if names[0] in ids else jobs
            found = [job for job in some.values() if ids.items() <= job.ids.items()]
            if self.listed == "random":
                return sorted(found, key=lambda job: crc32(str(job.number).encode()))
            return sorted(found, key=_AGE, reverse=self.listed == "newest")

    @property
    def jobs(self) -> list[Job]:
        """All jobs, in the order in which they were added."""
        with self._lock:
            return sorted((job for jobs in self._jobs.values() for job in jobs.values()), key=lambda job: job.number)

    def clear_jobs(self) -> None:
        """Remove all jobs."""
        with self._lock:
            for kind in KINDS:
                self._jobs[kind].clear()
                self._by_first[kind].clear()

    def new_id(self) -> str:
        """32 random hex digits."""
        return f"{self.random.getrandbits(128):032x}"

    def new_number(self) -> str:
        """A number that no job of this world has had, as text."""
        with self._lock:
            self._number += 1
            return str(self._number)

    # --- faults -------------------------------------------------------------------------------------------------

    def add_fault(self, what: What | str, **facts: Any) -> Fault:
        """Add a fault. It applies to every request that fits it, until ``times`` requests or :meth:`clear_faults`.

        :param what: a value of :class:`What`.
        :param facts: fields of :class:`Fault`.
        :raises ParameterError: for an unknown fault, field or name, or a field that does not go with the fault.
        """
        fault = known_fault(what, facts)
        with self._lock:
            self.faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        """Remove all faults."""
        with self._lock:
            self.faults.clear()

    def clear(self) -> None:
        """Remove all jobs, faults, recorded requests, nonces and locks. Keys, tokens and the clock stay."""
        with self._lock:
            self.clear_jobs()
            self.clear_faults()
            self.clear_requests()
            self.caller_state = CallerState()
