# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the emulator behind a real socket.

Covers ``emulator.__main__``.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.emulation import Token
from airflow_provider_mediajobs.core.emulation.identity import Use
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.emulator import DEFAULT_PROVIDER, World
from airflow_provider_mediajobs.emulator.__main__ import main
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.vendors.alibaba import signing as alibaba
from airflow_provider_mediajobs.vendors.huawei import signing as huawei

pytest_plugins = ["airflow_provider_mediajobs.emulator.pytest_plugin"]

NOW = datetime(2026, 9, 1, 18, 50, 20, tzinfo=UTC)
MPC = "huawei.mpc.editing"


@pytest.fixture
def server(world: World) -> Iterator[EmulatorServer]:
    world.add_job(MPC, {"job_id": "30647"}, "SUCCEEDED")
    with EmulatorServer(world) as running:
        yield running


@pytest.fixture
def connection(server: EmulatorServer) -> Iterator[http.client.HTTPConnection]:
    client = http.client.HTTPConnection(server.host, server.port, timeout=10)
    yield client
    client.close()


def signed(server: EmulatorServer, *job_ids: str) -> HttpRequest:
    path = f"/v2/{server.world.project_id}/editing/jobs"
    request = HttpRequest("GET", server.url, path, tuple(("job_id", job_id) for job_id in job_ids))
    return huawei.sign(request, server.world.account("huawei"), NOW, "")


