# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests one wait for several jobs: it gets news of each, stops asking at its end, and counts each call once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import JobNotFound, ServerFault, TransportError
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot
from airflow_provider_mediajobs.vendors import kind as kind_of

from .conftest import has_ended

MPC, ICE = "huawei.mpc.editing", "alibaba.ice.live_editing"

Play = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


# --- many jobs, one wait ----------------------------------------------------------------------------------------


def test_a_wait_for_five_hundred_jobs_makes_fifty_calls_a_round(play: Play) -> None:
    """Ten jobs a call, each job once, and all of their news in one piece where nobody asked before."""

    async def scene(stage: Any) -> None:
        refs = stage.running(500)
        async with stage.together(refs) as waiter:
            await asyncio.sleep(47.2)  # the first call goes out at 10 s, the fiftieth 49 * 0.75 s later
            assert len(stage.sent) == 50
            assert [len(stage.looked_at(ref)) for ref in refs] == [1] * 500
            assert (waiter.report.calls, waiter.report.looks) == (50, 50)
            news = await waiter.next()
            assert list(news) == refs
            assert {type(answer) for answer in news.values()} == {JobSnapshot}

    play(scene)


def test_each_call_brings_its_own_jobs_news(play: Play) -> None:
    """Who asks again at once is told of ten jobs at a time, and of none twice."""

    async def scene(stage: Any) -> None:
        refs = stage.running(30)
        async with stage.together(refs) as waiter:
            told = [await waiter.next() for _ in range(3)]
            assert [len(news) for news in told] == [10, 10, 10]
            assert {ref for news in told for ref in news} == set(refs)
            assert stage.time() == pytest.approx(10 + 2 * 0.75 + 0.1)

    play(scene)


def test_each_job_ends_on_its_own_and_is_asked_for_no_more(play: Play) -> None:
    """Thirty ends within five minutes: each is told within seconds, and the last one closes the lane."""

    async def scene(stage: Any) -> None:
        refs = [kind_of(MPC).ref({"job_id": f"{index:03}"}) for index in range(30)]
        for index, ref in enumerate(refs):
            stage.add(length=20 + 10 * index, job_id=ref["job_id"])
        left: dict[JobRef, float] = {}
        waiter = stage.together(refs)
        while waiter.subscriptions:
            for ref, answer in (await waiter.next()).items():
                assert ref not in left
                if has_ended(answer):
                    left[ref] = stage.time()
                    await waiter.drop(ref)
        assert max(moment - 20 - 10 * refs.index(ref) for ref, moment in left.items()) < 8
        assert {ref: stage.looked_at(ref)[-1] for ref in refs} == pytest.approx(left, abs=0.001)
        assert stage.time() == max(left.values())

    play(scene)


def test_refs_that_are_given_twice_are_one_job(play: Play) -> None:
    """A list from a template may hold an id twice."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2)
        async with stage.together([*refs, *refs]) as waiter:
            assert list(await waiter.next()) == refs
            await waiter.drop(refs[0])
            assert list(await waiter.next()) == [refs[1]]

    play(scene)


def test_news_is_the_newest_of_each_job(play: Play) -> None:
    """What was told of a job before it was taken is passed over; jobs without news are left out."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2, length=60)
        absent = kind_of(MPC).ref({"job_id": "9"})
        async with stage.together([*refs, absent]) as waiter:
            await asyncio.sleep(200)
            news = await waiter.next()
            assert [has_ended(news[ref]) for ref in refs] == [True, True]
            assert news[absent] is None
            await waiter.drop(refs[0])
            await waiter.drop(refs[1])
            assert await waiter.next() == {absent: None}

    play(scene)


def test_a_cancelled_next_loses_no_news(play: Play) -> None:
    """Whoever asks then is told."""

    async def scene(stage: Any) -> None:
        (ref,) = stage.running(1)
        async with stage.together([ref]) as waiter:
            for seconds in (5, 5.05):  # before the first event may come, and while the first look is under way
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(waiter.next(), seconds)
            await asyncio.sleep(1)
            assert list(await waiter.next()) == [ref]

    play(scene)


# --- who leaves -------------------------------------------------------------------------------------------------


