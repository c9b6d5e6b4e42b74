# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests whether a connection is missing, unreadable or only cannot be looked up now, with Airflow's own look-up."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException, ErrorType
from airflow.sdk.execution_time import comms, task_runner

from airflow_provider_mediajobs.core.errors import ConfigError, ConnectionUnavailable, MediaJobsError
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.virtual_time import VirtualLoop
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks.alibaba import AlibabaMediaHook
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.hooks.lookup import account_of
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

GOOD = (
    '{"conn_type": "huawei_mediajobs", "login": "emulator-access-key", "password": "emulator-secret-key", '
    '"extra": {"region": "cn-north-4", "project_id": "emulator-project"}}'
)

# A secrets backend as users install one; it answers with the next of its answers, or breaks with that.
VAULT = """
from airflow.sdk.bases.secrets_backend import BaseSecretsBackend

ANSWERS = []

class Vault(BaseSecretsBackend):
    def __init__(self, sealed=False):
        if sealed:
            raise ConnectionRefusedError("token=SECRET")

    def get_conn_value(self, conn_id, team_name=None):
        answer = ANSWERS.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
"""


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes a vault Airflow's first backend."""

    def install(*answers: str | Exception | None) -> None:
        name = f"vault_{tmp_path.name}"
        (tmp_path / f"{name}.py").write_text(VAULT)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND", f"{name}.Vault")
        # Airflow 3.3 keeps the backends of a process.
        monkeypatch.setattr("airflow.sdk.configuration._secrets_backend_cache", {}, raising=False)
        __import__(name).ANSWERS.extend(answers)

    return install


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes this process a task whose supervisor answers like this: as a message, or where it broke itself."""
    ours, theirs = socket.socketpair()

    def answer(*kinds: ErrorType) -> None:
        for number, kind in enumerate(kinds):
            said = comms.ErrorResponse(error=kind, detail={"message": "token=SECRET"}).model_dump()
            broke = kind is ErrorType.API_SERVER_ERROR
            frame = comms._ResponseFrame(id=number, **{"error" if broke else "body": said})
            theirs.sendall(frame.as_bytes())
        decoder: Any = comms.CommsDecoder(socket=ours)
        monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", decoder, raising=False)

    with ours, theirs:
        yield answer


def told(hook: Any) -> MediaJobsError:
    """The error of a lookup, which shows nothing of what a backend said."""
    with pytest.raises(MediaJobsError) as caught:
        _ = hook.account
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize(
    ("hook", "text"),
    [
        (
            AlibabaMediaHook("nowhere"),
            "connection 'nowhere' does not exist; create it with type alibaba_mediajobs, or set AIRFLOW_CONN_NOWHERE",
        ),
        (
            HuaweiMediaHook("nowhere"),
            "connection 'nowhere' does not exist; create it with type huawei_mediajobs, or set AIRFLOW_CONN_NOWHERE",
        ),
    ],
)
def test_missing(hook: Any, text: str) -> None:
    """It says what to create."""
    error = told(hook)

    assert (type(error), str(error)) == (ConfigError, text)
    assert hook.test_connection() == (False, text)


def test_missing_in_a_vault_too(vault: Any) -> None:
    """Asked twice, a vault that works says twice that there is nothing."""
    vault(None, None)

    assert isinstance(told(HuaweiMediaHook("nowhere")), ConfigError)


def test_a_vault_that_is_down(vault: Any) -> None:
    """Airflow says "isn't defined"; the truth is that nobody knows."""
    vault(*[ConnectionRefusedError("https://vault/?token=SECRET")] * 2)

    error = told(HuaweiMediaHook("nowhere"))

    assert isinstance(error, ConnectionUnavailable)
    assert error.retryable
    assert str(error) == "connection 'nowhere' could not be looked up (ConnectionRefusedError)"


@pytest.mark.parametrize(
    "trouble", [requests.exceptions.JSONDecodeError("SECRET", "<html>", 0), ssl.SSLCertVerificationError("SECRET")]
)
def test_a_vault_behind_a_broken_proxy(trouble: Exception, vault: Any) -> None:
    """Errors of the network that are also ValueErrors."""
    vault(trouble, trouble)

    assert isinstance(told(HuaweiMediaHook("nowhere")), ConnectionUnavailable)


def test_a_vault_that_blinks_costs_a_pause(vault: Any, mediajobs_world: World) -> None:
    """Down at first, back when asked again, and then the job is asked for."""
    vault(ConnectionRefusedError(), GOOD, GOOD)
    mediajobs_world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="SUCCEEDED")
    pauses: list[float] = []
    hook = HuaweiMediaHook(
        "kept", transport=EmulatorTransport(mediajobs_world), sleep=pauses.append, jitter=lambda: 1.0, clock=lambda: 0.0
    )

    assert hook.get_job("huawei.mpc.editing", job_id="1").raw_state == "SUCCEEDED"
    assert pauses == [0.5]


def test_a_vault_without_it_hides_no_variable(vault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backends are asked in turn."""
    vault(None)
    monkeypatch.setenv("AIRFLOW_CONN_KEPT", GOOD)

    assert HuaweiMediaHook("kept").account.region == "cn-north-4"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('{"conn_type": "huawei_mediajobs", "password": "SECRET"', "JSONDecodeError"),
        ('{"conn_type": "huawei_mediajobs", "secret": "SECRET"}', "TypeError"),
        ("huawei://a:SECRET@h:port", "ValueError"),
        ("huawei://a:SECRET@b://c://d", "AirflowException"),
    ],
)
def test_a_variable_that_cannot_be_read(value: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It will not mend itself, so it is an end."""
    monkeypatch.setenv("AIRFLOW_CONN_BROKEN", value)

    error = told(HuaweiMediaHook("broken"))

    assert isinstance(error, ConfigError)
    assert str(error) == (
        f"connection 'broken' cannot be read ({name}); write it as JSON or as a URI, "
        "and check the configuration of the secrets backend"
    )


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            ErrorType.CONNECTION_NOT_FOUND,
            "connection 'nowhere' does not exist; create it with type huawei_mediajobs, or set AIRFLOW_CONN_NOWHERE",
        ),
        (
            ErrorType.PERMISSION_DENIED,
            "connection 'nowhere' is withheld from this task (AirflowSecretsBackendAccessDenied); grant it access",
        ),
    ],
)
def test_what_the_api_server_says_is_an_end(answer: ErrorType, text: str, supervisor: Any) -> None:
    """In a task, the supervisor asks it."""
    supervisor(answer, answer)

    error = told(HuaweiMediaHook("nowhere"))

    assert (type(error), str(error)) == (ConfigError, text)


@pytest.mark.parametrize("answer", [ErrorType.API_SERVER_ERROR, ErrorType.GENERIC_ERROR])
def test_an_api_server_that_restarts(answer: ErrorType, supervisor: Any) -> None:
    """Airflow says "isn't defined" here, too."""
    supervisor(answer, answer)

    error = told(HuaweiMediaHook("nowhere"))

    assert isinstance(error, ConnectionUnavailable)
    assert str(error) == "connection 'nowhere' could not be looked up (AirflowRuntimeError)"


def test_an_api_server_that_is_back(supervisor: Any) -> None:
    """An error, then "no such connection": that is the truth."""
    supervisor(ErrorType.API_SERVER_ERROR, ErrorType.CONNECTION_NOT_FOUND)

    assert isinstance(told(HuaweiMediaHook("nowhere")), ConfigError)


def test_a_vault_that_has_it_the_second_time(vault: Any) -> None:
    """It was created meanwhile, or the vault had hidden trouble: the next look finds it."""
    vault(None, GOOD)

    error = told(HuaweiMediaHook("kept"))

    assert isinstance(error, ConnectionUnavailable)
    assert str(error) == "connection 'kept' was not found at first, then it was"


def test_a_vault_that_cannot_even_be_opened(vault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lookup as a whole breaks."""
    vault()
    monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND_KWARGS", '{"sealed": true}')

    assert isinstance(told(HuaweiMediaHook("nowhere")), ConnectionUnavailable)


def test_an_airflow_of_another_make(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tells the two apart is not public; where it is missing, what Airflow says is believed."""

    def undefined(conn_id: str) -> Connection:
        raise AirflowNotFoundException(f"The conn_id `{conn_id}` isn't defined")

    monkeypatch.setattr(BaseHook, "get_connection", undefined)
    monkeypatch.setitem(sys.modules, "airflow.sdk.execution_time.supervisor", None)

    assert isinstance(told(HuaweiMediaHook("nowhere")), ConfigError)


async def test_for_a_trigger(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the event loop, with the trigger's own region and project."""
    monkeypatch.setenv("AIRFLOW_CONN_KEPT", GOOD)

    account = await account_of(HUAWEI, "kept", "cn-north-1", None)

    assert (account.region, account.project_id) == ("cn-north-1", "emulator-project")


async def test_for_a_trigger_before_airflow_3_3(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a thread: its asynchronous look-up blocks the loop."""
    monkeypatch.setenv("AIRFLOW_CONN_KEPT", GOOD)
    monkeypatch.delattr(Connection, "aextra_dejson", raising=False)
    monkeypatch.setattr(BaseHook, "aget_connection", None)

    assert (await account_of(HUAWEI, "kept", None, None)).region == "cn-north-4"


async def test_for_a_trigger_nothing_is_missing() -> None:
    """The worker has read it a moment ago: what cannot be found now will be there again."""
    with pytest.raises(ConnectionUnavailable, match=r"'nowhere' could not be looked up \(AirflowNotFoundException: "):
        await account_of(HUAWEI, "nowhere", None, None)


async def test_for_a_trigger_a_broken_one_is_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has changed it since."""
    monkeypatch.setenv("AIRFLOW_CONN_KEPT", GOOD.replace("project_id", "project").replace('"region"', '"place"'))

    with pytest.raises(ConfigError, match="project_id is missing"):
        await account_of(HUAWEI, "kept", None, None)


def test_for_a_trigger_a_vault_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is out of reach after half a minute: a wait is delayed by it and never hangs with it."""
    released = threading.Event()
    monkeypatch.setattr(BaseHook, "get_connection", lambda conn_id: released.wait())  # before Airflow 3.3
    monkeypatch.setattr(BaseHook, "aget_connection", lambda conn_id: asyncio.sleep(1e6))
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        with pytest.raises(ConnectionUnavailable, match=r"'kept' could not be looked up \(TimeoutError\)"):
            runner.run(account_of(HUAWEI, "kept", None, None))
        assert runner.get_loop().time() == 30
        released.set()


@pytest.mark.parametrize(
    ("extra", "wrong"),
    [
        ('"{not json"', 'is not JSON; write an object, for example {"name": "value"}'),
        ('"[1]"', "must be an object, not list; write it as JSON"),
        ('[["region", "cn-north-4"]]', "must be an object, not list; write it as JSON"),
        ("5", "must be an object, not int; write it as JSON"),
    ],
)
def test_an_extra_that_is_no_object(extra: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow would take it for empty, and the message would be about a missing region."""
    monkeypatch.setenv("AIRFLOW_CONN_BROKEN", f'{{"conn_type": "x", "login": "a", "password": "b", "extra": {extra}}}')

    error = told(AlibabaMediaHook("broken"))

    assert isinstance(error, ConfigError)
    assert str(error) == f"connection 'broken': extra {wrong}"
