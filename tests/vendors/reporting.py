# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A vendor that gives the answers it is told to give, and the result of a wait for them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.clock import VendorClock
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.decision import Decision
from airflow_provider_mediajobs.core.errors import MediaJobsError
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobRef
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.times import parse_time
from airflow_provider_mediajobs.core.wait import WaitHistory, WaitSpec
from airflow_provider_mediajobs.credential_cache import CachedCredentials
from airflow_provider_mediajobs.vendors import kind, vendor_of

START = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
GRACE_S = 600.0
ACCOUNTS = {
    "alibaba": Account("alibaba", Credentials("access-key-of-a-test", "secret-of-a-test"), region="cn-shanghai"),
    "huawei": Account(
        "huawei", Credentials("access-key-of-a-test", "secret-of-a-test"), region="cn-north-4", project_id="p1"
    ),
}


class Vendor:
    """A transport: one answer after the other, the last of them for ever.

    :ivar requests: what it was asked.
    """

    def __init__(self, *answers: HttpResponse) -> None:
        self.requests: list[HttpRequest] = []
        self._answers = list(answers)

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def answered(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, {}, json.dumps(body).encode())


def look(account: Account, refs: list[JobRef], *answers: HttpResponse) -> tuple[dict[JobRef, Answer | None], int]:
    """What a look tells of each reference, through the client, and its calls. An error is everybody's answer."""
    of = kind(refs[0].kind)
    transport = Vendor(*answers)
    client = Client(vendor_of(of.name), account, VendorClock(lambda: START), cached=CachedCredentials())
    try:
        found = client.run(of.look(account, refs), transport)
    except MediaJobsError as error:
        return dict.fromkeys(refs, error), len(transport.requests)
    return {ref: found.get(ref) for ref in refs}, len(transport.requests)


@dataclass
class Report:
    """One answer that somebody met.

    :ivar calls: of one look.
    """

    ref: JobRef
    spec: WaitSpec
    account: Account
    answers: list[HttpResponse]
    calls: int = 0

    @classmethod
    def read(cls, name: str) -> Report:
        told = json.loads((Path(__file__).parent / "reports" / f"{name}.json").read_text(encoding="utf-8"))
        of = kind(told["kind"])
        ref = of.ref(told["ids"])
        policy = Policy.from_json(told.get("policy", {}))
        deadline = START + timedelta(hours=1)
        spec = WaitSpec((ref,), of, policy, deadline, 3600.0, created_after=parse_time(told.get("created_after")))
        account = replace(ACCOUNTS[vendor_of(of.name).name], **told.get("options", {}))
        return cls(ref, spec, account, [answered(a["body"], a["status"]) for a in told["responses"]])

    def answer(self) -> Answer | None:
        found, self.calls = look(self.account, [self.ref], *self.answers)
        return found[self.ref]

    def decisions(self, **policy: Any) -> tuple[Decision, Decision]:
        """At the first look, and when all the grace there is has passed."""
        spec = replace(self.spec, policy=self.spec.policy._replace(**policy))
        history: WaitHistory = spec.start()
        found: list[Decision] = []
        for seconds in (0.0, GRACE_S):
            now = START + timedelta(seconds=seconds)
            history = spec.after(history, {self.ref: self.answer()}, now)
            found.append(decide(spec, history, now))
        return found[0], found[1]