def test_dropping_the_last_job_closes_the_lane(play: Play) -> None:
    """And closing the wait then, or twice, does no harm."""

    async def scene(stage: Any) -> None:
        refs = stage.running(3)
        async with stage.together(refs) as waiter:
            await waiter.next()
            for ref in refs[:2]:
                await waiter.drop(ref)
                assert len({id(lane) for lane in stage.poller.lanes.values()}) == 1
            await waiter.drop(refs[2])
            assert stage.poller.lanes == {}
            assert [wire.closed for wire in stage.wires] == [True]
            await waiter.aclose()

    play(scene)


def test_a_wait_that_is_closed_leaves_the_jobs_of_others_alone(play: Play) -> None:
    """Also those that both wait for; twice closed is closed."""

    async def scene(stage: Any) -> None:
        refs = stage.running(3, length=60)
        waiter = stage.together(refs)
        async with stage.together(refs[:1]) as other:
            await waiter.next()
            await waiter.aclose()
            await waiter.aclose()
            closed = stage.time()
            while not has_ended((await other.next())[refs[0]]):
                pass
            assert max(stage.looked_at(refs[1]) + stage.looked_at(refs[2])) <= closed
            assert stage.looked_at(refs[0])[-1] > 60

    play(scene)


def test_a_job_that_is_dropped_while_it_is_asked_for_is_told_no_more(play: Play) -> None:
    """Its neighbours in the call are."""

    async def scene(stage: Any) -> None:
        refs = stage.running(3)
        stage.latency = 4
        async with stage.together(refs) as waiter:
            await asyncio.sleep(12)
            await waiter.drop(refs[1])
            assert list(await waiter.next()) == [refs[0], refs[2]]
            await asyncio.sleep(600)
            assert stage.looked_at(refs[1]) == [14.0]
            assert len(stage.looked_at(refs[0])) > 10

    play(scene)


def test_the_last_job_that_is_dropped_while_it_is_asked_for_ends_the_call(play: Play) -> None:
    """Nobody is there to hear the answer."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2)
        stage.latency = 1000
        async with stage.together(refs) as waiter:
            await asyncio.sleep(12)
            for ref in refs:
                await waiter.drop(ref)
            assert stage.time() == 12
            assert stage.poller.lanes == {}

    play(scene)


def test_who_comes_for_a_job_dropped_in_a_call_has_a_look_of_its_own(play: Play) -> None:
    """The answer that is under way began before it came."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2)
        stage.latency = 4
        async with stage.together(refs) as waiter:
            await asyncio.sleep(12)
            await waiter.drop(refs[0])
            async with stage.together(refs[:1], first_event=0) as other:
                assert list(await waiter.next()) == [refs[1]]
                assert stage.time() == 14
                assert list(await other.next()) == [refs[0]]
                assert stage.time() == pytest.approx(18)

    play(scene)


