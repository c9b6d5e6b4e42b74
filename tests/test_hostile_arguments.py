# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Whatever stands in the place of an argument: it is taken, or refused by a ``ParameterError`` that names it.

Never by the interpreter's own error, after megabytes of message, or not at all.

Covers ``core.sendable``.
"""

from __future__ import annotations

import inspect
from collections import UserDict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from airflow.sdk import DAG, XComArg
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_mediajobs.core.errors import (
    ConfigError,
    JobNotFound,
    ParameterError,
    PermissionDenied,
    UnreadableResponse,
)
from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.core.sendable import check_nesting
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.operators import MediaJobOperator
from airflow_provider_mediajobs.operators.decorated import media_job_task
from airflow_provider_mediajobs.sensors import AlibabaLiveEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.vendors import VENDORS

from .core.test_shown import Faulty, doubled, nested
from .operators.conftest import GOOD
from .operators.test_arguments import ARGUMENTS

LONGEST = 2_000


class Unequal:
    """As an array of numpy's: a comparison with it is no truth."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")


def held_by_itself() -> list[Any]:
    value: list[Any] = []
    value.append({"a": (value,)})
    return value


def by_name_held_by_itself() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["a"] = value
    return value


HOSTILE: dict[str, Any] = {
    "list that holds itself": held_by_itself(),
    "mapping that holds itself": by_name_held_by_itself(),
    "deep list": nested(5_000),
    "deep mapping": {"a": nested(5_000)},
    "endless range": range(10**30),
    "nan": float("nan"),
    "infinite": [float("-inf")],
    "integer beyond text": 10**5_000,
    "half a character": "\ud800",
    "name of half a character": {"\ud800": 1},
    "control characters": "a\0\x1b[2J",
    "long text": "a" * 200_000,
    "deep text": "[" * 100_000,
    "text of nan": "NaN",
    "bytes": b"x",
    "set": {1},
    "name that is no text": {1: 2},
    "None": None,
    "text of None": "None",
    "empty": "",
    "blank": "  ",
    "empty list": [],
    "empty mapping": {},
    "negative": -1,
    "true": True,
    "date": date(2026, 9, 1),
    "naive time": datetime(2026, 9, 1),  # noqa: DTZ001
    "earliest time": datetime.min.replace(tzinfo=UTC),
    "longest time": timedelta.max,
    "decimal": Decimal("sNaN"),
    "faulty": Faulty(),
    "unequal": Unequal(),
    "unequal within": [{"a": Unequal()}],
    "type": int,
    "function": len,
    "deque": deque(["a"]),
    "other mapping": UserDict(a=1),
    "read-only mapping": MappingProxyType({"a": MappingProxyType({})}),
    "broken template": "{{ a",
    "template": "{{ a }}",
}

