# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests any JSON in any field of a vendor's record, in every mode: the result can be stored.

Covers ``core.storable``.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest
from airflow.sdk.exceptions import AirflowException
from airflow.sdk.execution_time import comms
from airflow.sdk.serde import deserialize, serialize
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue, TypeAdapter

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.sensors import MediaJobSensor

from ..kinds import FACTS
from .conftest import Bench, StateStore
from .modes import MODES

SUCCEEDED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    name: (dict(facts.job), facts.whole_record, facts.body("RECORD")) for name, facts in FACTS.items()
}
LITERALS = [
    *("18446744073709551616", "-9223372036854775809", "1" * 5000, "1e300", "1e999", "-1e400", "NaN", "3.5", "1e-400"),
    *('"18446744073709551616"', '"1e300"', '"1e999"', '"nan"', '"' + "9" * 5000 + '"', '"1_0"'),
    *(r'"a\u0000b"', r'"\ud83c"', r'"\udfff x"', r'"\u001b[31m\n"', '"' + "x" * 100_000 + '"'),
    *("[" * 400 + "]" * 400, '{"a":' * 400 + "1" + "}" * 400, r'{"\u0000": 1, "\ud800": {"\u0000": []}}'),
    *("true", "null", '"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', "99999999999999", "20260901185020"),
]
_JSON = TypeAdapter(JsonValue)


class Body:
    """A transport that always gives the same answer."""

    def __init__(self, body: str) -> None:
        self._body = body.encode()

    def send(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {"x-request-id": "r\x00\udc80" + request.method}, self._body)

    async def asend(self, request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return self.send(request)

    async def aclose(self) -> None:
        pass


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Wherever in a record a value may stand."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        found += places(item, (*path, name))
    return [*found, (*path, "a_new_field")] if isinstance(value, dict) else found


def put(record: Any, path: tuple[Any, ...], mark: str) -> Any:
    copy = json.loads(json.dumps(record))
    at = copy
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = mark
    return copy


def texts(value: Any) -> list[str]:
    """All that are in a JSON value, names included."""
    if isinstance(value, dict):
        return [*value, *(text for item in value.values() for text in texts(item))]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def check(value: Any) -> None:
    """By Airflow's own encoders, and by what PostgreSQL refuses."""
    comms._new_encoder().encode(value)
    assert _JSON.validate_python(value) == value
    assert deserialize(json.loads(json.dumps(serialize(value)))) == value
    assert "\x00" not in "".join(texts(json.loads(json.dumps(value, allow_nan=False))))
    json.dumps(value, ensure_ascii=False).encode()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(value)) == value


CASES = [(kind, path) for kind, (_, record, _) in SUCCEEDED.items() for path in places(record)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=st.sampled_from(CASES), literal=st.sampled_from(LITERALS), mode=st.sampled_from(sorted(MODES)))
def test_what_comes_of_it_can_be_stored(
    bench: Bench, case: tuple[str, tuple[Any, ...]], literal: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, path = case
    ids, record, body = SUCCEEDED[kind]
    poisoned = json.dumps(put(record, path, "POISON")).replace('"POISON"', literal)
    bench.transport = Body(json.dumps(body).replace('"RECORD"', poisoned))
    bench.store = StateStore()
    stored: list[Any] = []
    resumed = bench.resumed

    def seen(sensor: MediaJobSensor, event: Any, **kept: Any) -> Any:
        stored.extend([event, kept])
        return resumed(sensor, event, **kept)

    monkeypatch.setattr(bench, "resumed", seen)
    sensor = MediaJobSensor(task_id="wait", kind=kind, ids=ids, timeout=900, created_after=None, **MODES[mode])
    try:
        stored.append(bench.run(sensor))
    except AirflowException as error:
        stored.append(str(error))
    for value in [*stored, dict(bench.store)]:
        check(value)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", SUCCEEDED)
def test_a_fact_that_cannot_be_stored_ends_nothing(bench: Bench, kind: str, mode: str) -> None:
    """The job has succeeded, whatever else its record holds; a mark says that not all of it is there."""
    ids, record, body = SUCCEEDED[kind]
    fields = ", ".join(f'"n{number}": {literal}' for number, literal in enumerate(LITERALS) if len(literal) < 3000)
    poisoned = json.dumps(record)[:-1] + ", " + fields + "}"
    bench.transport = Body(json.dumps(body).replace('"RECORD"', poisoned))
    bench.store = StateStore()
    result = bench.run(
        MediaJobSensor(task_id="wait", kind=kind, ids=ids, timeout=900, created_after=None, **MODES[mode])
    )
    assert result["state"] == "succeeded"
    assert result["raw"]["_cut"] is True
    # ICE and VOD have their own spelling of names.
    assert result["raw"].get("n0", result["raw"].get("N0")) == "18446744073709551616"
    check(result)
