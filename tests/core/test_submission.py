# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the state machine of a submission, row by row: one job for each task instance.

Covers ``core.steps``, ``core.submission``, ``core.written``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_mediajobs.core.choices import ON_UNCLEAR, Choices
from airflow_provider_mediajobs.core.errors import (
    ApiError,
    AuthError,
    ConfigError,
    CredentialsExpired,
    ParameterError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    StaleRequest,
    Throttled,
    TransportError,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.steps import (
    Again,
    Attach,
    Create,
    Find,
    FindAgain,
    Look,
    Refused,
    Renew,
    Shown,
    TaskTry,
    Unclear,
)
from airflow_provider_mediajobs.core.stored import NotUnderstood
from airflow_provider_mediajobs.core.submission import Submission
from airflow_provider_mediajobs.core.submit import Candidates, Key, Ours, Submit, task_digest
from airflow_provider_mediajobs.core.written import Written
from airflow_provider_mediajobs.vendors import kind

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=5)
TASK = "0123456789abcdef01234567"
KEY = Key(TASK, 2, 0, "aaaaaa")
IDS = {"job_id": "7"}
INTENT = Written(KEY, EARLIER, 2)
KNOWN = Written(KEY, EARLIER, 2, IDS)
RETRY = TaskTry(TASK, 2, first=False, keeps=True, since=EARLIER)
CLEAR = RETRY._replace(generation=4)
FORGETFUL = RETRY._replace(keeps=False)
THROTTLE = Throttled("Throttling.User", status=400)


def made_by(kind_name: str) -> Submit:
    found = kind(kind_name).submit
    assert found is not None
    return found


ICE, VOD = made_by("alibaba.ice.live_editing"), made_by("alibaba.vod.transcode")


def machine(this: TaskTry = RETRY, submit: Submit = ICE, nonce: str = "bbbbbb", **chosen: Any) -> Submission:
    return Submission(submit, this, Choices(**chosen), nonce)


class TestBegin:
    def test_nothing_written_down(self) -> None:
        first = RETRY._replace(first=True)

        for this in (first, RETRY, first._replace(keeps=False)):
            assert machine(this).begin(None, NOW) == Create(Written(Key(TASK, 2, 0, "bbbbbb"), NOW, 2))

    def test_nothing_could_be_written_down_by_the_try_before(self) -> None:
        assert machine(FORGETFUL, nonce="").begin(None, NOW) == Find(Written(Key(TASK, 2), EARLIER, 2))

    @pytest.mark.parametrize("this", [RETRY, CLEAR])
    def test_an_intent_is_looked_for(self, this: TaskTry) -> None:
        assert machine(this).begin(INTENT, NOW) == Find(INTENT)

    def test_an_intent_of_a_clock_that_was_ahead(self) -> None:
        """Its job was made before now, and lists are asked for what was made since."""
        ahead = replace(INTENT, since=NOW + timedelta(hours=3))

        assert machine().begin(ahead, NOW) == Find(replace(INTENT, since=NOW))

    def test_a_refusal_is_submitted_anew(self) -> None:
        refused = Written(KEY, EARLIER, 2, refused=True)

        assert machine().begin(refused, NOW) == Create(Written(Key(TASK, 2, 1, "bbbbbb"), NOW, 2))
        assert machine(CLEAR).begin(refused, NOW) == Create(Written(Key(TASK, 4, 0, "bbbbbb"), NOW, 4))

    def test_ids(self) -> None:
        assert machine().begin(KNOWN, NOW) == Attach(KNOWN, "written down by an earlier try")
        assert machine(resubmit_on_failure=True).begin(KNOWN, NOW) == Look(KNOWN)
        assert machine(CLEAR).begin(KNOWN, NOW) == Look(KNOWN)


