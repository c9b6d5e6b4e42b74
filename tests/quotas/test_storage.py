# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the scripts that run in Redis, with a real one, in virtual time.

Covers ``quotas.script``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from math import ceil
from random import Random

import pytest

from airflow_provider_mediajobs.core.errors import ConfigError
from airflow_provider_mediajobs.quotas.bucket import Bucket, Sort
from airflow_provider_mediajobs.quotas.script import GRANTED, REFUSED, WAIT
from airflow_provider_mediajobs.quotas.storage import Storage, address_of

from ..redis_server import RedisServer
from .conftest import worst

MINUTE = Bucket("minute", 100, 60.0, 0.75)
SECOND = Bucket("second", 10, 1.0, 0.125)
FLIGHT_S = 20.0


class Clock:
    """Of the storage."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def take(redis: RedisServer, clock: Clock) -> Callable[..., tuple[int, float]]:
    storage = Storage(redis.url, clock)

    def taken(
        call: str, sort: Sort = Sort.LANE, bucket: Bucket = MINUTE, patience: float = 3600, flight: float = FLIGHT_S
    ) -> tuple[int, float]:
        decision, wait = storage.take(bucket, sort, call, flight, patience)
        return decision, round(wait, 4)

    return taken


# --- where it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:s3cret@redis.example.com:6380/2", "redis://redis.example.com:6380/2"),
        ("rediss://user:s3%2Fcret@10.0.0.1", "rediss://10.0.0.1:6379/0"),
        ("redis://[::1]:7000/?socket_timeout=9", "redis://[::1]:7000/0"),
    ],
)
def test_addresses_are_shown_without_what_is_secret(url: str, shown: str) -> None:
    assert address_of(url).shown == shown
    assert not any("s3" in shown for _ in address_of(url).secrets)


def test_secrets_of_an_address() -> None:
    """As it is written, and as it is."""
    url = "rediss://user:s3%2Fcret@10.0.0.1"
    assert set(address_of(url).secrets) == {url, "s3%2Fcret", "s3/cret"}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis.example.com:6379", "is not a redis:// or rediss:// URL"),
        ("http://:s3cret@redis.example.com", "is not a redis:// or rediss:// URL"),
        ("memory://", "is not a redis:// or rediss:// URL"),
        ("async+redis://:s3cret@h", "is not a redis:// or rediss:// URL"),
        ("redis://:s3cret/9@redis.example.com:6379/0", "is no URL"),  # the slash ends the password
        ("redis://:s3cret@redis.example.com:port", "is no URL"),
        ("redis://:s3cret@redis.example.com:99999", "is no URL"),
        ("redis://[s3cret", "is no URL"),
        ("redis://", "names no host"),
        ("redis://:s3cret@", "names no host"),
        ("redis://:s3cret@a host", "names no host"),
        ("redis://:s3cret@h/zero", "names a database that is no number"),
    ],
)
def test_what_is_no_address(url: str, told: str) -> None:
    """It says what to write, and nothing of what was written."""
    with pytest.raises(ConfigError) as caught:
        Storage(url)
    message = str(caught.value)
    assert message.startswith(f"[mediajobs] quota_storage {told}; use redis://")
    assert "s3cret" not in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_option_of_the_client_that_it_does_not_know() -> None:
    """A mistake in the URL's query is the client's to find; its text may hold the URL."""
    with pytest.raises(ConfigError, match=r"^\[mediajobs\] quota_storage cannot be used \(\w+\); use redis://"):
        Storage("redis://:s3cret@localhost/0?socket_timeout=soon")


def test_without_the_extra() -> None:
    """It says what to install, and where."""
    code = """
import sys
sys.modules["limits"] = None
from airflow_provider_mediajobs.quotas.storage import Storage
try:
    Storage("redis://:s3cret@localhost")
