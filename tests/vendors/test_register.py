# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests every kind in the register against its words, ids and limits, written out by hand.

Covers ``core.vendor``, ``vendors``, ``vendors.alibaba``, ``vendors.huawei``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core import facts
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import JobNotFound, MediaJobsError, ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.http import HttpResponse
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState
from airflow_provider_mediajobs.vendors import KINDS, VENDORS, kind, vendor, vendor_of

from ..kinds import FACTS

EVERY = pytest.mark.parametrize("name", list(FACTS))


def test_the_kinds() -> None:
    """In the order of the facts."""
    assert list(KINDS) == list(FACTS)


def test_the_vendors() -> None:
    """Two vendors, with what Airflow shows of them."""
    shown = [
        (
            v.name,
            v.hook_class,
            v.conn_type,
            v.default_conn_id,
            v.regions[0],
            v.needs_project,
            v.signatures,
            v.products,
        )
        for v in VENDORS
    ]
    assert shown == [
        (
            "alibaba",
            "AlibabaMediaHook",
            "alibaba_mediajobs",
            "alibaba_mediajobs_default",
            "cn-shanghai",
            False,
            ("ACS3-HMAC-SHA256", "HMAC-SHA1"),
            ("live", "ice", "vod", "mts"),
        ),
        (
            "huawei",
            "HuaweiMediaHook",
            "huawei_mediajobs",
            "huawei_mediajobs_default",
            "cn-north-4",
            True,
            ("SDK-HMAC-SHA256",),
            ("vod", "mpc"),
        ),
    ]
    assert vendor("huawei").api_versions == {"mpc": ("v2", "v1")}
    assert vendor("alibaba").api_versions == {}


@EVERY
def test_names(name: str) -> None:
    """A kind is found by its name, belongs to the vendor its name begins with, and quotes its page."""
    assert kind(name).name == name
    assert name.startswith(f"{vendor_of(name).name}.")
    assert kind(name).title
    assert kind(name).page.startswith("https://")


@EVERY
def test_states_are_the_table_of_the_design(name: str) -> None:
    """Exactly these words mean something, and exactly this."""
    assert {word: str(state) for word, state in kind(name).states.items()} == FACTS[name].states


@EVERY
def test_ids(name: str) -> None:
    """Required and optional ids, what a call has in common, how many it carries."""
    found, facts = kind(name), FACTS[name]
    assert (found.ids, found.optional) == (facts.ids, facts.optional)
    assert (found.group_by, found.batch_size, found.collection_id) == (
        facts.group_by,
        facts.batch_size,
        facts.collection_id,
    )


@EVERY
def test_quota(name: str) -> None:
    """The bucket and the limit of the design, with a source."""
    quota = kind(name).quota
    assert (quota.name, quota.calls, quota.seconds) == FACTS[name].quota
    assert quota.source


@EVERY
def test_where_people_look_and_what_they_must_be_allowed(name: str) -> None:
    """A console to open, and the permissions that a look needs, by the vendor's own names."""
    found = kind(name)
    assert found.console.startswith("https://")
    assert found.actions
    facts = FACTS[name]
    assert (found.console, found.actions) == (facts.console, facts.actions)
    assert (found.probe_actions, found.cancel_actions) == (facts.probe_actions, facts.cancel_actions)


@EVERY
def test_runs_and_renditions(name: str) -> None:
    """How runs of one medium are told apart, and renditions by words of their own."""
    found, facts = kind(name), FACTS[name]
    assert (found.run_id, found.newest_run) == (facts.run_id, facts.newest_run)
    assert found.told_by_renditions == facts.told_by_renditions
    assert found.run_id is None or found.run_id in found.optional
    assert {word: str(state) for word, state in found.renditions.items()} == facts.renditions


@EVERY
def test_what_can_be_cancelled(name: str) -> None:
    """What takes a permission, or one that no page names."""
    assert (kind(name).cancel is not None) == (bool(FACTS[name].cancel_actions) or FACTS[name].cancels)


