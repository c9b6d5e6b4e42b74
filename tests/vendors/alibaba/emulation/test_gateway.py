# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How the emulator plays Alibaba Cloud: authentication, envelope, three products.

Covers ``vendors.alibaba.emulation``, ``vendors.alibaba.emulation.auth``,
``vendors.alibaba.emulation.kinds.ice_live_editing``, ``vendors.alibaba.emulation.kinds.live_editing``,
``vendors.alibaba.emulation.kinds.vod_transcode``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.account import Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, World
from airflow_provider_mediajobs.vendors.alibaba import signing

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
KEY = Credentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)
LIVE, ICE, VOD = "2016-11-01", "2020-11-09", "2017-03-21"


@pytest.fixture
def world() -> World:
    return World(now=lambda: NOW, random=Random(1))


class Caller:
    """Signs the way a client does; every request has a nonce of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = 0

    def request(self, action: str, version: str, host: str = "127.0.0.1:8080", **parameters: str) -> HttpRequest:
        headers = (("x-acs-action", action), ("x-acs-version", version))
        return HttpRequest("POST", f"http://{host}", query=tuple(parameters.items()), headers=headers)

    def send(
        self, request: HttpRequest, *, key: Credentials = KEY, at: datetime = NOW, older: bool = False
    ) -> HttpResponse:
        self.count += 1
        sign = signing.sign_hmac_sha1 if older else signing.sign_acs3
        return self.world.handle(sign(request, key, at, f"nonce-{self.count}"))

    def ask(self, action: str, version: str, **parameters: str) -> dict[str, Any]:
        response = self.send(self.request(action, version, **parameters))
        assert response.status == 200, response.body
        return response.json()

    def refused(self, action: str, version: str, **parameters: str) -> tuple[int, str]:
        return refusal(self.send(self.request(action, version, **parameters)))


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(world)


def refusal(response: HttpResponse) -> tuple[int, str]:
    return response.status, response.json()["Code"]


# --- who asks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("older", [False, True])
def test_a_right_signature_is_answered(world: World, caller: Caller, older: bool) -> None:
    """Both signatures open the door."""
    world.add_job("alibaba.ice.live_editing", {"job_id": "j"}, "Success")
    response = caller.send(caller.request("GetLiveEditingJob", ICE, JobId="j"), older=older)
    assert (response.status, response.json()["LiveEditingJob"]["Status"]) == (200, "Success")


@pytest.mark.parametrize("older", [False, True])
def test_a_wrong_secret_is_told_the_string_to_sign(caller: Caller, older: bool) -> None:
    """The message holds what the server signed, for the person who has to find the difference."""
    response = caller.send(
        caller.request("GetLiveEditingJob", ICE, JobId="a b"), key=Credentials(DEFAULT_ACCESS_KEY, "wrong"), older=older
    )
    assert refusal(response) == (400, "SignatureDoesNotMatch")
    shown = "POST&%2F&AccessKeyId%3D" if older else "server string to sign is:ACS3-HMAC-SHA256\n"
    assert shown in response.json()["Message"]


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize(("minutes", "status"), [(-16, 400), (-15, 200), (15, 200), (16, 400)])
def test_dates_may_be_fifteen_minutes_off(world: World, caller: Caller, older: bool, minutes: int, status: int) -> None:
    """Both sides of the window are as wide as the page says."""
    request = caller.request("ListTranscodeTask", VOD, VideoId="v")
    response = caller.send(request, at=NOW + timedelta(minutes=minutes), older=older)
    assert response.status == status
    assert status == 200 or response.json()["Code"] == "InvalidTimeStamp.Expired"


def test_a_nonce_works_once(world: World, caller: Caller) -> None:
    """The same bytes sent twice are refused the second time."""
    request = signing.sign_acs3(caller.request("ListTranscodeTask", VOD, VideoId="v"), KEY, NOW, "once")
    assert world.handle(request).status == 200
    assert refusal(world.handle(request)) == (400, "SignatureNonceUsed")


def test_a_refused_request_does_not_use_its_nonce_up(world: World, caller: Caller) -> None:
    """Otherwise a stranger could spoil the nonces of others."""
    request = caller.request("ListTranscodeTask", VOD, VideoId="v")
    wrong = signing.sign_acs3(request, Credentials(DEFAULT_ACCESS_KEY, "wrong"), NOW, "n")
    assert refusal(world.handle(wrong)) == (400, "SignatureDoesNotMatch")
    assert world.handle(signing.sign_acs3(request, KEY, NOW, "n")).status == 200


@pytest.mark.parametrize("older", [False, True])
def test_an_unknown_key_is_refused(caller: Caller, older: bool) -> None:
    """By the name the page gives it."""
    response = caller.send(caller.request("ListTranscodeTask", VOD), key=Credentials("stranger", "x"), older=older)
    assert refusal(response) == (404, "InvalidAccessKeyId.NotFound")


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize(
    ("token", "answer"),
    [
        ("good", None),
        (None, (400, "MissingSecurityToken")),
        ("other", (400, "InvalidSecurityToken.Malformed")),
        ("old", (400, "InvalidSecurityToken.Expired")),
    ],
)
def test_temporary_keys_need_their_token(
    world: World, caller: Caller, older: bool, token: str | None, answer: tuple[int, str] | None
) -> None:
    """Each way to get the token wrong has its code."""
    world.add_key("temporary", "s", "good")
    world.expire_token("old")
    key = Credentials("temporary", "s", token)
    response = caller.send(caller.request("ListTranscodeTask", VOD, VideoId="v"), key=key, older=older)
    assert (None if response.status == 200 else refusal(response)) == answer


def test_a_lasting_key_may_not_show_a_token(caller: Caller) -> None:
    """Somebody else's token is no decoration."""
    key = Credentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, "whose")
    response = caller.send(caller.request("ListTranscodeTask", VOD), key=key)
    assert refusal(response) == (400, "InvalidSecurityToken.Malformed")