def test_a_wait_that_comes_during_a_call_hears_its_answer(play: Play) -> None:
    """Of the job that it shares, which is not asked for twice at a time; its own job has a call at once."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2)
        async with stage.together(refs[:1]) as early:
            await early.next()
            stage.latency = 30
            await asyncio.sleep(15)
            first, called = stage.sent
            assert (first, called < 20) == (10, True)
            async with stage.together(refs, first_event=0) as late:
                came = stage.time()
                assert list(await late.next()) == [refs[0]]
                assert stage.time() == called + 30
                assert list(await late.next()) == [refs[1]]
                assert stage.time() == came + 30
                assert [len(request.ids) for request in stage.world.requests] == [1, 1, 1]

    play(scene)


def test_a_wait_may_be_left_while_its_lane_closes(play: Play) -> None:
    """At the end of a loop, tasks end in any order; connections are given back all the same."""

    async def scene(stage: Any) -> None:
        refs = stage.running(3)
        waiter = stage.together(refs)
        await waiter.next()
        (wire,) = stage.wires

        async def slowly() -> None:
            await asyncio.sleep(1)
            wire.closed = True

        wire.aclose = slowly
        (runner,) = (task for task in asyncio.all_tasks() if task.get_name() == "mediajobs lane mpc")
        runner.cancel()
        await asyncio.sleep(0)
        await waiter.drop(refs[0])
        await waiter.aclose()

    play(scene)


# --- what it costs, what it meets -------------------------------------------------------------------------------


def test_a_call_counts_once_for_a_wait_however_many_of_its_jobs_it_is_for(play: Play) -> None:
    """A wait for one of them counts the calls that it had a part in."""

    async def scene(stage: Any) -> None:
        refs = stage.running(40)
        async with stage.together(refs) as waiter, stage.together(refs[:1]) as single:
            await asyncio.sleep(99.5)
            assert (waiter.report.calls, waiter.report.looks) == (len(stage.sent), len(stage.sent))
            assert single.report.calls == len(stage.looked_at(refs[0]))
            assert 4 <= single.report.calls < waiter.report.calls

    play(scene)


def test_throttles_and_failures_count_once_too(play: Play) -> None:
    """Of ten jobs in one call."""

    async def scene(stage: Any) -> None:
        refs = stage.running(10)
        stage.world.add_fault("throttle", times=2)
        async with stage.together(refs) as waiter:
            await waiter.next()
            stage.world.add_fault("reset", times=1)
            await waiter.next()
            assert (waiter.report.throttled, waiter.report.retried) == (2, 1)
            await asyncio.sleep(0.2)  # the second call of a pair is under way
            assert waiter.report.calls == len(stage.sent)

    play(scene)


def test_trouble_is_told_by_reference(play: Play) -> None:
    """One job meets an error that passes, one is unknown, the third is well."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2, kind=ICE)
        unknown = kind_of(ICE).ref({"job_id": "9"})
        stage.world.add_fault("server_error", ids={"job_id": "000"})
        async with stage.together([*refs, unknown]) as waiter:
            await asyncio.sleep(30)
            news = await waiter.next()
            assert {ref: type(answer) for ref, answer in news.items()} == {
                refs[0]: ServerFault,
                refs[1]: JobSnapshot,
                unknown: JobNotFound,
            }
            assert {ref: type(error) for ref, error in waiter.trouble.items()} == {refs[0]: ServerFault}
            stage.world.clear_faults()
            await asyncio.sleep(60)
            assert waiter.trouble == {}
            assert isinstance((await waiter.next())[refs[0]], JobSnapshot)

    play(scene)


def test_an_outage_is_told_once_for_each_job(play: Play) -> None:
    """And is the trouble of all of them until it is over."""

    async def scene(stage: Any) -> None:
        refs = stage.running(20)
        stage.world.add_fault("reset")
        async with stage.together(refs) as waiter:
            await asyncio.sleep(600)
            news: dict[JobRef, Any] = await waiter.next()
            assert [isinstance(answer, TransportError) for answer in news.values()] == [True] * 20
            assert set(waiter.trouble) == set(refs)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(waiter.next(), 600)
            stage.world.clear_faults()
            news = {}
            while len(news) < 20:
                news |= await waiter.next()
            assert {type(answer) for answer in news.values()} == {JobSnapshot}
            assert waiter.trouble == {}

    play(scene)


def test_trouble_is_known_when_the_wait_is_over(play: Play) -> None:
    """It is asked for where the deadline has passed."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2)
        stage.world.add_fault("reset")
        async with stage.together(refs) as waiter:
            await waiter.next()
        assert set(waiter.trouble) == set(refs)

    play(scene)


def test_the_trouble_of_a_job_that_was_dropped_is_gone(play: Play) -> None:
    """It is none of the wait's any more."""

    async def scene(stage: Any) -> None:
        refs = stage.running(2)
        stage.world.add_fault("reset")
        async with stage.together(refs) as waiter:
            await waiter.next()
            await waiter.drop(refs[0])
            assert list(waiter.trouble) == [refs[1]]

    play(scene)


def test_jobs_that_are_dropped_make_room_in_the_quota(play: Play) -> None:
    """Of five hundred, the ten that are left are looked at as if nobody else had been there."""

    async def scene(stage: Any) -> None:
        refs = stage.running(500)
        async with stage.together(refs) as waiter:
            await asyncio.sleep(300)
            for ref in refs[10:]:
                await waiter.drop(ref)
            before = len(stage.sent)
            await asyncio.sleep(600)
            assert len(stage.sent) - before < 40
            assert max(moment for ref in refs[10:] for moment in stage.looked_at(ref)) <= 300.1
            gaps = [later - earlier for earlier, later in pairwise(stage.looked_at(refs[9]))]
            assert max(gaps[-5:]) <= 60

    play(scene)