def mutants(name: str) -> list[str]:
    """Words like the documented ones, and other kinds' words."""
    own = FACTS[name].states
    words = [word for facts in FACTS.values() for word in facts.states]
    changes: list[Callable[[str], str]] = [
        str.lower,
        str.upper,
        str.title,
        str.swapcase,
        lambda word: f" {word}",
        lambda word: f"{word} ",
        lambda word: f"{word}\n",
        lambda word: f"{word}\x00",
        lambda word: f"{word}s",
        lambda word: f"{word}ED",
        lambda word: f"{word}ed",
        lambda word: f"{word}.",
        lambda word: f"Is{word}",
        lambda word: f"{word}{word}",
        lambda word: f'"{word}"',
        lambda word: f"+{word}",
        lambda word: f"0{word}",
        lambda word: f"{word}.0",
        lambda word: word[:-1],
        lambda word: word[1:],
        lambda word: word.replace("A", "\u0410").replace("C", "\u0421"),  # Cyrillic look-alikes
    ]
    more = [
        "",
        "None",
        "null",
        "true",
        "True",
        "done",
        "DONE",
        "OK",
        "ok",
        "Finished",
        "COMPLETED",
        "Complete",
        "4",
        "-2",
        "\uff13",
    ]
    made = {change(word) for change in changes for word in words} | set(words) | set(more)
    return sorted(made - set(own))


@EVERY
def test_any_other_word_is_unknown(name: str) -> None:
    """Hundreds of words that are nearly right are unknown: no case folding, no prefixes, no other kind's words."""
    found = mutants(name)
    assert len(found) > 300
    assert {word: kind(name).state(word) for word in found if kind(name).state(word) is not JobState.UNKNOWN} == {}


@EVERY
@given(word=st.text())
def test_no_other_text_is_a_success(name: str, word: str) -> None:
    """Whatever text comes, it means success only if it is one of the documented words."""
    assert (kind(name).state(word) is JobState.SUCCEEDED) == (word in FACTS[name].success)


@pytest.mark.parametrize("function", [kind, vendor_of])
def test_an_unknown_kind_lists_the_valid_ones(function: Callable[[str], Any]) -> None:
    """The message names every kind there is."""
    with pytest.raises(ParameterError) as caught:
        function("huawei.editing")
    assert str(caught.value) == f"kind 'huawei.editing' is unknown; valid kinds: {', '.join(FACTS)}"


def test_an_unknown_vendor_lists_the_valid_ones() -> None:
    """As an unknown kind does."""
    with pytest.raises(ParameterError, match=r"^vendor 'tencent' is unknown; valid vendors: alibaba, huawei$"):
        vendor("tencent")


# --- whatever comes, a look answers or raises one of our errors --------------------------------------------------

ACCOUNT = Account("any", Credentials("id", "secret"), region="cn-north-4", project_id="p1")
WORDS = sorted({word for facts in FACTS.values() for word in facts.states})
KEYS = (
    "RequestId CasterId EditingTasksInfo TaskStatus ShowId StorageInfo StorageLocation FileName OutputVodId "
    "LiveEditingJob JobId Status Code Message Clips UserData MediaURL MediaId OutputMediaConfig Width Height "
    "CreationTime CompleteTime TranscodeTaskList TranscodeTask TranscodeTaskId VideoId TranscodeJobInfoList "
    "TranscodeJobStatus OutputFile Duration VideoStreamList ErrorCode total tasks task_id asset_id status "
    "progress create_time end_time job_array jobs job_id output bucket object file_name editing_output "
    "duration_ms size size_byte video_info audio_info output_file_info meta_data error_code description "
    "start_time Trigger TranscodeTemplateGroupId TranscodeJobId Definition TranscodeTemplateId TranscodeProgress "
    "OutputFileUrl ErrorMessage "
).split() + sorted({name for facts in FACTS.values() for name in (facts.place[0], *facts.whole_record)})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.sampled_from(
        ["a", "b", "", "now", "0:", "20250901185020", "2025-09-01T18:50:20Z", "{", "[]", '"a"', "100", "Auto", *WORDS]
    )
    | st.text(st.characters(exclude_categories=()), max_size=5)
)


# Ids that choose among records, and where the record has them.
CHOOSING = {id_: field for facts in FACTS.values() for id_, field in facts.choosing.items()}


def containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(children, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), children, max_size=6)
        | children.map(json.dumps)
    )


ANY_JSON = st.recursive(SCALARS, containers, max_leaves=25)