def test_no_signature_at_all(world: World, caller: Caller) -> None:
    """Nobody gets in without one."""
    assert refusal(world.handle(caller.request("ListTranscodeTask", VOD))) == (400, "MissingAccessKeyId")


def changed(request: HttpRequest, name: str, value: str | None) -> HttpRequest:
    kept = tuple(pair for pair in request.headers if pair[0] != name)
    return replace(request, headers=kept if value is None else (*kept, (name, value)))


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Authorization", "Bearer x", "IncompleteSignature"),
        ("x-acs-new", "not signed", "IncompleteSignature"),
        ("content-type", "application/json", "IncompleteSignature"),
        ("x-acs-date", "yesterday", "InvalidTimeStamp.Format"),
        ("x-acs-date", None, "InvalidTimeStamp.Format"),
        ("x-acs-version", ICE, "SignatureDoesNotMatch"),
        ("host", "elsewhere", "SignatureDoesNotMatch"),
    ],
)
def test_headers_count_as_they_arrive(world: World, caller: Caller, name: str, value: str | None, code: str) -> None:
    """A header that is added, changed or lost after signing is noticed."""
    request = signing.sign_acs3(caller.request("ListTranscodeTask", VOD, VideoId="v"), KEY, NOW, "n")
    assert refusal(world.handle(changed(request, name, value))) == (400, code)


def test_the_body_counts_as_it_arrives(world: World, caller: Caller) -> None:
    """The hash in the header is not believed."""
    request = signing.sign_acs3(caller.request("ListTranscodeTask", VOD, VideoId="v"), KEY, NOW, "n")
    assert refusal(world.handle(replace(request, body=b"more"))) == (400, "SignatureDoesNotMatch")


def test_an_empty_nonce_is_none(caller: Caller) -> None:
    """A nonce must say something."""
    request = signing.sign_acs3(caller.request("ListTranscodeTask", VOD, VideoId="v"), KEY, NOW, "")
    assert refusal(caller.world.handle(request)) == (400, "MissingSignatureNonce")


def in_the_query(signed: HttpRequest) -> HttpRequest:
    """The older signature the way the vendor's Python SDKs send it: all parameters in the query, no body."""
    headers = tuple(pair for pair in signed.headers if pair[0] != "content-type")
    query = tuple(parse_qsl(signed.body.decode(), keep_blank_values=True))
    return replace(signed, query=query, headers=headers, body=b"")


@pytest.mark.parametrize("send", [lambda signed: signed, in_the_query], ids=["form", "query"])
def test_the_older_signature_may_travel_either_way(world: World, caller: Caller, send: Any) -> None:
    """As a form body and in the query; the string to sign is the same."""
    world.add_key("temporary", "s", "t+/=")
    key = Credentials("temporary", "s", "t+/=")
    signed = signing.sign_hmac_sha1(caller.request("ListTranscodeTask", VOD, VideoId="a b+é"), key, NOW, "n")
    assert world.handle(send(signed)).json()["TranscodeTaskList"] == []
    assert world.requests[0].call.parameters == (("VideoId", "a b+é"),)


@pytest.mark.parametrize("name", ["AccessKeyId", "Timestamp", "SignatureNonce", "SignatureMethod", "SignatureVersion"])
def test_parameters_of_the_older_signature_are_mandatory(world: World, caller: Caller, name: str) -> None:
    """The missing one is named in the code."""
    request = in_the_query(signing.sign_hmac_sha1(caller.request("ListTranscodeTask", VOD), KEY, NOW, "n"))
    less = replace(request, query=tuple(pair for pair in request.query if pair[0] != name))
    assert refusal(world.handle(less)) == (400, f"Missing{name}")


def test_other_algorithms_are_refused(world: World, caller: Caller) -> None:
    """The older style knows one algorithm."""
    request = in_the_query(signing.sign_hmac_sha1(caller.request("ListTranscodeTask", VOD), KEY, NOW, "n"))
    query = tuple((name, "2.0" if name == "SignatureVersion" else value) for name, value in request.query)
    assert refusal(world.handle(replace(request, query=query))) == (400, "InvalidParameter")


def test_a_form_body_is_signed_like_the_query(world: World) -> None:
    """Signed here by hand, as the page says: body parameters join the map and win."""
    pairs = {
        "AccessKeyId": DEFAULT_ACCESS_KEY,
        "Action": "ListTranscodeTask",
        "Format": "JSON",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "n",
        "SignatureVersion": "1.0",
        "Timestamp": "2026-09-01T18:50:20Z",
        "Version": VOD,
        "VideoId": "a b",
    }
    canonical = "&".join(f"{name}={quote(value, safe='~')}" for name, value in sorted(pairs.items()))
    to_sign = f"POST&%2F&{quote(canonical, safe='~')}"
    digest = hmac.new(f"{DEFAULT_SECRET_KEY}&".encode(), to_sign.encode(), hashlib.sha1).digest()
    body = urlencode({**pairs, "Signature": base64.b64encode(digest).decode()}).encode()
    headers = (("Host", "h"), ("Content-Type", "application/x-www-form-urlencoded"))
    request = HttpRequest("POST", "http://h", query=(("VideoId", "loses"),), headers=headers, body=body)
    assert world.handle(request).json()["TranscodeTaskList"] == []
    assert world.requests[0].ids == (("video_id", "a b"),)