class TestCreated:
    def test_ids(self) -> None:
        assert machine().made(INTENT, IDS) == Attach(KNOWN, "just submitted")

    @pytest.mark.parametrize(
        "error",
        [
            TransportError("no answer"),
            ServerFault("InternalError", status=500),
            StaleRequest("SignatureNonceUsed", status=400),
            UnreadableResponse(200, b"<html>"),
            UnreadableResponse(502, b"<html>"),
            RequestRejected("NobodyKnows", status=400),
            ServerFault("", status=408),
        ],
    )
    @pytest.mark.parametrize("submit", [ICE, VOD])
    def test_what_proves_nothing_is_looked_for(self, error: Any, submit: Submit) -> None:
        assert machine(submit=submit).failed(Create(INTENT), error) == Find(INTENT, error)

    def test_a_throttle_may_pass(self) -> None:
        refused = Written(KEY, EARLIER, 2, refused=True)

        assert machine().failed(Create(INTENT), THROTTLE) == Again(Create(INTENT), refused, THROTTLE)

    def test_what_is_sent_after_a_pause_is_an_intent_again(self) -> None:
        """A refusal written down while it is under way would let the next try send another."""
        again = machine().failed(Create(INTENT), THROTTLE)

        assert isinstance(again, Again)
        assert machine().once_more(again, NOW) == Create(Written(KEY, NOW, 2))

    def test_a_key_that_was_sent_before_is_looked_for_since_then(self) -> None:
        again = machine(submit=VOD).failed(Create(INTENT, again=True), THROTTLE)

        assert isinstance(again, Again)
        assert machine(submit=VOD).once_more(again, NOW) == Create(INTENT, again=True)

    @pytest.mark.parametrize("trouble", ["DNS", "refused"])
    def test_so_may_a_connection_that_was_never_made(self, trouble: str) -> None:
        error = TransportError("no answer")
        error.trouble = trouble

        assert isinstance(machine().failed(Create(INTENT), error), Again)

    @pytest.mark.parametrize("trouble", ["timeout", "proxy", "TLS", None])
    def test_any_other_trouble_may_have_come_after_the_request(self, trouble: str | None) -> None:
        error = TransportError("no answer")
        error.trouble = trouble

        assert isinstance(machine().failed(Create(INTENT), error), Find)

    @pytest.mark.parametrize(
        "error",
        [
            AuthError("InvalidAccessKeyId.NotFound", status=404),
            PermissionDenied("NoPermission", status=403),
            ParameterError("clips"),
            ConfigError("no region"),
            RequestRejected("MissingClips", status=400),
        ],
    )
    def test_a_refusal_that_stays(self, error: Any) -> None:
        assert machine().failed(Create(INTENT), error) == Refused(Written(KEY, EARLIER, 2, refused=True), error)

    def test_the_second_request_with_one_key(self) -> None:
        """What is proved of it proves nothing of the first one."""
        second, denied = Create(INTENT, again=True), PermissionDenied("NoPermission", status=403)

        assert machine(submit=VOD).failed(second, denied) == Find(INTENT, denied, again=True)
        assert machine(submit=VOD).failed(second, THROTTLE) == Again(second, INTENT, THROTTLE)

    def test_the_vendor_knows_the_key(self) -> None:
        second, refusal = Create(INTENT, again=True), RequestRejected("Whatever", status=400)

        assert machine(submit=VOD).failed(second, refusal) == Find(INTENT, refusal, exists=True, again=True)
        assert machine(submit=ICE).failed(second, refusal) == Find(INTENT, refusal, again=True)

    def test_the_second_request_with_another_key(self) -> None:
        second, denied = Create(INTENT, again=True), PermissionDenied("NoPermission", status=403)
        refused = Written(KEY, EARLIER, 2, refused=True)

        assert machine().failed(second, denied) == Refused(refused, denied)
        assert machine().failed(second, THROTTLE) == Again(second, refused, THROTTLE)