anything = st.sampled_from(sorted(HOSTILE)).map(HOSTILE.__getitem__) | st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)  # halves of characters among them
    | st.binary(max_size=5)
    | st.datetimes()
    | st.timedeltas(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


def refusal(make: Callable[[], Any]) -> str | None:
    """What is said of an argument; ``None`` where it is taken."""
    try:
        make()
    except ParameterError as error:
        return str(error)
    return None


def taken_or_refused(names: set[str], make: Callable[[], Any]) -> None:
    """:param names: one of which the message must hold."""
    if (message := refusal(make)) is not None:
        assert any(name in message for name in names), f"{names}: {ascii(message)[:300]}"
        assert len(message) <= LONGEST
        assert message.encode()


def arguments_of(task: type) -> Iterator[str]:
    """Those of ours: Airflow checks its own."""
    for base in task.__mro__:
        if base.__module__.startswith("airflow_provider_mediajobs."):
            parameters = inspect.signature(base.__init__).parameters.values()  # type: ignore[misc]
            yield from (given.name for given in parameters if given.kind is given.KEYWORD_ONLY)


OPERATOR: dict[str, Any] = {"kind": "huawei.mpc.editing", "parameters": GOOD["huawei.mpc.editing"]}
SENSOR: dict[str, Any] = {"kind": "alibaba.live.editing", "ids": {"caster_id": "c", "show_id": "e"}}
TASKS: list[tuple[type[Any], dict[str, Any]]] = [
    *((of, given) for of, given, _ in ARGUMENTS),
    (MediaJobOperator, OPERATOR),
    (MediaJobSensor, SENSOR),
    (AlibabaLiveEditingSensor, SENSOR["ids"]),
]
NAMED = {
    "ids": {"caster_id", "show_id", "ids", "live.editing: a "},
    **{name: {name, "list of ids"} for name in ("caster_id", "show_id", "file_name", "output_vod_id")},
    "parameters": {"parameters", "inputs", "a", "1", "'"},  # or a name within it
    "wait_for": {"wait_for", "fail_fast"},
}


def places() -> list[tuple[type[Any], dict[str, Any], str]]:
    """Each argument once; those that several tasks share once in all."""
    found, seen = [], set()
    for of, good in TASKS:
        fixed = {"kind", "ids"} - good.keys()  # by the class
        for name in sorted(set(arguments_of(of)) - fixed):
            own = of if name in good or name == "parameters" else issubclass(of, MediaJobOperator)
            if (own, name) not in seen:
                seen.add((own, name))
                found.append((of, good, name))
    return found


@pytest.mark.parametrize(("of", "good", "name"), places(), ids=lambda value: getattr(value, "__name__", None))
def test_an_argument_of_a_task(of: Any, good: dict[str, Any], name: str) -> None:
    """Of each value that has failed once, and of two mixtures of a good one with it."""
    names = NAMED.get(name, {name})
    for value in HOSTILE.values():
        taken_or_refused(names, partial(of, task_id="t", **{**good, name: value}))
        taken_or_refused(names, partial(of.partial, task_id="t", **{name: value}))
    taken_or_refused(names, partial(of, task_id="t", **{**good, name: [held_by_itself(), "{{ a }}"]}))


@pytest.mark.parametrize(("of", "good", "name"), places()[::9], ids=lambda value: getattr(value, "__name__", None))
def test_an_argument_that_has_no_end(of: Any, good: dict[str, Any], name: str) -> None:
    """As soon as there are too many values nobody goes on."""
    wide = doubled(60)
    taken_or_refused(NAMED.get(name, {name}), partial(of, task_id="t", **{**good, name: wide}))
    taken_or_refused(NAMED.get(name, {name}), partial(of.partial, task_id="t", **{name: [wide, range(10**12)]}))


@settings(max_examples=60)
@given(value=anything, place=st.sampled_from(places()))
def test_any_value(value: Any, place: tuple[Any, dict[str, Any], str]) -> None:
    of, others, name = place
    message = refusal(partial(of, task_id="t", **{**others, name: value}))
    assert message is None or message.encode()


def test_beside_a_template() -> None:
    """What only rendering will tell does not hide its neighbours; Airflow itself would go through them for ever."""
    with DAG("d", schedule=None):
        up = MediaJobOperator(task_id="up", **OPERATOR)
        MediaJobOperator(
            task_id="t", kind="huawei.mpc.editing", parameters={**OPERATOR["parameters"], "inputs": [up.output]}
        )
        for number, template in enumerate(("{{ a }}", XComArg(up))):
            wrong = {**OPERATOR["parameters"], "mix": [template, held_by_itself()]}
            with pytest.raises(ParameterError, match="mix is nested deeper than 64 levels, or holds itself"):
                MediaJobOperator(task_id=f"w{number}", kind="huawei.mpc.editing", parameters=wrong)


def returns(value: Any) -> Callable[[], Any]:
    def cut() -> Any:
        return value

    return cut


def test_what_a_function_returns() -> None:
    """It is known on the worker alone, and refused before anything is sent."""
    for value in HOSTILE.values():
        with DAG("d", schedule=None):
            made: Any = media_job_task(kind="huawei.vod.editing")(returns({"inputs": value}))()
        with pytest.raises(ParameterError, match="inputs"):
            made.operator.execute({})


ALSO_NAMED = {"refs": ("ids", "job_id"), "ids": ("job_id",), "product": ("version",)}


class Sent:
    def send(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(404, {}, b"{}")


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> None:
    extra = '"extra": {"region": "cn-north-4", "project_id": "p"}'
    for vendor in VENDORS:
        named = f"AIRFLOW_CONN_{vendor.default_conn_id.upper()}"
        monkeypatch.setenv(named, f'{{"conn_type": "{vendor.conn_type}", "login": "k", "password": "s", {extra}}}')


@pytest.mark.usefixtures("connections")
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_an_argument_of_a_hook(value: Any) -> None:
    """Taken as any other where it is text; else nothing is looked up or sent."""
    seconds = [0.0]
    process: dict[str, Any] = {
        "transport": Sent(),
        "clock": lambda: seconds[-1],
        "sleep": lambda pause: seconds.append(seconds[-1] + pause),
    }
    alibaba: Callable[..., Any] = partial(hook_class(VENDORS[0]), VENDORS[0].default_conn_id, **process)
    huawei: Callable[..., Any] = partial(hook_class(VENDORS[1]), VENDORS[1].default_conn_id, **process)
    calls: list[tuple[str, Callable[[], Any]]] = [
        ("conn_id", lambda: huawei().get_job("huawei.mpc.editing", job_id="j")),
        ("region", lambda: huawei(region=value).get_job("huawei.mpc.editing", job_id="j", timeout=0)),
        ("project_id", lambda: huawei(project_id=value).get_job("huawei.mpc.editing", job_id="j", timeout=0)),
        ("kind", lambda: huawei().get_job(value, job_id="j", timeout=0)),
        (
            "timeout",
            lambda: huawei().get_job("huawei.mpc.editing", job_id="j", timeout=value),
        ),
        ("job_id", lambda: huawei().get_job("huawei.mpc.editing", job_id=value, timeout=0)),
        ("job_id", lambda: huawei().cancel_job("huawei.mpc.editing", job_id=value, timeout=0)),
        ("ids", lambda: huawei().get_jobs("huawei.mpc.editing", [value], timeout=0)),
        ("refs", lambda: huawei().get_jobs("huawei.mpc.editing", value, timeout=0)),
        ("service", lambda: huawei().call(value, "GET", "/")),
        ("method", lambda: huawei().call("vod", value, "/")),
        ("path", lambda: huawei().call("vod", "GET", value)),
        ("query", lambda: huawei().call("vod", "GET", "/", value)),
        ("query", lambda: huawei().call("vod", "GET", "/", {"a": value})),
        ("body", lambda: huawei().call("vod", "POST", "/", None, value)),
        ("product", lambda: alibaba().call(value, "A")),
        ("action", lambda: alibaba().call("live", value)),
        ("version", lambda: alibaba().call("new", "A", version=value)),
        ("parameters", lambda: alibaba().call("live", "A", value)),
        ("parameters", lambda: alibaba().call("live", "A", {"a": value})),
    ]
    for name, call in calls:
        with suppress(
            ConfigError, JobNotFound, PermissionDenied, UnreadableResponse
        ):  # of the connection, or the vendor
            taken_or_refused({name, *ALSO_NAMED.get(name, ())}, call)


def test_how_far_a_value_is_walked_through() -> None:
    check_nesting("p", nested(64))
    check_nesting("p", list(range(150_000)))
    with pytest.raises(ParameterError, match="p is nested deeper than 64 levels, or holds itself"):
        check_nesting("p", nested(65))
    with pytest.raises(ParameterError, match="p holds more than 150000 values"):
        check_nesting("p", list(range(150_001)))
    check_nesting("p", nested(65), lambda value: isinstance(value, list))