def test_without_format_the_older_style_answers_xml(world: World, caller: Caller) -> None:
    """As the vendor does; a client that forgets ``Format`` shall notice."""
    world.forms["alibaba.live.editing"] = "object"
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "s<"}, "3")
    unsigned = caller.request("GetEditingJobInfo", LIVE, CasterId="c")
    request = in_the_query(signing.sign_hmac_sha1(unsigned, KEY, NOW, "n"))
    given_ = tuple(pair for pair in request.query if pair[0] not in {"Format", "Signature"})
    signature = signing.rpc_signature(
        DEFAULT_SECRET_KEY, signing.rpc_string_to_sign("POST", signing.rpc_canonical_query(given_))
    )
    response = world.handle(replace(request, query=(*given_, ("Signature", signature))))
    assert response.headers["content-type"] == "text/xml;charset=utf-8"
    assert response.body.startswith(b"<GetEditingJobInfoResponse><RequestId>")
    assert b"<TaskStatus>3</TaskStatus>" in response.body
    assert b"<ShowId>s&lt;</ShowId>" in response.body


# --- what is asked ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "version", "host", "answer"),
    [
        ("", LIVE, "h", (400, "MissingAction")),
        ("GetEditingJobInfo", "", "h", (400, "MissingVersion")),
        ("GetEditingJobInfo", "1999-01-01", "h", (400, "InvalidVersion")),
        ("GetEditingJobInfo", VOD, "h", (404, "InvalidAction.NotFound")),
        ("GetNothing", LIVE, "h", (404, "InvalidAction.NotFound")),
        ("GetEditingJobInfo", LIVE, "vod.cn-shanghai.aliyuncs.com", (404, "InvalidProduct.NotFound")),
        ("GetEditingJobInfo", LIVE, "live-vpc.cn-shanghai.aliyuncs.com", (400, "MissingCasterId")),
    ],
)
def test_what_does_not_exist(caller: Caller, action: str, version: str, host: str, answer: tuple[int, str]) -> None:
    """Action, version and host must belong together."""
    assert refusal(caller.send(caller.request(action, version, host))) == answer


@pytest.mark.parametrize(
    ("action", "version", "requested"),
    [
        ("SubmitSnapshotJob", VOD, "SubmitSnapshotJob (vod)"),
        ("GetEditingJobInfo", VOD, "GetEditingJobInfo (vod)"),
        ("DescribeInstances", "2014-05-26", "DescribeInstances of version 2014-05-26"),
    ],
)
def test_what_is_not_emulated(caller: Caller, action: str, version: str, requested: str) -> None:
    """The vendor may have it: the message says who has not, and what there is."""
    message = caller.send(caller.request(action, version)).json()["Message"]
    assert f"The emulator has no operation {requested}; it has " in message
    assert " GetEditingJobInfo (live), " in message
    assert message.endswith(", GetCallerIdentity (sts).")


def test_only_get_and_post(caller: Caller) -> None:
    """RPC has two methods."""
    request = replace(caller.request("ListTranscodeTask", VOD), method="DELETE")
    assert refusal(caller.send(request)) == (403, "UnsupportedHTTPMethod")


def test_the_error_envelope(caller: Caller) -> None:
    """Every field the pages print."""
    response = caller.send(caller.request("GetLiveEditingJob", ICE, JobId="nobody"))
    assert response.status == 404
    document = response.json()
    assert document.pop("RequestId") == response.headers["x-acs-request-id"]
    assert document == {
        "Code": "JobNotFound",
        "Message": "The specified job does not exist.",
        "HostId": "127.0.0.1:8080",
        "Recommend": "https://api.aliyun.com/troubleshoot?q=JobNotFound",
    }


def test_limits_answer_400(world: World, caller: Caller) -> None:
    """The eleventh call within a second is throttled, in the vendor's odd way, and passes a second later."""
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "s"})
    answers = [caller.send(caller.request("GetEditingJobInfo", LIVE, CasterId="c")).status for _ in range(11)]
    assert answers == [200] * 10 + [400]
    assert caller.refused("GetEditingJobInfo", LIVE, CasterId="c") == (400, "Throttling.User")
    world.advance(1)
    assert caller.ask("GetEditingJobInfo", LIVE, CasterId="c")["CasterId"] == "c"


def test_retry_after_in_milliseconds(world: World, caller: Caller) -> None:
    """The header that the vendor's SDK reads."""
    world.add_fault("throttle", product="vod", retry_after=1.5)
    response = caller.send(caller.request("ListTranscodeTask", VOD, VideoId="v"))
    assert (refusal(response), response.headers["x-acs-retry-after"]) == ((400, "Throttling.User"), "1500")


@pytest.mark.parametrize(("status", "code"), [(500, "InternalError"), (503, "ServiceUnavailable")])
def test_server_errors(world: World, caller: Caller, status: int, code: str) -> None:
    """Codes as the pages print them."""
    world.add_fault("server_error", status=status)
    assert caller.refused("ListTranscodeTask", VOD, VideoId="v") == (status, code)


def test_a_key_without_the_permission(world: World, caller: Caller) -> None:
    """For one action: the answer names it, and others go on."""
    world.add_fault("deny", action="ListTranscodeTask")
    response = caller.send(caller.request("ListTranscodeTask", VOD, VideoId="v"))
    assert refusal(response) == (403, "Forbidden.RAM")
    assert response.json()["AccessDeniedDetail"]["AuthAction"] == "vod:ListTranscodeTask"
    assert response.json()["Message"].endswith(" Action: vod:ListTranscodeTask")
    assert caller.refused("GetLiveEditingJob", ICE, JobId="nobody") == (404, "JobNotFound")
    world.add_fault("deny", product="sts")
    assert caller.refused("GetCallerIdentity", "2015-04-01") == (403, "NoPermission")