class TestRenewed:
    """Refused credentials: nothing was made, and the connection may hold others by now."""

    REFUSED = Written(KEY, EARLIER, 2, refused=True)

    def test_a_request_whose_credentials_were_refused(self) -> None:
        expired, create = CredentialsExpired("InvalidSecurityToken.Expired", status=400), Create(INTENT)
        refused = Refused(self.REFUSED, expired)

        for met in (machine().failed, machine().unready):
            assert met(create, expired, renews=True) == Renew(Again(create, self.REFUSED, expired), refused)
            assert met(create, expired, renews=False) == refused

    def test_the_second_request_with_one_key(self) -> None:
        """Its refusal proves nothing of the first one: that is looked for where there are no other credentials."""
        error, second = AuthError("InvalidAccessKeyId.NotFound", status=404), Create(INTENT, again=True)

        step = machine(submit=VOD).failed(second, error, renews=True)
        assert step == Renew(Again(second, INTENT, error), Find(INTENT, error, again=True))

    def test_no_other_refusal(self) -> None:
        for error in (PermissionDenied("NoPermission", status=403), RequestRejected("MissingClips", status=400)):
            assert machine().failed(Create(INTENT), error, renews=True) == Refused(self.REFUSED, error)


class TestFound:
    def test_one_job_with_our_key(self) -> None:
        others = Ours(Key(TASK, 2, 0, "cccccc"), {"job_id": "8"})
        found = Candidates((Ours(KEY, IDS), others), ({"job_id": "9"},))

        how = f"found by its key {KEY}"
        assert machine().found(Find(INTENT), found, NOW, last=False) == Attach(KNOWN, how)
        assert machine(CLEAR).found(Find(INTENT), found, NOW, last=False) == Look(KNOWN)

    def test_several_with_our_key(self) -> None:
        found = Candidates((Ours(KEY, IDS), Ours(KEY, {"job_id": "8"})))

        step = machine(on_unclear="adopt").found(Find(INTENT, THROTTLE), found, NOW, last=True)

        assert step == Unclear(
            f"2 jobs carry the key of this task (key {KEY}, since 2026-09-01T07:55:00+00:00); it may be: job_id=7; "
            "job_id=8",
            THROTTLE,
        )

    def test_the_newest_where_nothing_is_kept(self) -> None:
        old, new = Ours(Key(TASK, 1, 3), {"job_id": "1"}), Ours(Key(TASK, 2, 0), {"job_id": "2"})
        strangers = Ours(Key("f" * 24, 9, 0), {"job_id": "3"})
        find = Find(Written(Key(TASK, 2), EARLIER, 2))

        step = machine(FORGETFUL).found(find, Candidates((old, new, strangers)), NOW, last=True)

        assert step == Attach(Written(new.key, EARLIER, 2, new.ids), f"found by its key {new.key}")

    def test_an_older_generation_where_nothing_is_kept(self) -> None:
        old = Ours(Key(TASK, 1, 3), {"job_id": "1"})
        find = Find(Written(Key(TASK, 2), EARLIER, 2))

        step = machine(FORGETFUL).found(find, Candidates((old,)), NOW, last=True)

        assert step == Look(Written(old.key, EARLIER, 1, old.ids))

    def test_none_yet(self) -> None:
        for chosen in ON_UNCLEAR:
            find = Find(INTENT)
            found = Candidates(plausible=(IDS,))
            assert machine(on_unclear=chosen).found(find, found, NOW, last=False) == FindAgain(find)

    def test_fail(self) -> None:
        why = f"no job can be proved to be the one that was asked for (key {KEY}, since 2026-09-01T07:55:00+00:00)"

        assert machine().found(Find(INTENT), Candidates(), NOW, last=True) == Unclear(why, None)
        step = machine().found(Find(INTENT), Candidates(plausible=({"a": "1", "b": "2"},)), NOW, last=True)
        assert step == Unclear(f"{why}; it may be: a=1 b=2", None)

    def test_adopt(self) -> None:
        adopting = machine(CLEAR, on_unclear="adopt")

        assert adopting.found(Find(INTENT), Candidates(plausible=(IDS,)), NOW, last=True) == Attach(
            Written(KEY, EARLIER, 4, IDS), "adopted as the only one that may be it: on_unclear='adopt'"
        )
        for several in ((), (IDS, {"job_id": "8"})):
            assert isinstance(adopting.found(Find(INTENT), Candidates(plausible=several), NOW, last=True), Unclear)

    def test_resubmit(self) -> None:
        anyway: dict[str, Any] = {"on_unclear": "resubmit"}

        step = machine(**anyway).found(Find(INTENT), Candidates(plausible=(IDS,)), NOW, last=True)
        assert step == Create(Written(Key(TASK, 2, 1, "bbbbbb"), NOW, 2), again=True)
        step = machine(submit=VOD, **anyway).found(Find(INTENT), Candidates(), NOW, last=True)
        assert step == Create(INTENT, again=True)

    def test_resubmit_after_a_clear(self) -> None:
        """By the same key, and as a job of this generation: a retry after it is no clear."""
        cleared = machine(CLEAR, submit=VOD, on_unclear="resubmit")

        step = cleared.found(Find(INTENT), Candidates(), NOW, last=True)
        assert step == Create(Written(KEY, EARLIER, 4), again=True)
        assert cleared.made(step.written, IDS) == Attach(Written(KEY, EARLIER, 4, IDS), "just submitted")

    def test_resubmit_once(self) -> None:
        for submit in (ICE, VOD):
            find = Find(INTENT, THROTTLE, again=True)
            step = machine(submit=submit, on_unclear="resubmit").found(find, Candidates(), NOW, last=True)
            assert isinstance(step, Unclear)

    def test_the_vendor_has_said_that_it_is_there(self) -> None:
        find = Find(INTENT, THROTTLE, exists=True)
        told = "adopted as the only one that may be it: the vendor says that a request with its key was taken"

        for chosen in ON_UNCLEAR:
            at = machine(submit=VOD, on_unclear=chosen)
            assert at.found(find, Candidates(plausible=(IDS,)), NOW, last=True) == Attach(KNOWN, told)
            assert isinstance(at.found(find, Candidates(), NOW, last=True), Unclear)


