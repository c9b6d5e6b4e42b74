# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests decisions over any history of looks: jobs that appear late, vanish or come twice, and clocks that are set.

Covers ``core.outcome``, ``core.wait``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.decision import Decision, Done, Fail, Skip, TimedOut, Wait
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.core.kind import Answer, JobKind
from airflow_provider_mediajobs.core.outcome import decide
from airflow_provider_mediajobs.core.output import Rendition
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.wait import WaitHistory, WaitSpec
from airflow_provider_mediajobs.vendors import KINDS, kind

from ..kinds import FACTS
from .outcomes import START, after

DEADLINE = after(3600)
TROUBLE = [
    e.TransportError("reset"),
    e.Throttled("Throttling.User"),
    e.ServerFault("InternalError"),
    e.UnreadableResponse(502, "<html>"),
]
FINAL = [e.AuthError("x"), e.PermissionDenied("x"), e.RequestRejected("x"), e.ConfigError("x"), e.ParameterError("x")]
VIDEO = kind("alibaba.vod.transcode")
RUN_START = after(-3600)

# What a vendor may say of a job: words of its table, and others.
WORDS = {
    name: st.sampled_from([*of.states, *(word.lower() for word in of.states), "", "DONE"]) for name, of in KINDS.items()
}
TIMES = st.none() | st.sampled_from([after(-7 * 86400), after(-3601), RUN_START, after(-3599), START, after(60)])
RENDITIONS = st.none() | st.lists(
    st.builds(
        Rendition,
        st.sampled_from(["LD", "HD", None]),
        st.sampled_from(["t1", None]),
        st.none(),
        st.sampled_from(["succeeded", "failed", "running", "unknown"]),
        st.just("word"),
    ),
    max_size=3,
).map(tuple)


def snapshots(of: JobKind, ref: JobRef) -> st.SearchStrategy[JobSnapshot]:
    return st.builds(
        lambda word, progress, created_at, renditions, proven: JobSnapshot(
            of.name,
            dict(ref.ids),
            of.state(word),
            word,
            progress=progress,
            created_at=created_at,
            renditions=renditions if of.renditions else None,
            proven=proven,
        ),
        WORDS[of.name],
        st.none() | st.integers(0, 100),
        TIMES,
        RENDITIONS,
        st.sampled_from([True, True, True, False]),
    )


def looks(of: JobKind, ref: JobRef) -> st.SearchStrategy[Answer | None]:
    absent = st.none() | st.just(e.JobNotFound("NotFound", "not here"))
    return absent | snapshots(of, ref) | st.sampled_from(TROUBLE) | st.sampled_from(FINAL)


IDS = {name: facts.requested for name, facts in FACTS.items()}
# Pauses between looks: mostly forward, now and then the clock is set back, or far ahead.
PAUSES = st.sampled_from([0, 1, 60, 60, 60, 599, 600, 900, -30, -3600])


def asked_for(of: JobKind, jobs: int, policy: Policy, *, many: bool) -> WaitSpec:
    first = next(iter(IDS[of.name]))
    refs = tuple(of.ref(IDS[of.name] | {first: f"{first}-{number}"}) for number in range(jobs))
    created_after = RUN_START if of.run_id else None
    return WaitSpec(refs, of, policy, DEADLINE, 3600, many=many, created_after=created_after)


POLICIES = st.builds(
    Policy,
    on_partial=st.sampled_from(["fail", "accept", "skip"]),
    required_definitions=st.sampled_from([(), ("HD",), ("LD", "t1")]),
    wait_for=st.sampled_from(["all", "any", 1, 2]),
    fail_fast=st.booleans(),
    until=st.sampled_from(["succeeded", "succeeded", "finished", "running"]),
    not_found_grace=st.sampled_from([0.0, 600.0]),
    queue_timeout=st.sampled_from([None, 300.0]),
    stall_timeout=st.sampled_from([None, 300.0]),
)


@st.composite
def histories(draw: Any, policies: st.SearchStrategy[Policy]) -> tuple[WaitSpec, list[tuple[dict[JobRef, Any], int]]]:
    """What is asked, and look after look with the pause that follows; a look may be at some of the jobs only."""
    of = draw(st.sampled_from(list(KINDS.values())))
    many = draw(st.booleans())
    jobs = draw(st.integers(1, 4)) if many else 1
    policy = draw(policies)
    if policy.needed(jobs) > jobs:
        policy = policy._replace(wait_for="all")
    spec = asked_for(of, jobs, policy, many=many)
    steps = []
    for _ in range(draw(st.integers(1, 12))):
        seen = draw(st.lists(st.sampled_from(spec.refs), unique=True, min_size=0 if many else 1))
        steps.append(({ref: draw(looks(of, ref)) for ref in seen}, draw(PAUSES)))
    return spec, steps


Step = tuple[WaitHistory, datetime, Decision]


def replayed(spec: WaitSpec, steps: Sequence[tuple[dict[JobRef, Any], int]]) -> list[Step]:
    """Look after look, until it is over; in the end one at the deadline."""
    history, now, told = spec.start(), START, []
    for answers, pause in [*steps, ({}, 0)]:
        if pause == 0 and not answers:
            now = max(now, DEADLINE)
        history = spec.after(history, answers, now)
        told.append((history, now, decide(spec, history, now)))
        if not isinstance(told[-1][2], Wait):
            break
        now += timedelta(seconds=pause)
    return told