def test_whose_key_it_is(caller: Caller) -> None:
    """STS answers at its own host, too, and has no limit here."""
    answers = [caller.send(caller.request("GetCallerIdentity", "2015-04-01", "sts.aliyuncs.com")) for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    document = answers[0].json()
    document.pop("RequestId")
    assert document == {
        "IdentityType": "RAMUser",
        "AccountId": "1000000000000001",
        "UserId": "2000000000000001",
        "PrincipalId": "2000000000000001",
        "Arn": "acs:ram::1000000000000001:user/emulator",
    }


# --- Live -------------------------------------------------------------------------------------------------------


ONE = {
    "OutputVodId": "ae16325065c4a4d18cf0878f204d4971",
    "TaskStatus": 1,
    "StorageInfo": {"StorageLocation": "outin-emulator.oss-cn-shanghai.aliyuncs.com", "FileName": "EditFile.mp4"},
    "ShowId": "s",
}


def tasks_of(answer: dict[str, Any]) -> Any:
    """What the field's text holds."""
    return json.loads(answer["EditingTasksInfo"])


def test_live_one_episode_is_an_object(world: World, caller: Caller) -> None:
    """The sample of the page, field by field, in text as its table says."""
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "s"}, "1")
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "t"}, "-1")
    answer = caller.ask("GetEditingJobInfo", LIVE, CasterId="c", ShowId="s")
    answer.pop("RequestId")
    assert answer == {"CasterId": "c", "EditingTasksInfo": json.dumps(ONE)}


def test_live_all_episodes_are_a_list(world: World, caller: Caller) -> None:
    """Without a show id, all of the studio's, newest first; other studios' are not in it."""
    for caster, show, state in (("c", "s", "3"), ("c", "t", "-1"), ("d", "u", "0"), ("c", "v", "--1")):
        world.add_job("alibaba.live.editing", {"caster_id": caster, "show_id": show}, state, undocumented=True)
    tasks = tasks_of(caller.ask("GetEditingJobInfo", LIVE, CasterId="c"))
    assert [(task["ShowId"], task["TaskStatus"]) for task in tasks] == [("v", "--1"), ("t", -1), ("s", 3)]


def wrapped(*tasks: Any) -> dict[str, Any]:
    return {"TotalNum": len(tasks), "EditingTaskList": {"EditingTask": list(tasks)}}


LOWER = {name[:1].lower() + name[1:]: value for name, value in ONE.items()}


@pytest.mark.parametrize(
    ("form", "one", "all_", "none"),
    [
        ("text", json.dumps(ONE), json.dumps([ONE]), ""),
        ("object", ONE, [ONE], {}),
        ("list", [ONE], [ONE], []),
        ("wrapped", wrapped(ONE), wrapped(ONE), wrapped()),
        ("keyed", {"s": ONE}, {"s": ONE}, {}),
        ("lines", json.dumps(ONE), json.dumps(ONE), ""),
        ("fragment", *[f'"EditingTasksInfo": {json.dumps(ONE)},'] * 2, ""),
        ("lower", json.dumps([LOWER]), json.dumps([LOWER]), "[]"),
    ],
)
def test_live_other_forms(world: World, caller: Caller, form: str, one: Any, all_: Any, none: Any) -> None:
    """What the page's sample and wording, and its neighbours, would have in that place."""
    world.forms["alibaba.live.editing"] = form
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "s"}, "1")
    answers = [
        caller.ask("GetEditingJobInfo", LIVE, CasterId="c", **more)["EditingTasksInfo"]
        for more in ({"ShowId": "s"}, {}, {"ShowId": "x"})
    ]
    assert answers == [one, all_, none]


def test_live_unknown_studio_and_unknown_episode(world: World, caller: Caller) -> None:
    """The studio is an error, the episode an empty answer."""
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": "s"})
    assert caller.refused("GetEditingJobInfo", LIVE, CasterId="x") == (404, "InvalidShowList.NotFound")
    assert caller.ask("GetEditingJobInfo", LIVE, CasterId="c", ShowId="x")["EditingTasksInfo"] == ""


STORAGE = {"StorageLocation": "b", "FileName": "cut.mp4"}
EPISODE = {"CasterId": "c", "ShowId": "s", "StartTime": "2.0", "StorageInfo": json.dumps(STORAGE)}


def test_live_create(world: World, caller: Caller) -> None:
    """The new task moves through 0, 1, 2 to 3, and its output id is the one that was promised."""
    job_info = json.loads(caller.ask("EditShowAndReplace", LIVE, **EPISODE)["JobInfo"])
    assert set(job_info) == {"vodId", "mediaid", "jobId"}
    seen = []
    for _ in range(11):
        seen.append(tasks_of(caller.ask("GetEditingJobInfo", LIVE, CasterId="c", ShowId="s")))
        world.advance(2)
    assert list(dict.fromkeys(task["TaskStatus"] for task in seen)) == [0, 1, 2, 3]
    task = seen[-1]
    assert (task["OutputVodId"], task["StorageInfo"]) == (job_info["vodId"], STORAGE)


def test_live_a_second_edit_of_an_episode_makes_another_medium(world: World, caller: Caller) -> None:
    """It takes the first one's place, and only the medium tells the two apart."""
    first, second = (json.loads(caller.ask("EditShowAndReplace", LIVE, **EPISODE)["JobInfo"]) for _ in range(2))
    assert [info["mediaid"] == info["vodId"] for info in (first, second)] == [True, True]
    assert first["vodId"] != second["vodId"]
    assert first["jobId"] != second["jobId"]
    (task,) = tasks_of(caller.ask("GetEditingJobInfo", LIVE, CasterId="c"))
    assert (task["OutputVodId"], task["ShowId"]) == (second["vodId"], "s")


