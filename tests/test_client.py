# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the client, blocking and on an event loop: both make the same steps and come to the same result."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from airflow_provider_mediajobs.client import Client, new_nonce
from airflow_provider_mediajobs.clock import VendorClock, utc_now
from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.account import Account, Credentials, HttpOptions
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.job import JobSnapshot
from airflow_provider_mediajobs.core.kind import Exchange, JobKind
from airflow_provider_mediajobs.credential_cache import CachedCredentials
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.virtual_time import SteppedClock
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.alibaba.api.kinds.vod_transcode import VOD_TRANSCODE
from airflow_provider_mediajobs.vendors.alibaba.auth.credentials import AssumedRole, OidcRole
from airflow_provider_mediajobs.vendors.huawei import HUAWEI
from airflow_provider_mediajobs.vendors.huawei.api.kinds.mpc_editing import MPC_EDITING
from airflow_provider_mediajobs.vendors.huawei.auth.credentials import IamUser

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TOKEN = "CAIS+a/b=="
KEYS = Credentials("id", "very-secret", security_token=TOKEN)


@dataclass
class Line:
    """Both transports: sends nowhere, answers from a list."""

    answers: list[HttpResponse | Exception]
    sent: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def asend(self, request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return self.send(request)


def ticks() -> Callable[[], datetime]:
    """A clock that moves a second a look."""
    seconds = iter(range(1000))
    return lambda: START + timedelta(seconds=next(seconds))


def nonces() -> Callable[[], str]:
    numbers: Iterator[int] = iter(range(1000))
    return lambda: f"nonce-{next(numbers)}"


def client(vendor: Any = ALIBABA, credentials: Credentials = KEYS, signature: str = "") -> Client:
    account = Account(vendor.name, credentials, region="cn-north-4", project_id="p1", signature=signature)
    return Client(vendor, account, VendorClock(ticks()), nonces())


def blocking(made: Client, exchange: Exchange[Any], line: Line) -> Any:
    return made.run(exchange, line)


def on_a_loop(made: Client, exchange: Exchange[Any], line: Line) -> Any:
    return asyncio.run(made.arun(exchange, line))


BOTH = pytest.mark.parametrize("drive", [blocking, on_a_loop])
REQUEST = HttpRequest("POST", "https://h", query=(("A", "b"),), headers=(("x-acs-action", "X"), ("x-acs-version", "1")))


def ok(body: bytes = b"{}") -> HttpResponse:
    return HttpResponse(200, {}, body)


def error(code: str, message: str = "", status: int = 400) -> HttpResponse:
    return HttpResponse(status, {}, f'{{"Code": "{code}", "Message": "{message}"}}'.encode())


def ask(times: int = 1) -> Exchange[list[Any]]:
    """So many requests; the answers, or the errors they met."""
    met: list[Any] = []
    for _ in range(times):
        try:
            response = yield REQUEST
            met.append(response.json())
        except e.MediaJobsError as trouble:
            met.append(trouble)
    return met


@BOTH
def test_it_signs_sends_checks_and_feeds_back(drive: Any) -> None:
    """Two requests, two answers, the exchange's own result; each request is the signed one."""
    made, line = client(), Line([ok(b'{"n": 1}'), ok(b'{"n": 2}')])
    assert drive(made, ask(2), line) == [{"n": 1}, {"n": 2}]
    assert [(request.method, request.url) for request in line.sent] == [("POST", "https://h/?A=b")] * 2
    assert all(request.header("authorization") for request in line.sent)
    report = made.report
    assert (report.looks, report.calls, report.throttled, report.retried) == (0, 2, 0, 0)


@BOTH
@pytest.mark.parametrize("signature", ["", "HMAC-SHA1"])
def test_every_attempt_has_its_own_date_and_nonce(drive: Any, signature: str) -> None:
    """Also one that repeats a request that failed: Alibaba refuses a nonce it has seen."""
    line = Line([error("Throttling"), e.TransportError("reset"), ok()])
    drive(client(signature=signature), ask(3), line)
    if signature:
        forms = [dict(parse_qsl(request.body.decode())) for request in line.sent]
        found: list[Any] = [(form["Timestamp"], form["SignatureNonce"]) for form in forms]
        signatures = {form["Signature"] for form in forms}
    else:
        found = [(r.header("x-acs-date"), r.header("x-acs-signature-nonce")) for r in line.sent]
        signatures = {request.header("authorization") or "" for request in line.sent}
    assert found == [(f"2026-01-02T03:04:0{5 + n}Z", f"nonce-{n}") for n in range(3)]
    assert len(signatures) == 3


def test_both_ways_send_the_same() -> None:
    """Request for request, byte for byte."""
    lines = [Line([error("Throttling"), ok(), e.TransportError("reset"), ok()]) for _ in range(2)]
    blocking(client(), ask(4), lines[0])
    on_a_loop(client(), ask(4), lines[1])
    assert lines[0].sent == lines[1].sent
    assert [request.headers for request in lines[0].sent] == [request.headers for request in lines[1].sent]


@BOTH
def test_errors_are_thrown_into_the_exchange(drive: Any) -> None:
    """The vendor's and the transport's: there it may go on, as the batch that is split does."""
    made = client(HUAWEI)
    refs = [MPC_EDITING.ref({"job_id": number}) for number in ("1", "2")]
    rejected = HttpResponse(400, {}, b'{"error_code": "MPC.10202", "error_msg": "job_id"}')
    line = Line([rejected, ok(b'{"job_array": [{"job_id": "1", "status": "SUCCEEDED"}]}'), rejected])
    answers = drive(made, MPC_EDITING.look(made.account, refs), line)
    assert str(answers[refs[0]].state) == "succeeded"
    assert answers[refs[1]].code == "MPC.10202"
    assert (made.report.calls, made.report.throttled, made.report.retried) == (3, 0, 0)


@BOTH
def test_what_the_exchange_does_not_handle_is_raised(drive: Any) -> None:
    """The same error, with all its facts."""
    made, line = client(), Line([HttpResponse(503, {"x-acs-retry-after": "1500"}, b'{"Code": "Throttling.User"}')])
    with pytest.raises(e.Throttled) as caught:
        drive(made, ALIBABA.test_connection(made.account), line)
    assert (caught.value.code, caught.value.status, caught.value.retry_after) == ("Throttling.User", 503, 1.5)


@BOTH
def test_the_report_counts(drive: Any) -> None:
    """Calls; throttles apart from other retryable failures; errors that are answers in neither."""
    made = client()
    line = Line(
        [
            error("Throttling"),
            error("Throttling.User", status=503),
            error("InternalError", status=500),
            error("SignatureNonceUsed"),
            e.TransportError("reset"),
            HttpResponse(502, {}, b"<html>"),
            error("InvalidParameter"),
            error("Forbidden", status=403),
            error("InvalidVideo.NotFound", status=404),
            ok(),
        ]
    )
    met = drive(made, ask(10), line)
    assert [type(one).__name__ for one in met] == [
        "Throttled",
        "Throttled",
        "ServerFault",
        "StaleRequest",
        "TransportError",
        "UnreadableResponse",
        "RequestRejected",
        "PermissionDenied",
        "JobNotFound",
        "dict",
    ]
    assert (made.report.calls, made.report.throttled, made.report.retried) == (10, 2, 4)


@BOTH
def test_a_page_of_html_with_status_200_is_counted(drive: Any) -> None:
    """The exchange itself finds it unreadable; that is a retryable failure too, counted once."""
    made = client()
    with pytest.raises(e.UnreadableResponse):
        drive(made, ALIBABA.test_connection(made.account), Line([ok(b"<html>")]))
    assert (made.report.calls, made.report.retried) == (1, 1)


ECHOES = {
    "as it is": TOKEN,
    "encoded": "CAIS%2Ba%2Fb%3D%3D",
    "encoded twice": "CAIS%252Ba%252Fb%253D%253D",
    "the key": "very-secret",
}


@BOTH
@pytest.mark.parametrize("echo", list(ECHOES))
def test_an_echoed_secret_is_taken_out_of_a_message(drive: Any, echo: str) -> None:
    """A signature mismatch shows the server's string to sign; HMAC-SHA1 encodes the token twice in it."""
    message = f"server string to sign is:POST&SecurityToken={ECHOES[echo]}&x"
    (met,) = drive(client(), ask(), Line([error("SignatureDoesNotMatch", message)]))
    assert met.message == "server string to sign is:POST&SecurityToken=***&x"
    assert str(met) == "SignatureDoesNotMatch: server string to sign is:POST&SecurityToken=***&x (HTTP 400)"
    assert ECHOES[echo] not in repr(met)


@BOTH
def test_the_huawei_token_is_taken_out_too(drive: Any) -> None:
    """``X-Auth-Token`` in a message of the gateway."""
    body = b'{"error_code": "APIGW.0301", "error_msg": "bad token THE-TOKEN"}'
    (met,) = drive(client(HUAWEI, Credentials(auth_token="THE-TOKEN")), ask(), Line([HttpResponse(401, {}, body)]))
    assert (met.message, met.args) == ("bad token ***", ("APIGW.0301", "bad token ***"))


@BOTH
@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize("blanks", [0, 490, 495])
def test_an_echoed_secret_is_taken_out_of_a_page(drive: Any, status: int, blanks: int) -> None:
    """A proxy's page may show the URL; also where the cut at 500 characters would halve the token."""
    made = client()
    page = b" " * blanks + TOKEN.encode() + b" and SecurityToken=CAIS%2Ba%2Fb%3D%3D"
    with pytest.raises(e.UnreadableResponse) as caught:
        drive(made, ALIBABA.test_connection(made.account), Line([HttpResponse(status, {}, page)]))
    assert "CAI" not in str(caught.value) + repr(caught.value) + caught.value.body


@BOTH
def test_an_echoed_secret_is_taken_out_of_an_answer(drive: Any) -> None:
    """An error with the status of a success is the answer of one job, and comes in no exception."""
    made = client(HUAWEI, Credentials(auth_token="THE-TOKEN"))
    ref = MPC_EDITING.ref({"job_id": "1"})
    body = b'{"error_code": "MPC.10202", "error_msg": "bad id of THE-TOKEN"}'
    answers = drive(made, MPC_EDITING.look(made.account, [ref]), Line([HttpResponse(200, {}, body)]))
    assert str(answers[ref]) == "MPC.10202: bad id of *** (HTTP 200)"


@BOTH
def test_the_password_of_a_proxy_is_taken_out(drive: Any) -> None:
    """A proxy that finds no host may show what it was asked, and by whom."""
    proxied = replace(client().account, http=HttpOptions(proxy="http://user:p%40ss+word@proxy:3128"))
    page = b"Proxy-Authorization: Basic dXNlcjpwQHNzK3dvcmQ=, p%40ss+word, p@ss+word"
    with pytest.raises(e.UnreadableResponse) as caught:
        drive(Client(ALIBABA, proxied), ALIBABA.test_connection(proxied), Line([HttpResponse(502, {}, page)]))
    assert caught.value.body == "Proxy-Authorization: Basic ***, ***, ***"


def borrowing(source: Any, credentials: Credentials = KEYS, vendor: Any = ALIBABA) -> Client:
    """A client whose keys come from a source."""
    made = client(vendor, credentials)
    return Client(
        vendor, replace(made.account, credential_provider=source), made.clock, made.nonce, cached=CachedCredentials()
    )


@BOTH
@pytest.mark.parametrize("cut", [60, 90, 100])
def test_half_of_an_answer_with_new_keys_is_not_shown(drive: Any, cut: int) -> None:
    """It is no JSON, and what is in it nobody knows yet."""
    answer = b'{"RequestId": "1", "Credentials": {"AccessKeySecret": "a-new-secret", "SecurityToken": "a-new-token"}}'
    made = borrowing(AssumedRole("acs:ram::1:role/r", "session", "900"))
    (met,) = drive(made, ask(), Line([HttpResponse(200, {}, answer[:cut])]))
    assert isinstance(met, e.CredentialsUnavailable)
    assert str(met) == (
        "temporary credentials could not be obtained: HTTP 200: the answer of STS holds no credentials: it must be "
        "JSON with AccessKeyId, AccessKeySecret and SecurityToken under Credentials; check `sts` in the connection's "
        "`endpoints`, its `host`, and the proxy: the host must be STS"
    )


@BOTH
def test_what_we_say_of_an_answer_is_shown(drive: Any) -> None:
    made = borrowing(AssumedRole("acs:ram::1:role/r", "session", "900"))
    (met,) = drive(made, ask(), Line([ok(b'{"RequestId": "1"}')]))
    assert "the answer of STS holds no credentials" in str(met)


@BOTH
def test_a_page_instead_of_new_keys_is_shown(drive: Any) -> None:
    """It says what is wrong on the way; what was sent is not shown with it."""
    page = b'<html>no such host for {"password": "a \\"quoted\\" password"}</html>'
    made = borrowing(IamUser("domain"), Credentials("user", 'a "quoted" password'), HUAWEI)
    (met,) = drive(made, ask(), Line([HttpResponse(502, {}, page)]))
    assert "<html>no such host for" in str(met)
    assert "quoted" not in str(met)


@BOTH
def test_the_token_of_a_file_is_taken_out(drive: Any, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a.b.c\n")
    made = borrowing(OidcRole("acs:ram::1:role/r", "acs:ram::1:oidc-provider/p", str(tmp_path / "token"), "s", "900"))
    (met,) = drive(made, ask(), Line([error("AuthenticationFail.OIDCToken.Invalid", "cannot read a.b.c", 401)]))
    assert "cannot read ***" in str(met)


@BOTH
def test_all_keys_of_an_exchange_are_taken_out(drive: Any) -> None:
    """Also those that were renewed meanwhile: an answer may be about the older ones."""

    @dataclass(frozen=True)
    class Rotating:
        file = None
        of_project = False
        secrets = ()

        def fetch(self, account: Account, text: str) -> Exchange[Credentials]:
            token = (yield HttpRequest("GET", "https://h", unsigned=True)).body.decode()
            return Credentials("id", "borrowed-secret", token)

    made = borrowing(Rotating())
    expired = error("InvalidSecurityToken.Expired")
    answers: list[HttpResponse | Exception] = [
        HttpResponse(200, {}, b"token-1"),
        expired,
        HttpResponse(200, {}, b"token-2"),
        error("X", "token-1, token-2"),
    ]
    (met,) = drive(made, ask(), Line(answers))
    assert met.message == "***, ***"


@BOTH
def test_without_secrets_nothing_is_replaced(drive: Any) -> None:
    """An empty key is no pattern."""
    (met,) = drive(client(credentials=Credentials("id")), ask(), Line([error("Forbidden", "abc", 403)]))
    assert met.message == "abc"


@BOTH
def test_an_exchange_may_ask_nothing(drive: Any) -> None:
    """Its result is returned and nothing is sent."""
    made, line = client(), Line([])
    assert drive(made, ask(0), line) == []
    assert (line.sent, made.report.calls) == ([], 0)


@BOTH
def test_trouble_before_the_first_request_is_raised(drive: Any) -> None:
    """A connection without a region: nothing is sent."""
    made, line = client(HUAWEI), Line([])
    made.account = Account("huawei", KEYS)
    with pytest.raises(e.ConfigError):
        drive(made, HUAWEI.test_connection(made.account), line)
    assert line.sent == []


@BOTH
def test_a_bug_in_a_transport_is_not_an_answer(drive: Any) -> None:
    """What is none of our errors is not thrown into the exchange."""
    with pytest.raises(LookupError):
        drive(client(), ask(), Line([LookupError("a bug")]))


def test_the_defaults_are_the_clock_and_random_nonces() -> None:
    """UTC, and 32 hex digits never the same twice."""
    assert utc_now().tzinfo is UTC
    made = {new_nonce() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(nonce) == 32 and set(nonce) <= set("0123456789abcdef") for nonce in made)


@pytest.mark.parametrize("made", [MPC_EDITING, VOD_TRANSCODE], ids=lambda made: made.name)
@pytest.mark.parametrize(
    "steps", [{10: 3600.0}, {10: -3600.0}, {10: 86_400.0, 30: -86_400.0}, {10: -7200.0, 30: 7200.0}]
)
def test_a_clock_that_is_set_costs_one_call(made: JobKind, steps: dict[float, float]) -> None:
    """Its date is refused once, and corrected by the answer; no key is tried again and again."""
    passed = 0.0
    world = World(now=lambda: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(seconds=passed), limits=False)
    of = HUAWEI if made is MPC_EDITING else ALIBABA
    ids = {"job_id": "1"} if of is HUAWEI else {"video_id": "v", "transcode_task_id": "t"}
    world.add_job(made.name, ids)
    account = world.account(of.name, region=of.regions[0])
    client = Client(of, account, VendorClock(SteppedClock(world.now, steps)), nonces())
    for passed in range(0, 60, 5):
        before = len(world.requests)
        (answer,) = client.run(made.look(account, [made.ref(ids)]), EmulatorTransport(world)).values()
        assert isinstance(answer, JobSnapshot)
        refused = [request for request in world.requests[before:] if request.status != 200]
        assert len(refused) == (passed in steps)