def send(connection: http.client.HTTPConnection, request: HttpRequest) -> tuple[int, dict[str, Any]]:
    target = request.url.removeprefix(request.origin)
    headers = {name: value.encode() for name, value in request.headers}
    connection.request(request.method, target, request.body or None, headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def fetch(host: str, port: int, path: str) -> dict[str, Any]:
    client = http.client.HTTPConnection(host, port, timeout=10)
    client.request("GET", path)
    document: dict[str, Any] = json.loads(client.getresponse().read())
    client.close()
    return document


def test_a_signed_request_over_a_kept_connection(
    server: EmulatorServer, connection: http.client.HTTPConnection
) -> None:
    """Twice, over the same socket."""
    connection.connect()
    before = connection.sock
    for _ in range(2):
        status, document = send(connection, signed(server, "30647"))
        assert (status, document["job_array"][0]["status"]) == (200, "SUCCEEDED")
    assert connection.sock is before


def test_odd_characters_survive_the_way(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """Blanks, slashes, pluses, other alphabets: what was signed is what is verified."""
    name = "a b/c+d*e~f&g=h%20 \u00e9\u6587"
    server.world.add_job(MPC, {"job_id": name}, "FAILED")
    status, document = send(connection, signed(server, name))
    assert (status, document["job_array"][0]["job_id"]) == (200, name)


def test_a_plus_in_the_query_is_a_blank(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """One vendor's SDK sends it so while it signs %20."""
    server.world.add_job("alibaba.ice.live_editing", {"job_id": "a b"}, "Success")
    headers = (("x-acs-action", "GetLiveEditingJob"), ("x-acs-version", "2020-11-09"))
    request = HttpRequest("POST", server.url, query=(("JobId", "a b"),), headers=headers)
    one = alibaba.sign(request, server.world.account("alibaba"), NOW, "n")
    connection.request("POST", "/?JobId=a+b", headers=dict(one.headers))
    assert json.loads(connection.getresponse().read())["LiveEditingJob"]["Status"] == "Success"


def test_header_values_are_utf8(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """Signed as text, sent as UTF-8 bytes."""
    request = HttpRequest(
        "GET", server.url, f"/v1/{server.world.project_id}/asset/editing/tasks", headers=(("X-Note", "\u6587"),)
    )
    account: Account = server.world.account("huawei")
    assert send(connection, huawei.sign(request, account, NOW, ""))[0] == 200


def test_header_values_that_are_no_utf8(server: EmulatorServer) -> None:
    """They are taken as Latin-1, and the request is answered."""
    with socket.create_connection((server.host, server.port), 10) as raw:
        raw.sendall(b"GET /v1/p/x HTTP/1.1\r\nHost: h\r\nX-Note: \xe9\r\nConnection: close\r\n\r\n")
        assert raw.makefile("rb").readline() == b"HTTP/1.1 401 Unauthorized\r\n"


def test_no_content(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """204 comes without a body, and the connection lives on."""
    server.world.add_job(MPC, {"job_id": "w"}, "WAITING")
    path = f"/v2/{server.world.project_id}/editing/jobs/w"
    request = huawei.sign(HttpRequest("DELETE", server.url, path), server.world.account("huawei"), NOW, "")
    connection.request("DELETE", path, headers=dict(request.headers))
    response = connection.getresponse()
    assert (response.status, response.read(), response.headers["Content-Length"]) == (204, b"", None)
    assert send(connection, signed(server, "w"))[1]["job_array"][0]["status"] == "CANCELED"


def test_head_has_no_body(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """As HTTP wants it."""
    connection.request("HEAD", "/favicon.ico")
    response = connection.getresponse()
    assert (response.status, response.read()) == (404, b"")


def test_the_control_panel(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """Unsigned, beside the vendors."""
    connection.request("POST", "/_emulator/faults?", json.dumps({"fault": "throttle", "times": 1}))
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())) == (201, {"fault": "throttle", "times": 1})
    assert [send(connection, signed(server, "30647"))[0] for _ in range(2)] == [429, 200]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Transfer-Encoding: chunked", 411),
        ("Content-Length: many", 411),
        ("Content-Length: 99999999", 413),
    ],
)
def test_bodies_it_does_not_take(server: EmulatorServer, headers: str, status: int) -> None:
    """Refused at once, and the connection ends."""
    with socket.create_connection((server.host, server.port), 10) as raw:
        raw.sendall(f"POST / HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n".encode())
        answer = raw.makefile("rb").read()
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


# --- faults on the wire -----------------------------------------------------------------------------------------


def test_reset(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """The client sees RST, not a polite end."""
    server.world.add_fault("reset", times=1)
    with pytest.raises(ConnectionResetError):
        send(connection, signed(server, "30647"))
    connection.close()
    assert send(connection, signed(server, "30647"))[0] == 200


def test_truncated_json(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """The length is right, the JSON is not."""
    server.world.add_fault("truncated", times=1)
    with pytest.raises(json.JSONDecodeError):
        send(connection, signed(server, "30647"))
    assert send(connection, signed(server, "30647"))[0] == 200


def test_short_body(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """Fewer bytes than promised, then the end."""
    server.world.add_fault("short_body", times=1)
    with pytest.raises(http.client.IncompleteRead):
        send(connection, signed(server, "30647"))


@pytest.mark.parametrize("fault", [None, "html", "short_body"])
def test_one_date_of_the_vendors_clock(
    server: EmulatorServer, connection: http.client.HTTPConnection, fault: str | None
) -> None:
    """Not a second one of the server's own."""
    server.world.add_fault("clock_skew", seconds=60)
    if fault:
        server.world.add_fault(fault)
    request = signed(server, "30647")
    connection.request("GET", request.url.removeprefix(request.origin), headers=dict(request.headers))
    assert connection.getresponse().headers.get_all("Date") == ["Tue, 01 Sep 2026 18:51:20 GMT"]


def test_the_control_panel_has_a_date_too(connection: http.client.HTTPConnection) -> None:
    """The real one."""
    connection.request("GET", "/_emulator/")
    (date,) = connection.getresponse().headers.get_all("Date") or []
    assert abs(parsedate_to_datetime(date) - datetime.now(UTC)) < timedelta(minutes=1)


def test_html(server: EmulatorServer, connection: http.client.HTTPConnection) -> None:
    """As a proxy sends it."""
    server.world.add_fault("html")
    request = signed(server, "30647")
    connection.request("GET", request.url.removeprefix(request.origin), headers=dict(request.headers))
    response = connection.getresponse()
    assert (response.status, response.headers["Content-Type"]) == (502, "text/html")


def hanging(server: EmulatorServer) -> socket.socket:
    """A connection whose request has been received and will not be answered."""
    server.world.add_fault("hang")
    request = signed(server, "30647")
    lines = [
        f"GET {request.url.removeprefix(request.origin)} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers),
    ]
    raw = socket.create_connection((server.host, server.port), 10)
    raw.sendall("\r\n".join([*lines, "", ""]).encode())
    deadline = time.monotonic() + 10
    while not server.world.requests and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    return raw


def handlers() -> int:
    return sum(
        thread.name.startswith("Thread-") and "process_request_thread" in thread.name
        for thread in threading.enumerate()
    )


def gone(before: int) -> bool:
    deadline = time.monotonic() + 10
    while handlers() > before and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    return handlers() <= before


def test_a_hang_ends_when_the_client_goes(server: EmulatorServer) -> None:
    """Nothing was sent, and the server's thread ends."""
    before = handlers()
    with hanging(server) as raw:
        raw.sendall(b"more")  # the client talks on; that is no reason to answer
        raw.settimeout(0.2)
        with pytest.raises(TimeoutError):
            raw.recv(1)
    assert gone(before)


def test_a_hang_ends_when_its_time_is_over(world: World) -> None:
    """Without an answer even then."""
    with EmulatorServer(world, hang_seconds=0.1) as server, hanging(server) as raw:
        assert raw.recv(1) == b""


def test_stopping_ends_what_is_open(world: World) -> None:
    """Hanging and idle connections alike."""
    with EmulatorServer(world) as server:
        idle = http.client.HTTPConnection(server.host, server.port, timeout=10)
        assert send(idle, signed(server, "1"))[0] == 200
        world.clear_requests()
        raw = hanging(server)
    assert raw.recv(1) == b""
    assert idle.sock is not None
    assert idle.sock.recv(1) == b""
    raw.close()
    idle.close()


def test_a_client_that_goes_away_makes_no_noise(server: EmulatorServer, capfd: pytest.CaptureFixture[str]) -> None:
    """A reset from its side is not our error."""
    before = handlers()
    raw = socket.create_connection((server.host, server.port), 10)
    raw.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    raw.close()
    assert gone(before)
    assert capfd.readouterr().err == ""


def test_an_error_of_ours_is_shown(server: EmulatorServer, capfd: pytest.CaptureFixture[str]) -> None:
    """A bug in the emulator must not look like a network failure."""
    server.world.wall = lambda: 1 / 0  # type: ignore[assignment, return-value]
    client = http.client.HTTPConnection(server.host, server.port, timeout=10)
    before = handlers()
    with pytest.raises(http.client.RemoteDisconnected):
        send(client, signed(server, "30647"))
    assert gone(before)
    assert "ZeroDivisionError" in capfd.readouterr().err


# --- where it listens -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "", "example.org", "::"])
def test_other_hosts_are_refused(world: World, host: str) -> None:
    """Loopback only."""
    with pytest.raises(ParameterError, match="binds IPv4 loopback addresses only"):
        EmulatorServer(world, host)


def test_localhost_is_loopback(world: World) -> None:
    """By its number, so that no resolver is asked."""
    server = EmulatorServer(world, "localhost")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
    server.stop()


# --- the command ------------------------------------------------------------------------------------------------


def test_the_fixture_sets_both_connections(mediajobs_emulator: EmulatorServer) -> None:
    """Airflow reads them from the environment."""
    assert json.loads(os.environ["AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT"]) == {
        "conn_type": "huawei_mediajobs",
        "login": "emulator-access-key",
        "password": "emulator-secret-key",
        "schema": "http",
        "host": "127.0.0.1",
        "port": mediajobs_emulator.port,
        "extra": {"region": "cn-north-4", "project_id": "emulator-project"},
    }
    assert json.loads(os.environ["AIRFLOW_CONN_ALIBABA_MEDIAJOBS_DEFAULT"])["extra"] == {"region": "cn-shanghai"}
    assert mediajobs_emulator.world.limits == {}


def test_the_fixture_in_memory(mediajobs_world: World) -> None:
    """Time stands still, limits are off."""
    assert (mediajobs_world.limits, mediajobs_world.jobs) == ({}, [])


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_stop(end: signal.Signals) -> None:
    """First line the URL, alone; a default key, secret and project; a clean end."""
    command = [sys.executable, "-m", "airflow_provider_mediajobs.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+\n", url)
        assert fetch("127.0.0.1", int(url.rpartition(":")[2]), "/_emulator/jobs") == {"jobs": []}
        rest = [process.stdout.readline() for _ in range(5)]
        process.send_signal(end)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert rest == [
        "access key   emulator-access-key\n",
        "secret key   emulator-secret-key\n",
        "project id   emulator-project\n",
        f"control      {url.strip()}/_emulator/\n",
        "Ctrl-C stops it.\n",
    ]


@pytest.fixture
def told_to_stop(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EmulatorServer]]:
    """Servers that were started by ``main`` in this process, each told to stop at once."""
    started: list[EmulatorServer] = []

    def serve(self: EmulatorServer) -> None:
        self.start()
        started.append(self)
        signal.raise_signal(signal.SIGTERM)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(EmulatorServer, "serve", serve)
    yield started
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_options_make_the_world(told_to_stop: list[EmulatorServer], capsys: pytest.CaptureFixture[str]) -> None:
    """Keys, tokens, project, lengths, limits; the user's secret is not printed."""
    options = ["--access-key", "a:s:1", "--access-key", "b:t", "--project-id", "p", "--security-token", "st"]
    assert main([*options, "--auth-token", "at", "--job-seconds", "1:2.5", "--no-quotas"]) == 0
    world = told_to_stop[0].world
    assert {key.access_key: (key.secret_key, key.security_token) for key in world.keys.values()} == {
        "a": ("s:1", "st"),
        "b": ("t", "st"),
    }
    assert world.identity.standing("st", Use.SECURITY) is Token.VALID
    assert world.identity.standing("at", Use.AUTH) is Token.VALID
    assert (world.project_id, world.job_seconds) == ("p", (1.0, 2.5))
    assert world.limits == {}
    assert abs((world.now() - datetime.now(UTC)).total_seconds()) < 60
    printed = capsys.readouterr().out.splitlines()
    assert printed[1:4] == ["access key   a", "access key   b", "project id   p"]


def test_the_options_say_whom_the_world_knows(
    told_to_stop: list[EmulatorServer], capsys: pytest.CaptureFixture[str]
) -> None:
    """Roles, agencies, users; no secret is printed."""
    options = ["--lifetime", "5", "--role", "publisher", "--oidc-role", "pod", "--oidc-token", "s3cret.a.b"]
    options += ["--agency", "agency", "--user", "user:s3cret", "--instance-role", "r", "--instance-agency", "a"]
    assert main(options) == 0
    identity = told_to_stop[0].world.identity
    assert (identity.lifetime, identity.instance_role, identity.instance_agency) == (5.0, "r", "a")
    assert identity.agency("agency") is not None
    user, token = identity.user("user", "emulator-domain"), identity.oidc_token("s3cret.a.b")
    assert user is not None
    assert token is not None
    assert (user.password, token.provider) == ("s3cret", DEFAULT_PROVIDER)
    printed = capsys.readouterr().out
    assert printed.splitlines()[4:7] == [
        "role         acs:ram::1000000000000001:role/publisher",
        "role         acs:ram::1000000000000001:role/pod",
        "provider     acs:ram::1000000000000001:oidc-provider/emulator",
    ]
    assert "s3cret" not in printed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--access-key", "nosecret"], "write ID:SECRET"),
        (["--user", "nosecret"], "write NAME:PASSWORD"),
        (["--lifetime", "-1"], "lifetime must be from 0 to"),
        (["--job-seconds", "5"], "write MIN:MAX, in seconds"),
        (["--job-seconds", "5:4"], "write MIN:MAX, ascending and not negative"),
        (["--host", "0.0.0.0"], "binds IPv4 loopback addresses only"),
    ],
)
def test_options_that_make_no_sense(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The parser says what to write."""
    with pytest.raises(SystemExit):
        main(options)
    assert message in capsys.readouterr().err


def test_serve_returns_when_stopped(world: World) -> None:
    """For a caller that has nothing else to do."""
    server = EmulatorServer(world)
    thread = threading.Thread(target=server.serve)
    thread.start()
    assert fetch(server.host, server.port, "/_emulator/jobs") == {"jobs": []}
    server.stop()
    thread.join(10)
    assert not thread.is_alive()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server.host, server.port), 10)