def test_live_a_broken_source_fails(world: World, caller: Caller) -> None:
    """ "broken" in the file name ends in -1."""
    caller.ask(
        "EditShowAndReplace", LIVE, **{**EPISODE, "StorageInfo": json.dumps({**STORAGE, "FileName": "broken.mp4"})}
    )
    world.advance(20)
    assert tasks_of(caller.ask("GetEditingJobInfo", LIVE, CasterId="c", ShowId="s"))["TaskStatus"] == -1


@pytest.mark.parametrize(
    ("less", "more", "code"),
    [
        ("CasterId", {}, "MissingCasterId"),
        ("ShowId", {}, "MissingShowId"),
        ("StorageInfo", {}, "MissingStorageInfo"),
        ("StartTime", {}, "MissingStartTime"),
        ("StorageInfo", {"StorageInfo": "{"}, "InvalidStorageInfo.Malformed"),
        ("StorageInfo", {"StorageInfo": "[]"}, "InvalidStorageInfo.Malformed"),
        ("StorageInfo", {"StorageInfo": '{"FileName": "f"}'}, "InvalidStorageInfo.Malformed"),
        ("StorageInfo", {"StorageInfo": '{"StorageLocation": "b", "FileName": 1}'}, "InvalidStorageInfo.Malformed"),
        ("StartTime", {"StartTime": "-1"}, "InvalidStartTime.Malformed"),
        ("StartTime", {"StartTime": "soon"}, "InvalidStartTime.Malformed"),
        ("", {"EndTime": "2.0"}, "InvalidEndTime.Malformed"),
        ("StartTime", {"EndTime": "0"}, "InvalidEndTime.Malformed"),
    ],
)
def test_live_create_checks(caller: Caller, less: str, more: dict[str, str], code: str) -> None:
    """What the page marks as required is required."""
    parameters = {name: value for name, value in EPISODE.items() if name != less}
    assert caller.refused("EditShowAndReplace", LIVE, **parameters, **more) == (400, code)


# --- ICE --------------------------------------------------------------------------------------------------------


def test_ice_success_carries_every_field_of_the_page(world: World, caller: Caller) -> None:
    """Code and Message too: the page's sample of a success has them."""
    world.add_job("alibaba.ice.live_editing", {"job_id": "j"}, [("Processing", 0), ("Success", 12)], age=60)
    job = caller.ask("GetLiveEditingJob", ICE, JobId="j")["LiveEditingJob"]
    assert job == {
        "JobId": "j",
        "ProjectId": "3a1515fead7b553cf314cd4870e32074",
        "Status": "Success",
        "Clips": '[{"StartTime": " 2021-06-21T08:01:00Z", "EndTime": " 2021-06-21T08:03:00Z"}]',
        "UserData": '{"key": "value\'}',
        "CreationTime": "2026-09-01T18:49:20Z",
        "ModifiedTime": "2026-09-01T18:49:32Z",
        "CompleteTime": "2026-09-01T18:49:32Z",
        "MediaId": "0fcfb6d067c016d9101f4f58f1afce24",
        "MediaURL": "https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4",
        "Code": "InvalidParameter",
        "Message": "The specific parameter LiveStreamConfig is not valid.",
        "LiveStreamConfig": {"AppName": "app", "DomainName": "domain.com", "StreamName": "streamName"},
        "MediaProduceConfig": {"Mode": "Accurate"},
        "OutputMediaConfig": {
            "MediaURL": "https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4",
            "StorageLocation": "outin-emulator.oss-cn-shanghai.aliyuncs.com",
            "FileName": "test.mp4",
            "Width": 640,
            "Height": 480,
            "Bitrate": 1000,
            "VodTemplateGroupId": "VOD_NO_TRANSCODE",
        },
    }


def test_ice_an_unfinished_job_has_no_end(world: World, caller: Caller) -> None:
    """No completion time, no media, no code."""
    world.add_job("alibaba.ice.live_editing", {"job_id": "j"}, "Queuing")
    job = caller.ask("GetLiveEditingJob", ICE, JobId="j")["LiveEditingJob"]
    assert job["Status"] == "Queuing"
    assert not {"CompleteTime", "MediaId", "MediaURL", "Code", "Message"} & set(job)


STREAM = {"AppName": "live", "DomainName": "pull.example.com", "StreamName": "s"}
CLIP = {"StartTime": "2026-01-02T08:00:00Z", "EndTime": "2026-01-02T08:05:00Z"}
CLIPS, OWN_STREAMS = json.dumps([CLIP]), json.dumps([CLIP | STREAM])


def test_ice_create_and_succeed(world: World, caller: Caller) -> None:
    """What was submitted is in the record; a storage location and file name make the URL."""
    config = '{"StorageLocation": "out.oss-cn-shanghai.aliyuncs.com", "FileName": "a.mp4"}'
    answer = caller.ask(
        "SubmitLiveEditingJob",
        ICE,
        Clips=CLIPS,
        OutputMediaConfig=config,
        LiveStreamConfig=json.dumps(STREAM),
        UserData='{"any": 1}',
        ProjectId="p",
    )
    assert (answer["ProjectId"], answer["MediaURL"]) == ("p", "")
    world.advance(20)
    job = caller.ask("GetLiveEditingJob", ICE, JobId=answer["JobId"])["LiveEditingJob"]
    assert (job["Status"], job["MediaId"], job["ProjectId"]) == ("Success", answer["MediaId"], "p")
    assert (job["Clips"], job["UserData"], job["LiveStreamConfig"]) == (CLIPS, '{"any": 1}', STREAM)
    assert job["MediaURL"] == "https://out.oss-cn-shanghai.aliyuncs.com/a.mp4"


