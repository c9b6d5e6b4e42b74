# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``EditShowAndReplace``: the vendor shows one edit of an episode, and only the file name carries our key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.errors import JobNotFound, ParameterError, UnreadableResponse
from airflow_provider_mediajobs.core.submit import Candidates, Key, Order, Ours
from airflow_provider_mediajobs.vendors.alibaba.api.submissions.live_editing import (
    check,
    create,
    find,
    named_by,
    ready,
    unique,
)

SINCE = datetime(2026, 9, 1, 8, tzinfo=UTC)
KEY = Key("0123456789abcdef01234567", 2, 0, "aaaaaa")
STORAGE = {"StorageLocation": "s", "FileName": "cut.mp4"}
GOOD = {"CasterId": "c", "ShowId": "e", "StorageInfo": STORAGE, "StartTime": 0}
ORDER = Order(GOOD, KEY, SINCE, SINCE)
FILE = f"cut-{KEY}.mp4"


@pytest.mark.parametrize(
    "info",
    ['{"vodId": "m", "mediaid": "m", "jobId": "j"}', {"VodId": "m"}, [{"vodId": "m"}], '"{\\"vodId\\": \\"m\\"}"'],
)
def test_what_is_sent(drive: Any, alibaba: Account, info: Any) -> None:
    """What is waited for is the task that makes the medium of the answer, whatever form that has."""
    (request,), ids = drive(create(alibaba, ORDER), {"JobInfo": info, "RequestId": "r"})

    sent = dict(request.query)
    assert request.header("x-acs-action") == "EditShowAndReplace"
    assert json.loads(sent.pop("StorageInfo")) == {"StorageLocation": "s", "FileName": FILE}
    assert sent == {"CasterId": "c", "ShowId": "e", "StartTime": "0"}
    assert ids == {"caster_id": "c", "show_id": "e", "output_vod_id": "m"}


@pytest.mark.parametrize("info", [None, "", "{}", '{"jobId": "j"}', "nonsense", [{"vodId": "a"}, {"vodId": "b"}]])
def test_an_answer_without_a_medium(drive: Any, alibaba: Account, info: Any) -> None:
    with pytest.raises(UnreadableResponse):
        drive(create(alibaba, ORDER), {"JobInfo": info, "RequestId": "r"})


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("cut.mp4", FILE),
        ("a.b/cut.mp4", f"a.b/{FILE}"),
        ("a.b/cut", f"a.b/cut-{KEY}"),
        (".mp4", f".mp4-{KEY}"),
        ("cut.tar.gz", f"cut.tar-{KEY}.gz"),
    ],
)
def test_file_names(name: str, sent: str) -> None:
    assert unique(name, KEY) == sent
    assert named_by(sent) == KEY


def test_found_by_its_file(drive: Any, alibaba: Account) -> None:
    task = {"TaskStatus": 1, "ShowId": "e", "OutputVodId": "m", "StorageInfo": {"FileName": FILE}}

    (request,), found = drive(find(alibaba, ORDER), {"EditingTasksInfo": json.dumps(task), "RequestId": "r"})

    assert dict(request.query) == {"CasterId": "c", "ShowId": "e"}
    assert found == Candidates((Ours(KEY, {"caster_id": "c", "show_id": "e", "output_vod_id": "m"}),))


def test_found_before_it_has_a_medium(drive: Any, alibaba: Account) -> None:
    task = {"TaskStatus": 0, "ShowId": "e", "StorageInfo": {"FileName": FILE}}

    _, found = drive(find(alibaba, ORDER), {"EditingTasksInfo": task, "RequestId": "r"})

    assert found == Candidates((Ours(KEY, {"caster_id": "c", "show_id": "e", "file_name": FILE}),))


@pytest.mark.parametrize("name", ["cut.mp4", f"cut-{Key('f' * 24, 2, 0)}.mp4", None])
def test_another_file_is_not_ours(drive: Any, alibaba: Account, name: str | None) -> None:
    task = {"TaskStatus": 3, "ShowId": "e", "OutputVodId": "m", "StorageInfo": {"FileName": name}}

    assert drive(find(alibaba, ORDER), {"EditingTasksInfo": task, "RequestId": "r"})[1] == Candidates()


def test_none(drive: Any, alibaba: Account) -> None:
    assert drive(find(alibaba, ORDER), {"EditingTasksInfo": "", "RequestId": "r"})[1] == Candidates()
    assert drive(find(alibaba, ORDER), JobNotFound("InvalidShowList.NotFound", status=404))[1] == Candidates()


@pytest.mark.parametrize("info", ["nonsense {", 7])
def test_tasks_that_cannot_be_read(drive: Any, alibaba: Account, info: Any) -> None:
    with pytest.raises(UnreadableResponse):
        drive(find(alibaba, ORDER), {"EditingTasksInfo": info, "RequestId": "r"})


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"CasterId": None}, "caster_id"),
        ({"ShowId": ""}, "show_id"),
        ({"ShowId": 7}, "show_id"),
        ({"StorageInfo": None}, "storage_info"),
        ({"StorageInfo": {"StorageLocation": "s"}}, "FileName"),
        ({"StorageInfo": {"StorageLocation": " ", "FileName": "f"}}, "StorageLocation"),
        ({"StorageInfo": "f.mp4"}, "storage_info"),
        ({"StartTime": None}, "start_time"),
        ({"StartTime": "soon"}, "start_time"),
        ({"EndTime": -1}, "end_time"),
        ({"EndTime": 0}, "end_time"),
        ({"StartTime": 2, "EndTime": "1.5"}, "end_time .EndTime. must be later"),
    ],
)
def test_bad_parameters(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        check(GOOD | wrong, True)


def test_good_parameters() -> None:
    check(GOOD | {"StartTime": "1.5", "StorageInfo": json.dumps(STORAGE)}, True)
    check({"EndTime": 7}, False)


@pytest.mark.parametrize(
    ("status", "goes_on"), [(0, True), ("1", True), (2, True), (7, True), (3, False), ("-1", False)]
)
def test_another_edit_of_the_episode(drive: Any, alibaba: Account, status: Any, goes_on: bool) -> None:
    """It would be hidden; a word that nobody knows is no end."""
    task = {"TaskStatus": status, "ShowId": "e", "OutputVodId": "m"}
    answer = {"EditingTasksInfo": task, "RequestId": "r"}

    if goes_on:
        with pytest.raises(ParameterError, match=r"another edit of the episode is unfinished, which makes m"):
            drive(ready(alibaba, ORDER), answer)
    else:
        drive(ready(alibaba, ORDER), answer)


def test_no_edit_of_the_episode(drive: Any, alibaba: Account) -> None:
    drive(ready(alibaba, ORDER), JobNotFound("InvalidShowList.NotFound", status=404))


def test_an_edit_without_a_medium(drive: Any, alibaba: Account) -> None:
    with pytest.raises(ParameterError, match="an unknown medium"):
        drive(ready(alibaba, ORDER), {"EditingTasksInfo": {"TaskStatus": 0, "ShowId": "e"}, "RequestId": "r"})