class TestLooked:
    @pytest.mark.parametrize("seen", [Shown.GOES_ON, Shown.NOT_SHOWN])
    def test_what_may_run_is_waited_for(self, seen: Shown) -> None:
        for this in (RETRY, CLEAR):
            step = machine(this, resubmit_on_failure=True).looked(KNOWN, seen, NOW)
            assert step == Attach(Written(KEY, EARLIER, this.generation, IDS), f"submitted before; {seen.value}")

    @pytest.mark.parametrize("seen", [Shown.ENDED_WELL, Shown.ENDED_BADLY])
    def test_a_clear_after_an_end(self, seen: Shown) -> None:
        assert machine(CLEAR).looked(KNOWN, seen, NOW) == Create(Written(Key(TASK, 4, 0, "bbbbbb"), NOW, 4))

    def test_a_clear_after_a_job_that_is_not_shown(self) -> None:
        """It may run: only who says so submits another."""
        anyway: dict[str, Any] = {"on_unclear": "resubmit"}

        assert isinstance(machine(CLEAR, **anyway).looked(KNOWN, Shown.NOT_SHOWN, NOW), Create)
        assert isinstance(machine(CLEAR, **anyway).looked(KNOWN, Shown.GOES_ON, NOW), Attach)
        assert isinstance(machine(CLEAR, on_unclear="adopt").looked(KNOWN, Shown.NOT_SHOWN, NOW), Attach)
        assert isinstance(machine(RETRY, **anyway).looked(KNOWN, Shown.NOT_SHOWN, NOW), Attach)

    def test_a_retry_after_an_end(self) -> None:
        again = machine(resubmit_on_failure=True)

        assert again.looked(KNOWN, Shown.ENDED_BADLY, NOW) == Create(Written(Key(TASK, 2, 1, "bbbbbb"), NOW, 2))
        assert again.looked(KNOWN, Shown.ENDED_WELL, NOW) == Attach(KNOWN, "submitted before; ended well")
        assert machine().looked(KNOWN, Shown.ENDED_BADLY, NOW) == Attach(KNOWN, "submitted before; ended badly")