def test_ice_a_broken_source_fails_with_a_code(world: World, caller: Caller) -> None:
    """ "broken" in the output's name ends in Failed, and without media."""
    config = '{"MediaURL": "https://b/broken.mp4"}'
    answer = caller.ask("SubmitLiveEditingJob", ICE, Clips=OWN_STREAMS, OutputMediaConfig=config)
    world.advance(20)
    job = caller.ask("GetLiveEditingJob", ICE, JobId=answer["JobId"])["LiveEditingJob"]
    assert (job["Status"], job["Code"]) == ("Failed", "InvalidParameter")
    assert "MediaURL" not in job


@pytest.mark.parametrize(
    ("action", "parameters", "answer"),
    [
        ("GetLiveEditingJob", {}, (400, "MissingJobId")),
        ("GetLiveEditingJob", {"JobId": "bad"}, (400, "InvalidParameter")),
        ("SubmitLiveEditingJob", {}, (400, "MissingClips")),
        ("SubmitLiveEditingJob", {"Clips": "{}"}, (400, "InvalidClips.Malformed")),
        ("SubmitLiveEditingJob", {"Clips": "[]"}, (400, "MissingOutputMediaConfig")),
        *(
            ("SubmitLiveEditingJob", {"Clips": OWN_STREAMS, "ProjectId": "p", **wrong}, (400, code))
            for wrong, code in (
                ({"Clips": "[]"}, "InvalidClips.Malformed"),
                ({"Clips": '["x"]'}, "InvalidClips.Malformed"),
                ({"Clips": '[{"StartTime": "2026-01-02T08:00:00Z"}]'}, "InvalidClips.Malformed"),
                ({"Clips": OWN_STREAMS.replace("08:05:00Z", "08:05")}, "InvalidClips.Malformed"),
                ({"Clips": CLIPS}, "MissingLiveStreamConfig"),
                ({"LiveStreamConfig": '{"AppName": "a"}'}, "InvalidLiveStreamConfig.Malformed"),
                ({"OutputMediaTarget": "disk"}, "InvalidOutputMediaTarget.Malformed"),
                ({"OutputMediaConfig": '{"FileName": "f"}'}, "InvalidOutputMediaConfig.Malformed"),
                ({"MediaProduceConfig": "fast"}, "InvalidMediaProduceConfig.Malformed"),
                ({"UserData": "any"}, "InvalidUserData.Malformed"),
                ({"UserData": json.dumps({"k": "v" * 504})}, "InvalidUserData.Malformed"),
            )
        ),
    ],
)
def test_ice_checks(
    world: World, caller: Caller, action: str, parameters: dict[str, str], answer: tuple[int, str]
) -> None:
    """Missing and malformed parameters are named in the code."""
    world.add_fault("reject_id", ids={"job_id": "bad"})
    assert caller.refused(action, ICE, **parameters) == answer


def test_ice_a_project_supplies_the_output(caller: Caller) -> None:
    """Then the output need not be given."""
    answer = caller.ask("SubmitLiveEditingJob", ICE, Clips=OWN_STREAMS, ProjectId="p")
    assert answer["MediaURL"] == "https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4"


def test_live_rejects_an_id_on_demand(world: World, caller: Caller) -> None:
    """The fault applies to single queries as well."""
    world.add_fault("reject_id", kind="alibaba.live.editing", ids={"caster_id": "bad"})
    assert caller.refused("GetEditingJobInfo", LIVE, CasterId="bad") == (400, "InvalidParameter")


# --- VOD --------------------------------------------------------------------------------------------------------


def test_vod_lists_one_videos_tasks_newest_first(world: World, caller: Caller) -> None:
    """A task that is still processing has a CompleteTime, too: the page's sample has it."""
    ids = {"video_id": "v", "transcode_task_id": "old"}
    world.add_job("alibaba.vod.transcode", ids, "CompleteAllSucc", record={"TranscodeJobInfoList": []}, age=600)
    world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "new"}, "Processing", age=60)
    world.add_job("alibaba.vod.transcode", {"video_id": "other", "transcode_task_id": "x"})
    tasks = caller.ask("ListTranscodeTask", VOD, VideoId="v")["TranscodeTaskList"]
    assert tasks == [
        {
            "TranscodeTaskId": "new",
            "VideoId": "v",
            "TaskStatus": "Processing",
            "TranscodeTemplateGroupId": "b500c7094bd24f3e9900752d7c3emulate",
            "Trigger": "Auto",
            "CreationTime": "2026-09-01T18:49:20Z",
            "CompleteTime": "2026-09-01T18:50:20Z",
        },
        {
            "TranscodeTaskId": "old",
            "VideoId": "v",
            "TaskStatus": "CompleteAllSucc",
            "TranscodeTemplateGroupId": "b500c7094bd24f3e9900752d7c3emulate",
            "Trigger": "Auto",
            "CreationTime": "2026-09-01T18:40:20Z",
            "CompleteTime": "2026-09-01T18:40:20Z",
        },
    ]


