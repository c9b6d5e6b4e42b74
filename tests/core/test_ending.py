# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the first and the last line of a wait in the task log."""

from __future__ import annotations

from dataclasses import replace

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.ending import beginning, ending, unsuccessful
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, WaitReport, combined
from airflow_provider_mediajobs.core.kind import Answer
from airflow_provider_mediajobs.core.output import JobFault
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import WaitSpec
from airflow_provider_mediajobs.vendors import kind

from .outcomes import START, F, R, S

MPC = kind("huawei.mpc.editing")
LIVE = kind("alibaba.live.editing")


def spec(number: int, *, many: bool = True) -> WaitSpec:
    refs = tuple(MPC.ref({"job_id": str(each)}) for each in range(number))
    return WaitSpec(refs, MPC, Policy(), START, 3600, many=many)


def job(ref: JobRef, state: str, word: str, code: str | None = None) -> JobSnapshot:
    shown = JobSnapshot(ref.kind, dict(ref.ids), MPC.state(word), word)
    assert shown.state == state
    return replace(shown, error=JobFault(code, "why")) if code else shown


def test_one_that_succeeded() -> None:
    """Nothing but the facts."""
    of = spec(1, many=False)
    history = of.after(of.start(), {of.refs[0]: job(of.refs[0], S, "SUCCEEDED")}, START)
    line = ending(of, history, WaitReport(looks=1, calls=2), 61.4, "succeeded")
    assert line == "huawei.mpc.editing job_id=0: wait over: succeeded; succeeded; 1 look, 2 calls, waited 0:01:01"


def test_one_that_failed() -> None:
    """The vendor's word and code."""
    of = spec(1, many=False)
    history = of.after(of.start(), {of.refs[0]: job(of.refs[0], F, "FAILED", "MPC.1")}, START)
    assert ending(of, history, WaitReport(), -1, "failed (MediaJobFailed)") == (
        "huawei.mpc.editing job_id=0: wait over: failed (MediaJobFailed); failed (the vendor says 'FAILED', code MPC.1)"
        "; 0 looks, 0 calls, waited 0:00:00"
    )


def test_many() -> None:
    """Counts, and each that did not succeed; more than ten are counted."""
    of = spec(16)
    answers: dict[JobRef, Answer | None] = {ref: job(ref, F, "FAILED", "MPC.1") for ref in of.refs[5:]}
    answers |= {
        of.refs[0]: job(of.refs[0], S, "SUCCEEDED"),
        of.refs[1]: e.Throttled("MPC.10301", "slow down"),
        of.refs[2]: e.TransportError("reset"),
        of.refs[3]: None,
    }
    line = ending(of, of.after(of.start(), answers, START), WaitReport(3, 4), 3600, "timed out (MediaJobTimeout)")
    failed = ", ".join(f"job_id={number} failed (the vendor says 'FAILED', code MPC.1)" for number in range(5, 11))
    assert line == (
        "huawei.mpc.editing, 16 jobs: wait over: timed out (MediaJobTimeout); 1 succeeded, 2 without news, 1 not "
        "visible, 1 not asked yet, 11 failed; not succeeded: job_id=1 without news (MPC.10301), job_id=2 without news "
        f"(TransportError), job_id=3 not visible, job_id=4 not asked yet, {failed}, and 5 more; 3 looks, 4 calls, "
        "waited 1:00:00"
    )
    assert unsuccessful(of, of.after(of.start(), answers, START)) == list(of.refs[1:])


def test_a_refusal_of_all() -> None:
    """Whatever is wrong with the asking has a word as well."""
    of = spec(2)
    history = of.after(of.start(), dict.fromkeys(of.refs, e.AuthError("InvalidAccessKeyId")), START)
    assert "; 2 refused; not succeeded: job_id=0 refused (InvalidAccessKeyId), " in ending(
        of, history, WaitReport(), 0, "failed (MediaJobNotAuthenticated)"
    )


def test_all_succeeded() -> None:
    """Then all may be looked at."""
    of = spec(2)
    history = of.after(of.start(), {ref: job(ref, S, "SUCCEEDED") for ref in of.refs}, START)
    assert "; 2 succeeded; 0 looks" in ending(of, history, WaitReport(), 0, "succeeded")
    assert unsuccessful(of, history) == list(of.refs)


def test_a_studio() -> None:
    """By its episodes."""
    ref = LIVE.ref({"caster_id": "c"})
    of = WaitSpec((ref,), LIVE, Policy(episodes=2), START, 3600)
    shown = [
        JobSnapshot(LIVE.name, {"caster_id": "c", "show_id": show}, state, word)
        for show, state, word in (("s", S, "3"), ("t", R, "1"))
    ]
    line = ending(of, of.after(of.start(), {ref: combined(ref, shown, None)}, START), WaitReport(), 0, "x")
    assert "; 1 succeeded, 1 running; not succeeded: show_id=t running (the vendor says '1'); 0 looks" in line


def test_the_first_line() -> None:
    """What, which, until when, and how to look."""
    assert beginning(spec(12), "mediajobs status c k 0") == (
        "huawei.mpc.editing, 12 jobs: waiting for job_id=0, job_id=1, job_id=2, job_id=3, job_id=4, job_id=5, job_id=6"
        ", job_id=7, job_id=8, job_id=9, and 2 more, until 2026-09-01T12:00:00+00:00 at the latest; to look at it: "
        "mediajobs status c k 0"
    )
    assert beginning(spec(1, many=False), "") == (
        "huawei.mpc.editing job_id=0: waiting, until 2026-09-01T12:00:00+00:00 at the latest"
    )
