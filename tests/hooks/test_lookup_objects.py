# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests secrets backends that return other objects than the SDK's ``Connection``.

Covers ``hooks.lookup``, ``hooks.masking``.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import ConfigError, ConnectionUnavailable, MediaJobsError
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.hooks.lookup import account_of
from airflow_provider_mediajobs.hooks.masking import amask, mask
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

GOOD = (
    '{"conn_type": "huawei_mediajobs", "login": "emulator-access-key", "password": "emulator-secret-key", '
    '"extra": {"region": "cn-north-4", "project_id": "emulator-project"}}'
)

# A secrets backend of one's own that hands out objects, not texts; with the next of its answers.
OWN = """
from airflow.sdk.bases.secrets_backend import BaseSecretsBackend

ANSWERS = []

class Own(BaseSecretsBackend):
    def get_connection(self, conn_id, team_name=None):
        answer = ANSWERS.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer() if callable(answer) else answer
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes a backend with a ``get_connection`` of its own Airflow's first one."""

    def install(*answers: Any) -> None:
        name = f"own_{tmp_path.name}"
        (tmp_path / f"{name}.py").write_text(OWN)
        monkeypatch.syspath_prepend(tmp_path)
        _use_backend(monkeypatch, f"{name}.Own")
        __import__(name).ANSWERS.extend(answers)

    return install


@pytest.fixture
def local_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes Airflow's own backend of local files the first one."""

    def install(connections: str) -> None:
        path = tmp_path / "connections.json"
        path.write_text(connections)
        kwargs = json.dumps({"connections_file_path": str(path)})
        monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND_KWARGS", kwargs)
        _use_backend(monkeypatch, "airflow.secrets.local_filesystem.LocalFilesystemBackend")

    return install


def _use_backend(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND", path)
    monkeypatch.setattr("airflow.sdk.configuration._secrets_backend_cache", {}, raising=False)


def _model(**fields: Any) -> Any:
    """What a backend of Airflow itself hands out."""
    from airflow.models import Connection as Model

    given = {
        "conn_id": "kept",
        "conn_type": "huawei_mediajobs",
        "login": "emulator-access-key",
        "password": "emulator-secret-key",
        "extra": '{"region": "cn-north-4", "project_id": "emulator-project", "auth_token": "a-long-token"}',
    }
    return Model(**given | fields)


async def test_airflows_backend_of_local_files(local_file: Any) -> None:
    """It hands out Airflow's model, which cannot be asked on the event loop: worker and trigger read the same."""
    local_file(f'{{"kept": {GOOD}}}')

    there = await account_of(HUAWEI, "kept", None, None)

    assert there == HuaweiMediaHook("kept").account
    assert (there.region, there.project_id) == ("cn-north-4", "emulator-project")


async def test_tokens_of_such_a_connection_are_masked(own: Any) -> None:
    """Airflow's model tells a masker that is not the one of the task's log."""
    from airflow.sdk._shared.secrets_masker import redact

    token = json.dumps({"region": "cn-north-4", "project_id": "p", "auth_token": "token-of-a-model"})
    own(lambda: _model(extra=token), lambda: _model(extra=token.replace("of-a", "of-another")))

    await account_of(HUAWEI, "kept", None, None)
    _ = HuaweiMediaHook("kept").account

    assert redact("token-of-a-model, token-of-another-model") == "***, ***"


class Odd:
    """As somebody writes it who has seen what Airflow's own backends return."""

    def __init__(self, **fields: Any) -> None:
        good = _model()
        names = ("conn_id", "conn_type", "login", "password", "host", "schema", "port", "extra", "extra_dejson")
        vars(self).update({name: getattr(good, name) for name in names} | fields)

    def get_uri(self) -> str:
        return "huawei-mediajobs://"


class Mute(Odd):
    """Airflow asks each for its URI."""

    def get_uri(self) -> str:
        raise NotImplementedError("token=SECRET")


async def test_an_object_of_ones_own(own: Any) -> None:
    """It is asked for what it has."""
    own(Odd(), Odd())

    assert (await account_of(HUAWEI, "kept", None, None)).region == "cn-north-4"
    assert HuaweiMediaHook("kept").account.region == "cn-north-4"


def told(hook: Any) -> MediaJobsError:
    """The error of a lookup, which shows nothing of what a backend said."""
    with pytest.raises(MediaJobsError) as caught:
        _ = hook.account
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))
    return caught.value


class Half:
    """With a URI, and nothing else."""

    def get_uri(self) -> str:
        return "huawei-mediajobs://"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda: Odd(host=5), "connection 'kept': host must be text, not int; quote it"),
        (lambda: Odd(extra_dejson=[1]), "connection 'kept': extra must be an object, not list; write it as JSON"),
        (
            lambda: Odd(extra_dejson={}, extra="{no json SECRET"),
            'connection \'kept\': extra is not JSON; write an object, for example {"name": "value"}',
        ),
    ],
)
def test_an_odd_connection_is_an_end_on_a_worker(answer: Any, text: str, own: Any) -> None:
    """Somebody has to mend it, and is told what."""
    own(answer, answer)

    error = told(HuaweiMediaHook("kept"))

    assert (type(error), str(error)) == (ConfigError, text)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Half, "AttributeError: Half has no 'password'"),
        (Mute, "NotImplementedError"),
        (lambda: Odd(conn_type=7), "AttributeError: 'int' object has no attribute 'replace'"),
        (object, "AttributeError: object has no 'get_uri'"),
    ],
)
def test_a_backend_that_breaks_only_delays_on_a_worker(answer: Any, text: str, own: Any) -> None:
    """As in the triggerer: no exception of a look-up ends a wait."""
    own(answer, answer)

    error = told(HuaweiMediaHook("kept"))

    assert (type(error), str(error)) == (ConnectionUnavailable, f"connection 'kept' could not be looked up ({text})")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Mute, "NotImplementedError: token=***"),
        (lambda: Odd(conn_type=7), "AttributeError: 'int' object has no attribute 'replace'"),
        (object, "AttributeError: 'object' object has no attribute 'get_uri'"),
        (ValueError("password=SECRET"), "ValueError: password=***"),
        (KeyError("kv/media"), "KeyError: 'kv/media'"),
        (RecursionError(), "RecursionError"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: [Errno 111] Connection refused"),
        (ModuleNotFoundError("No module named 'hvac'"), "ModuleNotFoundError: No module named 'hvac'"),
        (None, "AirflowNotFoundException: The conn_id `kept` isn't defined"),
    ],
)
async def test_whatever_a_backend_does_delays_a_trigger(answer: Any, text: str, own: Any) -> None:
    """The message says what it was, without what looks secret, though Airflow passes over it."""
    own(answer, answer)

    with pytest.raises(ConnectionUnavailable) as caught:
        await account_of(HUAWEI, "kept", None, None)

    assert str(caught.value) == f"connection 'kept' could not be looked up ({text})"


@pytest.mark.parametrize("length", [1, 4, 5])
async def test_a_secret_too_short_to_be_masked(length: int, caplog: pytest.LogCaptureFixture) -> None:
    """Airflow says so in every task's log; it is not asked for what it cannot do."""
    from airflow.sdk._shared.secrets_masker import secrets_masker

    secret = "s" * length
    secrets_masker.SecretsMasker._has_warned_short_secret = False

    mask(secret)
    mask({"token": secret, "inner": [secret]})
    await amask(secret)
    await amask({"token": secret})

    assert "too short" not in caplog.text
    assert not secrets_masker.SecretsMasker._has_warned_short_secret
    assert secrets_masker.redact(f"a {secret}") == ("a ***" if length == 5 else f"a {secret}")