def is_success(spec: WaitSpec, ref: JobRef, answer: Any) -> bool:
    """What the vendor documents as full success, of the run asked for: written from the table, not the code."""
    if not isinstance(answer, JobSnapshot) or not answer.proven:
        return False
    right = answer.raw_state in FACTS[spec.kind.name].success
    if spec.kind is VIDEO:
        right = right and answer.created_at is not None and answer.created_at >= RUN_START
    return right


@given(histories(st.just(Policy())))
def test_by_default_only_documented_success_opens(case: tuple[WaitSpec, Any]) -> None:
    """Whatever came before: the gate opens when every job was shown in full success, of the right run; only then."""
    spec, steps = case
    seen: dict[JobRef, Any] = {}
    for (history, _now, found), (answers, _pause) in zip(replayed(spec, steps), [*steps, ({}, 0)], strict=False):
        for ref, answer in answers.items():
            if not is_success(spec, ref, seen.get(ref)):
                seen[ref] = answer
        proved = all(is_success(spec, ref, seen.get(ref)) for ref in spec.refs)
        assert isinstance(found, Done) == proved
        assert not isinstance(found, Skip)
        if isinstance(found, Done):
            shown = found.snapshot.jobs if spec.many else (found.snapshot,)
            assert all(is_success(spec, ref, job) for ref, job in zip(spec.refs, shown, strict=True))
            assert [s.answer for s in history] == list(shown)


@given(histories(POLICIES))
def test_it_is_over_at_the_deadline(case: tuple[WaitSpec, Any]) -> None:
    """With any policy nothing waits past it, and nothing times out before it."""
    spec, steps = case
    told = replayed(spec, steps)
    for _history, now, found in told:
        assert not (isinstance(found, Wait) and now >= DEADLINE)
        assert not (isinstance(found, TimedOut) and now < DEADLINE)
    assert not isinstance(told[-1][2], Wait)


@given(histories(POLICIES))
def test_one_history_has_one_outcome(case: tuple[WaitSpec, Any]) -> None:
    """Decided again, elsewhere, from what was seen: the same verdict, with the same words."""
    spec, steps = case
    for history, now, found in replayed(spec, steps):
        pairs = zip(spec.refs, history, strict=True)
        assert [seen.visibility for seen in history] == [spec.visibility(ref, seen.answer) for ref, seen in pairs]
        again = decide(replace(spec), tuple(replace(seen, visibility=None) for seen in history), now)
        assert type(again) is type(found)
        assert getattr(again, "reason", "") == getattr(found, "reason", "")
        assert getattr(again, "snapshot", None) == getattr(found, "snapshot", None)


@given(histories(POLICIES))
def test_no_policy_opens_for_nothing(case: tuple[WaitSpec, Any]) -> None:
    """Every job that counts for an open gate was shown by the newest look at it, in a state that the policy names."""
    spec, steps = case
    policy = spec.policy
    states = {
        "succeeded": {JobState.SUCCEEDED} | ({JobState.PARTIAL} if policy != Policy() else set()),
        "finished": {JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED},
        "running": {JobState.RUNNING, JobState.SUCCEEDED, JobState.PARTIAL},
    }[policy.until]
    for history, _now, found in replayed(spec, steps):
        if isinstance(found, Done):
            good = [
                seen.answer
                for seen in history
                if isinstance(seen.answer, JobSnapshot) and seen.answer.state in states and seen.answer.proven
            ]
            if spec.kind is VIDEO:
                good = [job for job in good if job.created_at is not None and job.created_at >= RUN_START]
            assert len(good) >= policy.needed(len(spec.refs))


@given(histories(POLICIES))
def test_a_wait_fails_only_for_a_reason(case: tuple[WaitSpec, Any]) -> None:
    """A bad end, an error that is final, a job that is not there, or a limit that was set; never a blip."""
    spec, steps = case
    for history, _now, found in replayed(spec, steps):
        if not isinstance(found, Fail):
            continue
        assert not found.error.retryable
        assert found.reason
        limits: dict[type[e.MediaJobsError], float | None] = {
            e.QueueTimedOut: spec.policy.queue_timeout,
            e.Stalled: spec.policy.stall_timeout,
        }
        if type(found.error) in limits:
            assert limits[type(found.error)] is not None
        elif isinstance(found.error, e.JobNotFound):
            graces = [seen.lasted(seen.absent_since) for seen in history if seen.absent_since]
            assert max(graces) >= spec.policy.not_found_grace
        elif not isinstance(found.error, e.JobEnded):
            assert found.error in [seen.answer for seen in history]


@given(histories(POLICIES), st.randoms())
def test_the_order_of_answers_does_not_matter(case: tuple[WaitSpec, Any], random: Any) -> None:
    """Pages and batches come in any order, and may bring a record twice."""
    spec, steps = case
    shuffled = []
    for answers, pause in steps:
        items = list(answers.items())
        random.shuffle(items)
        shuffled.append((dict(items), pause))
    expected = [(type(found), getattr(found, "reason", "")) for _, _, found in replayed(spec, steps)]
    assert [(type(found), getattr(found, "reason", "")) for _, _, found in replayed(spec, shuffled)] == expected