except Exception as error:
    print(type(error).__name__, error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == (
        "ConfigError [mediajobs] quota_storage is set, but limits is not installed: pip install "
        "'airflow-provider-mediajobs[redis]' wherever triggerers and workers run"
    )


# --- looks ------------------------------------------------------------------------------------------------------


def test_looks_are_evenly_spaced_whoever_makes_them(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    assert take("a") == (GRANTED, 0)
    assert take("b") == (WAIT, 0.75)
    clock.now += 0.7
    assert take("b") == (GRANTED, 0.05)  # a little ahead of its time: nobody has to ask twice
    assert take("c") == (WAIT, 0.8)


def test_who_waits_stands_in_line(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    """And is told how long for; who comes later and asks sooner does not get ahead of it."""
    assert take("a") == (GRANTED, 0)
    assert [take(call) for call in "bcd"] == [(WAIT, 0.75), (WAIT, 1.5), (WAIT, 2.25)]
    clock.now += 0.75
    assert take("d") == (WAIT, 1.5)
    assert take("b") == (GRANTED, 0)
    clock.now += 0.75
    assert take("d") == (WAIT, 0.75)
    assert take("c") == (GRANTED, 0)


def test_who_does_not_come_back_loses_its_place(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    """Half a second after it was due: its process may be gone."""
    assert take("a") == (GRANTED, 0)
    assert [take(call) for call in "bc"] == [(WAIT, 0.75), (WAIT, 1.5)]
    clock.now += 1.24
    assert take("c") == (WAIT, 0.75)
    clock.now += 0.02
    assert take("c") == (GRANTED, 0)
    assert take("b") == (WAIT, 0.75)


def test_triggerers_and_workers_take_turns(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    """Neither starves the other, however many of them wait."""
    assert take("l0") == (GRANTED, 0)
    lanes, workers = [f"l{number}" for number in range(1, 5)], [f"w{number}" for number in range(1, 5)]
    served = []
    for _ in range(8):
        clock.now += 0.75
        requested = [(call, Sort.LANE) for call in lanes] + [(call, Sort.WORKER) for call in workers]
        found = [call for call, sort in requested if take(call, sort)[0] == GRANTED]
        found += [call for call, sort in requested if call not in found and take(call, sort)[0] == GRANTED]
        served += found
        lanes, workers = ([call for call in line if call not in found] for line in (lanes, workers))
    assert served == ["l1", "w1", "l2", "w2", "l3", "w3", "l4", "w4"]


def test_a_worker_that_would_wait_too_long_is_told_at_once(take: Callable[..., tuple[int, float]]) -> None:
    """It takes no place in the line."""
    assert take("a") == (GRANTED, 0)
    assert take("w1", Sort.WORKER, patience=1.0) == (WAIT, 0.75)
    assert take("w2", Sort.WORKER, patience=1.0) == (REFUSED, 1.5)
    assert take("w3", Sort.WORKER, patience=1.6) == (WAIT, 1.5)


def test_who_loses_patience_leaves_the_line(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    assert take("a") == (GRANTED, 0)
    assert take("w1", Sort.WORKER, patience=1.0) == (WAIT, 0.75)
    assert take("w1", Sort.WORKER, patience=0.1) == (REFUSED, 0.75)
    clock.now += 0.75
    assert take("w2", Sort.WORKER, patience=1.0) == (GRANTED, 0)


# --- other calls ------------------------------------------------------------------------------------------------


def test_other_calls_have_the_whole_limit(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    """At once, and then none until one has left the window."""
    for number in range(10):
        assert take(f"c{number}", Sort.CALL, SECOND, flight=0) == (GRANTED, 0)
    assert take("more", Sort.CALL, SECOND) == (WAIT, 0.25)
    assert take("more", Sort.CALL, SECOND, patience=0.1) == (REFUSED, 0.25)
    clock.now += 0.999
    assert take("more", Sort.CALL, SECOND) == (WAIT, 0.001)
    clock.now += 0.001
    assert take("more", Sort.CALL, SECOND) == (GRANTED, 0)


def test_looks_come_out_of_the_whole_limit_too(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    """Where other calls have used it up, looks wait for it."""
    for number in range(10):
        take(f"c{number}", Sort.CALL, SECOND, flight=0)
    clock.now += 0.5
    assert take("l", bucket=SECOND) == (WAIT, 0.25)
    clock.now += 0.45
    assert take("l", bucket=SECOND) == (GRANTED, 0.05)


def test_while_looks_wait_others_leave_them_their_share(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    """Two of ten: else those who create without end would take each place as soon as it comes free."""
    for number in range(10):
        take(f"c{number}", Sort.CALL, SECOND, flight=number / 10)
    clock.now += 0.85
    assert take("l", bucket=SECOND) == (WAIT, 0.15)
    clock.now += 0.15
    assert take("c", Sort.CALL, SECOND) == (WAIT, 0.25)
    assert take("l", bucket=SECOND) == (GRANTED, 0)
    clock.now += 0.75
    assert take("c", Sort.CALL, SECOND) == (WAIT, 0.05)
    clock.now += 0.05
    assert take("c", Sort.CALL, SECOND) == (GRANTED, 0)  # one of the others is left


def test_a_limit_of_one_is_taken_in_turns(take: Callable[..., tuple[int, float]], clock: Clock) -> None:
    one = Bucket("one", 1, 1.0, 1.25)
    assert take("c", Sort.CALL, one, flight=0) == (GRANTED, 0)
    assert take("l", bucket=one) == (WAIT, 0.25)
    clock.now += 0.5
    assert take("l", bucket=one) == (WAIT, 0.25)
    clock.now += 0.5
    assert take("d", Sort.CALL, one) == (WAIT, 0.25)
    assert take("l", bucket=one) == (GRANTED, 0)


# --- calls under way --------------------------------------------------------------------------------------------


def test_a_call_counts_until_the_window_after_its_answer(redis: RedisServer, clock: Clock) -> None:
    """However long it was on its way: nobody knows when it arrived."""
    storage, one = Storage(redis.url, clock), Bucket("one", 1, 1.0, 1.25)

    def wanted() -> int:
        return storage.take(one, Sort.CALL, "next", FLIGHT_S, 9)[0]

    storage.take(one, Sort.CALL, "first", FLIGHT_S, 9)
    clock.now += 5
    assert wanted() == WAIT
    storage.answered(one, "first")
    clock.now += 0.99
    assert wanted() == WAIT
    clock.now += 0.01
    assert wanted() == GRANTED


def test_a_call_without_an_answer_counts_as_long_as_it_may_take(redis: RedisServer, clock: Clock) -> None:
    """Its process may have been killed. A late answer changes nothing."""
    storage, one = Storage(redis.url, clock), Bucket("one", 1, 1.0, 1.25)
    storage.take(one, Sort.CALL, "first", FLIGHT_S, 9)
    clock.now += 20.99
    assert storage.take(one, Sort.CALL, "next", FLIGHT_S, 9)[0] == WAIT
    clock.now += 0.01
    storage.answered(one, "first")
    assert storage.take(one, Sort.CALL, "next", FLIGHT_S, 9)[0] == GRANTED


def test_a_call_that_is_not_made_does_not_count(redis: RedisServer, clock: Clock) -> None:
    storage, one = Storage(redis.url, clock), Bucket("one", 1, 1.0, 1.25)
    storage.take(one, Sort.CALL, "first", FLIGHT_S, 9)
    storage.unused(one, "first")
    assert storage.take(one, Sort.CALL, "next", FLIGHT_S, 9)[0] == GRANTED


@pytest.mark.parametrize(
    ("bucket", "least"), [(SECOND, 60), (Bucket("k", 3, 1.0, 0.42), 20), (Bucket("m", 100, 60.0, 0.7575), 250)]
)
def test_no_window_of_arrivals_holds_more_than_the_limit(
    redis: RedisServer, clock: Clock, bucket: Bucket, least: int
) -> None:
    """Whoever asks for what, and however long each call is on its way, there and back."""
    random, storage = Random(1), Storage(redis.url, clock)
    asking = [(sort, number) for sort in Sort for number in range(4)]
    arrivals: list[float] = []
    looks: list[float] = []
    answers: list[tuple[float, str]] = []
    again: dict[tuple[Sort, int], float] = {}
    names = {who: f"{who}" for who in asking}
    for step in range(4000):
        clock.now += bucket.window / 400
        for due, call in [one for one in answers if one[0] <= clock.now]:
            storage.answered(bucket, call)
            answers.remove((due, call))
        who = random.choice(asking)
        if again.get(who, 0) > clock.now:
            continue
        decision, wait = storage.take(bucket, who[0], names[who], 20, 9)
        again[who] = clock.now + wait
        if decision == GRANTED:
            on_its_way = random.uniform(0, bucket.window * 0.3)
            arrivals.append(clock.now + wait + on_its_way)
            looks += [clock.now + wait] if who[0] is not Sort.CALL else []
            answers.append((arrivals[-1] + random.uniform(0, bucket.window * 0.3), names[who]))
            names[who] = f"{who} {step}"
    assert worst(arrivals, bucket.window) <= bucket.calls
    assert worst(looks, bucket.window) <= ceil(bucket.window / bucket.spacing)
    assert len(arrivals) > least


# --- the storage itself -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_server_whose_clock_is_set(take: Callable[..., tuple[int, float]], clock: Clock, seconds: float) -> None:
    """Neither stops all calls until the old time comes again, nor forgets the spacing."""
    for number in range(10):
        take(f"c{number}", Sort.CALL, SECOND)
    take("l")
    take("m")
    clock.now += seconds
    assert take("n")[1] <= 1.5
    assert take("d", Sort.CALL, SECOND)[0] == GRANTED
    clock.now += 1.5
    assert take("n") == (GRANTED, 0)


def test_the_time_is_the_servers(redis: RedisServer) -> None:
    """That of machines differs."""
    storage = Storage(redis.url)
    assert storage.take(MINUTE, Sort.LANE, "a", FLIGHT_S, 9)[0] == GRANTED
    decision, wait = storage.take(MINUTE, Sort.LANE, "b", FLIGHT_S, 9)
    assert decision == WAIT
    assert wait == pytest.approx(0.75, abs=0.5)
    seconds, micros = redis.client.time()
    (_, latest), *_ = redis.client.zrange("mediajobs:{minute}:calls", 0, -1, withscores=True)
    assert latest / 1e6 == pytest.approx(seconds + micros / 1e6 + 15, abs=5)


def test_what_it_keeps(take: Callable[..., tuple[int, float]], redis: RedisServer, clock: Clock) -> None:
    """One entry a call of the window, and nothing for good."""
    for _ in range(1000):
        clock.now += 0.75
        assert take(f"{clock.now}", flight=0)[0] == GRANTED
    client = redis.client
    assert client.zcard("mediajobs:{minute}:calls") == 80
    assert all(60 < client.ttl(key) < 300 for key in client.scan_iter())
    assert sum(client.memory_usage(key) for key in client.scan_iter()) < 20_000