def test_vod_an_unknown_video_has_no_tasks(caller: Caller) -> None:
    """An empty list, not an error."""
    assert caller.ask("ListTranscodeTask", VOD, VideoId="nobody")["TranscodeTaskList"] == []


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, 10),
        ({"PageNo": "2"}, 2),
        ({"PageNo": "3"}, 0),
        ({"PageSize": "50"}, 12),
        ({"PageSize": "5", "PageNo": "3"}, 2),
    ],
)
def test_vod_pages(world: World, caller: Caller, parameters: dict[str, str], expected: int) -> None:
    """Ten to a page unless asked otherwise; a page beyond the end is empty."""
    for number in range(12):
        world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": str(number)})
    assert len(caller.ask("ListTranscodeTask", VOD, VideoId="v", **parameters)["TranscodeTaskList"]) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-09-01T18:40:20Z", "", ["b", "a"]),
        ("2026-09-01T18:40:21Z", "", ["b"]),
        ("", "2026-09-01T18:40:20Z", ["a"]),
        ("2026-09-01T18:40:21Z", "2026-09-01T18:49:19Z", []),
    ],
)
def test_vod_filters_by_creation_time(world: World, caller: Caller, start: str, end: str, expected: list[str]) -> None:
    """Both ends belong to the range."""
    world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "a"}, age=600)
    world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "b"}, age=60)
    times = {name: value for name, value in (("StartTime", start), ("EndTime", end)) if value}
    tasks = caller.ask("ListTranscodeTask", VOD, VideoId="v", **times)["TranscodeTaskList"]
    assert [task["TranscodeTaskId"] for task in tasks] == expected


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "MissingParameter"),
        ({"VideoId": "v", "PageSize": "51"}, "InvalidParameter"),
        ({"VideoId": "v", "PageSize": "0"}, "InvalidParameter"),
        ({"VideoId": "v", "PageNo": "x"}, "InvalidParameter"),
        ({"VideoId": "v", "StartTime": "2026-09-01"}, "InvalidParameter"),
        ({"VideoId": "v", "StartTime": "2026-09-01T18:40:20Z", "EndTime": "2026-09-01T18:40:20Z"}, "InvalidParameter"),
        ({"VideoId": "bad"}, "InvalidParameter"),
    ],
)
def test_vod_list_checks(world: World, caller: Caller, parameters: dict[str, str], code: str) -> None:
    """Sizes, numbers and times must be what the page allows."""
    world.add_fault("reject_id", ids={"video_id": "bad"})
    assert caller.refused("ListTranscodeTask", VOD, **parameters) == (400, code)


@pytest.mark.parametrize(
    ("state", "renditions"),
    [
        ("Processing", ["Transcoding", "Transcoding"]),
        ("Partial", ["TranscodeSuccess", "Transcoding"]),
        ("CompleteAllSucc", ["TranscodeSuccess", "TranscodeSuccess"]),
        ("CompeleteAllSucc", ["TranscodeSuccess", "TranscodeSuccess"]),
        ("CompletePartialSucc", ["TranscodeSuccess", "TranscodeFail"]),
        ("CompleteAllFail", ["TranscodeFail", "TranscodeFail"]),
        ("NoSuchWord", ["Transcoding", "Transcoding"]),
    ],
)
def test_vod_detail_follows_the_task(world: World, caller: Caller, state: str, renditions: list[str]) -> None:
    """The two jobs of a task agree with its status."""
    ids = {"video_id": "v", "transcode_task_id": "t"}
    world.add_job("alibaba.vod.transcode", ids, state, undocumented=True)
    task = caller.ask("GetTranscodeTask", VOD, TranscodeTaskId="t")["TranscodeTask"]
    assert task["TaskStatus"] == state
    assert [info["TranscodeJobStatus"] for info in task["TranscodeJobInfoList"]] == renditions


def test_vod_output_files_and_errors(world: World, caller: Caller) -> None:
    """Every field of the SDK's model, with its types; a failed job has a code and a message instead."""
    world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "t"}, "CompletePartialSucc")
    good, bad = caller.ask("GetTranscodeTask", VOD, TranscodeTaskId="t")["TranscodeTask"]["TranscodeJobInfoList"]
    assert good["TranscodeProgress"] == 100
    assert good["OutputFile"] == {
        "OutputFileUrl": "http://emulator.oss-cn-shanghai.aliyuncs.com/v/ld.mp4",
        "Format": "mp4",
        "Duration": "12.0",
        "Filesize": 600000,
        "Width": "640",
        "Height": "360",
        "Bitrate": "400",
        "Fps": "25",
        "Encryption": "",
        "WatermarkIdList": [],
        "VideoStreamList": '[{"Index": "0", "CodecName": "h264", "Width": "640", "Height": "360", "Fps": "25.0", '
        '"Bitrate": "400"}]',
        "AudioStreamList": '[{"Index": "1", "CodecName": "aac", "Samplerate": "44100", "Channels": "2", '
        '"Bitrate": "64"}]',
        "SubtitleStreamList": "[]",
    }
    assert (bad["ErrorCode"], bad["ErrorMessage"]) == (
        "InvalidParameter.ResourceContentBad",
        "The resource operated is bad.",
    )
    assert "OutputFile" not in bad


def test_vod_a_session_makes_one_task_in_seven_days(world: World, caller: Caller) -> None:
    """Whatever else the second request says; an empty one is none, and nothing shows it."""
    wanted = {"VideoId": "v", "TemplateGroupId": "g"}
    for session in ("s-1", "s_2", "", ""):
        caller.ask("SubmitTranscodeJobs", VOD, **wanted, SessionId=session)
    repeated = (400, "OperationDenied.RepeatedSessionId")
    assert caller.refused("SubmitTranscodeJobs", VOD, VideoId="w", TemplateGroupId="g", SessionId="s-1") == repeated
    world.advance(7 * 86_400 - 1)
    assert caller.refused("SubmitTranscodeJobs", VOD, **wanted, SessionId="s-1") == repeated
    world.advance(1)
    caller.ask("SubmitTranscodeJobs", VOD, **wanted, SessionId="s-1")
    tasks = caller.ask("ListTranscodeTask", VOD, VideoId="v")["TranscodeTaskList"]
    detail = caller.ask("GetTranscodeTask", VOD, TranscodeTaskId=tasks[0]["TranscodeTaskId"])["TranscodeTask"]
    assert len(tasks) == 5
    assert not any("SessionId" in task for task in [*tasks, detail])