class TestWritten:
    @pytest.mark.parametrize(
        "written", [INTENT, KNOWN, Written(KEY, NOW, 0, refused=True), Written(Key(TASK, 1), NOW, 3, IDS)]
    )
    def test_comes_back(self, written: Written) -> None:
        assert Written.from_json(written.to_json("k"), "k") == written

    def test_form(self) -> None:
        assert KNOWN.to_json("alibaba.ice.live_editing") == {
            "version": 2,
            "readable_by": 2,
            "kind": "alibaba.ice.live_editing",
            "key": "mj0123456789abcdef01234567-2-0-aaaaaa",
            "since": "2026-09-01T07:55:00+00:00",
            "generation": 2,
            "ids": {"job_id": "7"},
        }

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": None},
            {"key": "mj1-2-0"},
            {"key": 7},
            {"since": "yesterday"},
            {"generation": -1},
            {"ids": {}},
            {"ids": {"job_id": 7}},
            {"refused": 1},
            {"more": 1},
            {"readable_by": 99},
        ],
    )
    def test_anything_else_is_not_understood(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(NotUnderstood):
            Written.from_json(KNOWN.to_json("k") | wrong, "k")

    def test_a_job_of_another_kind(self) -> None:
        """Its id may be that of somebody's job of this kind."""
        with pytest.raises(NotUnderstood, match=r"the job {'job_id': '7'} of kind k"):
            Written.from_json(KNOWN.to_json("k"), "other")
        with pytest.raises(NotUnderstood, match=f"a request with the key {KEY} of kind k"):
            Written.from_json(INTENT.to_json("k"), "other")
        refused = Written(KEY, NOW, 0, refused=True)
        assert Written.from_json(refused.to_json("k"), "other") == refused


class TestKey:
    def test_one_task_instance(self) -> None:
        assert task_digest("d", "r", "t", -1) == task_digest("d", "r", "t", -1)
        others = {
            ("d2", "r", "t", -1),
            ("d", "r2", "t", -1),
            ("d", "r", "t2", -1),
            ("d", "r", "t", 0),
            ("dr", "", "t", -1),
        }
        assert len({task_digest(*other) for other in others} | {task_digest("d", "r", "t", -1)}) == 6

    def test_an_installation(self) -> None:
        """Without a name it is as jobs of the releases before carry it."""
        assert task_digest("d", "r", "t", -1) == "ba99fc46b3f8f5ca66a20489"
        assert task_digest("d", "r", "t", -1, "test") == "8b513f89d9152f390f7489f5"

    def test_has_room_in_a_session_id(self) -> None:
        longest = str(Key(TASK, 999_999, 9999, "ffffff"))

        assert len(longest) <= 50
        assert longest.replace("-", "").isalnum()

    @pytest.mark.parametrize("key", [KEY, Key(TASK, 0, 12)])
    def test_is_read(self, key: Key) -> None:
        assert Key.read(str(key)) == key

    @pytest.mark.parametrize(
        "text", [None, 7, "", "mj12-3-4", f"{KEY}0", f"{KEY}-1", f" {KEY}", f"x{KEY}", "mediajobs"]
    )
    def test_nothing_else_is_one(self, text: Any) -> None:
        assert Key.read(text) is None


def test_a_code_proves_something_of_its_operation_alone() -> None:
    error = RequestRejected("MissingClips", status=400)

    assert isinstance(machine().failed(Create(INTENT), error), Refused)
    assert isinstance(machine(submit=VOD).failed(Create(INTENT), error), Find)
    assert isinstance(machine().failed(Create(INTENT), ApiError("MissingClips", status=400)), Find)