def likely(name: str) -> st.SearchStrategy[Any]:
    """Bodies of nearly the right shape, so that the parsers are reached and not only their first line."""
    value, facts = ANY_JSON, FACTS[name]
    task = st.dictionaries(st.sampled_from(KEYS), value, max_size=10)
    names = {field: "a" for field, id_ in facts.named.items() if id_ != facts.run_id}
    free = [field for field, id_ in facts.named.items() if id_ == facts.run_id] or [facts.word]
    identified = st.builds(lambda t, s: t | names | dict.fromkeys(free, s), task, value)
    body = identified if facts.one else st.lists(identified | value, max_size=4)
    return st.builds(lambda rest, found: rest | {facts.place[0]: found}, task, body)


def body_of(value: Any, *, drop: int) -> bytes:
    data = json.dumps(value, ensure_ascii=True).encode()
    return data[: len(data) - drop] if drop else data


@EVERY
@pytest.mark.parametrize("refs", [1, 3])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_json_is_answered_or_refused(name: str, refs: int, data: st.DataObject) -> None:
    """A look at any JSON ends in answers or in one of our errors, never another; results are plain JSON."""
    found = kind(name)
    common = dict.fromkeys(found.ids, "a")
    requested = [found.ref(common | {found.ids[0]: value}) for value in ["a", "b", "c"][: min(refs, found.batch_size)]]
    if found.collection_id or found.run_id:
        first = str(found.collection_id or found.run_id)
        others = {name: "Auto" if name == "trigger" else "a" for name in found.optional if name != first}
        more = [{}, {first: "a"}, ({first: "a"} if found.collection_id else {}) | others]
        requested = [found.ref(common | ids) for ids in more[:refs]]

    def answers() -> Iterator[bytes]:
        for _ in range(30):
            drop = data.draw(st.integers(0, 3).map(lambda n: max(0, n - 2)))
            yield body_of(data.draw(likely(name) | ANY_JSON), drop=drop)

    for ref, answer in outcome(found.look(ACCOUNT, requested), answers()).items():
        assert ref in requested
        if isinstance(answer, MediaJobsError):
            allowed_error(answer, of_several=refs > 1)
        else:
            allowed_answer(ref, answer, FACTS[name].opening)
            for job in answer.jobs or (answer,):
                assert job.state is found.state_of(job.raw_state, job.renditions, told_later=job.told_later)


def allowed_error(error: MediaJobsError, *, of_several: bool) -> None:
    """Of one job: it is not there or cannot be read, or something met on the way kept the look from reaching it."""
    if isinstance(error, JobNotFound):
        assert error.code == "NoSuchTask"
    else:
        assert error.retryable
        assert of_several or isinstance(error, UnreadableResponse)


def allowed_answer(ref: JobRef, answer: object, success: Collection[str]) -> None:
    """Plain JSON, and a success only where the vendor's own word and ids prove it."""
    assert isinstance(answer, JobSnapshot)
    result = answer.to_result()
    assert json.loads(json.dumps(result, allow_nan=False).encode()) == result
    if answer.state is JobState.SUCCEEDED and not answer.jobs:
        assert answer.raw_state in success
        assert answer.proven
        assert all(facts.text(answer.raw.get(field)) == ref[id_] for id_, field in CHOOSING.items() if ref.get(id_))


def outcome(exchange: Any, bodies: Iterable[bytes]) -> dict[Any, Any]:
    """What an exchange returns; nothing where it raises one of our errors or goes on."""
    try:
        request = next(exchange)
        for body in bodies:
            assert request.url.isascii()
            request = exchange.send(HttpResponse(200, {}, body))
    except StopIteration as end:
        found: dict[Any, Any] = end.value
        return found
    except MediaJobsError:
        pass
    return {}


@EVERY
@pytest.mark.parametrize("depth", [50, 900, 100_000])
def test_deep_nesting_is_no_crash(name: str, depth: int) -> None:
    """A body nested a hundred thousand deep is an unreadable answer, not a ``RecursionError``."""
    found = kind(name)
    place = FACTS[name].place[0].encode()
    nested = b'{"' + place + b'": ' + b"[" * depth + b"]" * depth + b"}"
    answers = outcome(found.look(ACCOUNT, [found.ref({found.ids[0]: "a"})]), [nested])
    assert {type(answer) for answer in answers.values()} <= {UnreadableResponse}