def test_vod_create_list_and_detail(world: World, caller: Caller) -> None:
    """A submitted task runs, and its jobs can be asked for one by one."""
    answer = caller.ask("SubmitTranscodeJobs", VOD, VideoId="v", TemplateGroupId="g")
    world.advance(20)
    (task,) = caller.ask("ListTranscodeTask", VOD, VideoId="v")["TranscodeTaskList"]
    assert task["TranscodeTaskId"] == answer["TranscodeTaskId"]
    assert (task["TaskStatus"], task["Trigger"], task["TranscodeTemplateGroupId"]) == ("CompleteAllSucc", "Manual", "g")
    job_ids = [job["JobId"] for job in answer["TranscodeJobs"]["TranscodeJob"]]
    found = caller.ask("GetTranscodeTask", VOD, JobIds=f"{job_ids[1]},nobody")
    assert [info["Definition"] for info in found["TranscodeJobInfoList"]] == ["SD"]
    assert found["NonExistJobIds"] == ["nobody"]


def test_vod_a_broken_source_fails(world: World, caller: Caller) -> None:
    """ "broken" in the video's id ends in CompleteAllFail."""
    caller.ask("SubmitTranscodeJobs", VOD, ReferenceId="broken-video", TemplateGroupId="g")
    world.advance(20)
    (task,) = caller.ask("ListTranscodeTask", VOD, VideoId="broken-video")["TranscodeTaskList"]
    assert task["TaskStatus"] == "CompleteAllFail"


@pytest.mark.parametrize(
    ("action", "parameters", "answer"),
    [
        ("GetTranscodeTask", {}, (400, "MissingParameter")),
        ("GetTranscodeTask", {"TranscodeTaskId": "nobody"}, (404, "NoSuchResource")),
        ("GetTranscodeTask", {"TranscodeTaskId": "bad"}, (400, "InvalidParameter")),
        ("GetTranscodeTask", {"JobIds": ",".join("abcdefghijk")}, (400, "InvalidParameter")),
        ("SubmitTranscodeJobs", {"VideoId": "v"}, (400, "MissingParameter")),
        ("SubmitTranscodeJobs", {"TemplateGroupId": "g"}, (400, "MissingParameter")),
        *(
            ("SubmitTranscodeJobs", {"VideoId": "v", "TemplateGroupId": "g", name: value}, (400, code))
            for name, value, code in (
                ("SessionId", "s" * 51, "InvalidSessionId.Malformed"),
                ("SessionId", "a b", "InvalidSessionId.Malformed"),
                ("ReferenceId", "short", "InvalidReferenceId.Malformed"),
                ("Priority", "11", "InvalidPriority.Malformed"),
                ("EncryptConfig", "[]", "InvalidEncryptConfig.Malformed"),
                ("OverrideParams", "{", "InvalidOverrideParams.Malformed"),
                ("UserData", "x", "InvalidUserData.Malformed"),
                ("UserData", json.dumps({"Extend": "x" * 513}), "InvalidUserData.Malformed"),
            )
        ),
    ],
)
def test_vod_detail_and_create_checks(
    world: World, caller: Caller, action: str, parameters: dict[str, str], answer: tuple[int, str]
) -> None:
    """Unknown tasks, too many jobs, missing parameters."""
    world.add_fault("reject_id", ids={"transcode_task_id": "bad"})
    assert caller.refused(action, VOD, **parameters) == answer


WORDS = st.text(max_size=8) | st.sampled_from(
    ["c", "s", "[]", "{}", "[1]", '{"MediaURL": 1}', "null", "-1", "²", "1e3"]
)
NAMES = [
    "CasterId",
    "ShowId",
    "StartTime",
    "EndTime",
    "StorageInfo",
    "JobId",
    "Clips",
    "ProjectId",
    "OutputMediaConfig",
    "LiveStreamConfig",
    "VideoId",
    "PageSize",
    "PageNo",
    "TranscodeTaskId",
    "JobIds",
    "TemplateGroupId",
    "Format",
    "Signature",
    "Timestamp",
]
ACTIONS = {
    "GetEditingJobInfo": LIVE,
    "EditShowAndReplace": LIVE,
    "GetLiveEditingJob": ICE,
    "SubmitLiveEditingJob": ICE,
    "ListTranscodeTask": VOD,
    "GetTranscodeTask": VOD,
    "SubmitTranscodeJobs": VOD,
}


@given(st.sampled_from(list(ACTIONS)), st.dictionaries(st.sampled_from(NAMES), WORDS), st.text(max_size=5))
def test_whatever_is_given_is_answered(action: str, parameters: dict[str, str], job_id: str) -> None:
    """No parameter, however odd, breaks the emulator: it answers 200 or with a documented refusal."""
    world = World(now=lambda: NOW, random=Random(1), limits=False)
    world.add_job("alibaba.live.editing", {"caster_id": "c", "show_id": job_id or "s"})
    caller = Caller(world)
    response = caller.send(caller.request(action, ACTIONS[action], **parameters))
    assert response.status in {200, 400, 404}
    if response.status == 200 and "JobId" in response.json():
        world.advance(30)
        caller.ask("GetLiveEditingJob", ICE, JobId=response.json()["JobId"])
