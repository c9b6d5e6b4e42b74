# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The register of kinds against everything that a kind must have. Each failure names the file to write or correct.

Covers every module.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from airflow_provider_mediajobs import sensors
from airflow_provider_mediajobs.cli.examination import examine, plan
from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.job import JobRef, JobSnapshot, JobState, WaitReport
from airflow_provider_mediajobs.core.kind import Exchange, JobKind
from airflow_provider_mediajobs.core.permission import PermissionStatus
from airflow_provider_mediajobs.core.policy import Policy
from airflow_provider_mediajobs.core.submit import Key, Order
from airflow_provider_mediajobs.core.wait import WaitSpec
from airflow_provider_mediajobs.core.wait_event import WaitEvent
from airflow_provider_mediajobs.emulator.catalogue import KINDS as EMULATED
from airflow_provider_mediajobs.emulator.catalogue import VENDORS as PLAYED
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.arguments import IdField
from airflow_provider_mediajobs.vendors import KINDS, vendor, vendor_of
from airflow_provider_mediajobs.vendors.alibaba.api import rpc
from airflow_provider_mediajobs.vendors.huawei.api import rest

from .kinds import FACTS, Facts
from .operators.conftest import GOOD
from .sensors.conftest import Bench, StateStore, bench
from .sensors.modes import MODES
from .sensors.test_words import ENDS, outcome
from .vendors.reporting import ACCOUNTS, START, answered, look

__all__ = ["bench"]

ROOT = Path(__file__).parents[1]
PACKAGE = "airflow_provider_mediajobs"
EVERY = pytest.mark.parametrize("name", KINDS)


def module(name: str) -> str:
    """The module that declares a kind, without folders, by its name: what asks may be shared by several kinds."""
    return name.partition(".")[2].replace(".", "_")


def facts_of(name: str) -> Facts:
    assert name in FACTS, f"tests/kinds.py: write the facts of {name}"
    return FACTS[name]


@pytest.mark.parametrize("name", FACTS)
def test_it_is_declared(name: str) -> None:
    """By a module of its own, in the vendor's register."""
    vendor = f"{PACKAGE}/vendors/{FACTS[name].vendor}"
    file = f"{vendor}/api/kinds/{module(name)}.py"
    assert (ROOT / file).is_file(), f"{file}: declare {name}"
    assert name in KINDS, f"{vendor}/__init__.py: add {name} to its kinds"


def test_no_fact_is_of_another_kind() -> None:
    assert list(FACTS) == list(KINDS), "tests/kinds.py or the vendors' __init__.py: other kinds, or another order"


@EVERY
def test_it_is_emulated(name: str) -> None:
    """In the same words, with the same ids and the same limit, by one module, which is written from the page."""
    kind, facts = KINDS[name], facts_of(name)
    file = f"{PACKAGE}/vendors/{facts.vendor}/emulation/kinds/{module(name)}.py"
    assert (ROOT / file).is_file(), f"{file}: write the emulation of {name}"
    assert name in EMULATED, f"{file}: its KIND is not of the name {name}"
    found = EMULATED[name]
    own = {*kind.ids, *filter(None, (kind.collection_id, kind.run_id))}
    assert set(found.ids) == own, f"{file}: KIND.ids are not those of one job: {', '.join(sorted(own))}"
    assert set(found.words) == set(kind.states), f"{file}: KIND's words are not those of the page: {set(kind.states)}"
    assert [word for word, _ in found.course] == list(facts.course), f"{file} or tests/kinds.py: another course"
    assert found.failure == facts.failed, f"{file} or tests/kinds.py: another word of failure"
    bucket, calls, seconds = facts.limit
    limits = {bucket: limit for vendor in PLAYED for bucket, limit in vendor.limits.items()}
    assert limits.get(bucket) == (calls, seconds), f"{file}: an operation has no limit {bucket}"
    assert (kind.quota.calls, kind.quota.seconds) == (calls, seconds), f"{file} or the kind's quota: another limit"


@EVERY
def test_its_page_is_of_no_other_kind(name: str) -> None:
    others = [other.name for other in KINDS.values() if other.page == KINDS[name].page and other.name != name]
    assert others == [], f"{name} has the page of {', '.join(others)}"


def _first(exchange: Any) -> str:
    """The quota that an exchange's first request comes out of."""
    return str(next(exchange).product)


@EVERY
def test_each_call_names_its_quota(name: str) -> None:
    """What is declared is what the requests say, by which workers and triggerers pace them."""
    kind, facts = KINDS[name], facts_of(name)
    account = Account(facts.vendor, Credentials("key", "secret"), region="r", project_id="p")
    ref = kind.ref({id_: facts.job[id_] for id_ in kind.all_ids if id_ in facts.job})
    made = {"query": _first(kind.look(account, [ref]))}
    if kind.probe is not None:
        made["probe"] = _first(kind.probe(account, {ref: START}))
    if kind.read_page is not None:
        made["list"] = _first(kind.read_page(account, 0, [ref]))
    if kind.cancel is not None:
        made["cancel"] = _first(kind.cancel(account, ref))
    if kind.submit is not None:
        now = datetime(2026, 9, 1, tzinfo=UTC)
        order = Order(GOOD[name], Key("0" * 24, 0), now, now)
        made["create"] = _first(kind.submit.create(account, order))
        if kind.submit.find is not None:
            made["find"] = _first(kind.submit.find(account, order))

    calls = {call: quota.name for call, quota in kind.calls.items() if call != "details"}
    assert made == calls, "the vendor's api/quotas.py and the declaration differ"
    assert set(kind.quotas) == set(kind.calls.values())
    products = vendor(facts.vendor).products
    alone = [quota.name for quota in kind.quotas if not {quota.name, quota.part_of} & {*products}]
    assert not alone, f"the vendor's api/quotas.py: part_of=<product> is missing: {', '.join(alone)}"
    limits = {quota.name for quota in vendor(facts.vendor).quotas.values()}
    assert set(made.values()) <= limits, "a connection cannot set it"


@EVERY
def test_one_id_is_not_sent_as_two(name: str) -> None:
    """Where a call separates its ids by commas, a value with a comma would be several of them."""
    kind, facts = KINDS[name], facts_of(name)
    refs = [kind.ref({**facts.requested, kind.ids[-1]: one}) for one in ("1", "2")]
    batch = next(kind.batches(refs))
    request = next(kind.look(ACCOUNTS[facts.vendor], batch))
    if "1,2" in dict(request.query).values():
        file = sys.modules[kind.look.__module__].__file__
        assert refuses(kind, {**facts.requested, kind.ids[-1]: "1,2"}), f"{file}: refuse a comma by the kind's check"


def refuses(kind: JobKind, ids: dict[str, str]) -> bool:
    try:
        kind.ref(ids)
    except ParameterError:
        return True
    return False


@EVERY
def test_it_has_a_named_sensor(name: str) -> None:
    """Which takes every id, and is exported."""
    kind, facts = KINDS[name], facts_of(name)
    file = f"{PACKAGE}/sensors/{facts.vendor}.py"
    made = getattr(sensors, facts.sensor, None)
    assert made is not None, f"{file}: write {facts.sensor}, and name it in __all__"
    fields = set(arguments_of(made).values())
    assert fields == set(kind.all_ids), f"{file}: {facts.sensor} has not each of {', '.join(kind.all_ids)}"
    arguments = {argument: facts.job[id_] for argument, id_ in arguments_of(made).items() if id_ in facts.job}
    sensor = made(task_id="wait", **arguments)
    assert (sensor.kind, sensor.ids) == (name, dict(facts.job)), f"{file}: {facts.sensor} hands on something else"


def arguments_of(sensor: type[MediaJobSensor]) -> dict[str, str]:
    """The kind's ids by the arguments that give them."""
    return {name: one.name for name, one in vars(sensor).items() if isinstance(one, IdField)}


@EVERY
def test_it_is_tested(name: str) -> None:
    """By a file of its own, against answers of the vendor's page."""
    facts = facts_of(name)
    folder = f"tests/vendors/{facts.vendor}/api/kinds"
    assert (ROOT / folder / f"test_{module(name)}.py").is_file(), f"{folder}/test_{module(name)}.py: write it"
    assert facts.samples, f"tests/kinds.py: {name} has no sample of the vendor's page"
    for sample in facts.samples:
        assert (ROOT / folder / "samples" / sample).is_file(), f"{folder}/samples/{sample}: add the page's sample"


def answers(facts: Facts) -> dict[str, tuple[dict[str, str], list[Any]]]:
    """Answers by name: the ids of a job in each, and its bodies."""
    folder = ROOT / "tests" / "vendors" / facts.vendor / "api" / "kinds" / "samples"
    found = {name: (dict(ids), [json.loads((folder / name).read_text())]) for name, ids in facts.samples.items()}
    detail = [{"RequestId": "r", facts.detail[0]: facts.detail[1]}] if facts.detail else []
    whole = {"RequestId": "r", "total": 1, facts.place[0]: facts.record if facts.one else [facts.record]}
    return found | {"tests/kinds.py": (dict(facts.job), [whole, *detail])}


@EVERY
def test_answers_survive_the_way_through_the_triggers_event(name: str) -> None:
    """As they were, but for what the record is cut to."""
    kind, facts = KINDS[name], facts_of(name)
    for told, (ids, bodies) in answers(facts).items():
        ref = kind.ref(ids)
        seen = look(ACCOUNTS[facts.vendor], [ref], *map(answered, bodies))[0].get(ref)
        assert isinstance(seen, JobSnapshot), f"{told}: {name} does not read it: {seen}"
        assert seen.state is not JobState.UNKNOWN, f"{told}: {name} does not know its word, {seen.raw_state!r}"
        assert sent(kind, ref, seen) == seen, f"{told}: of {name}, the worker reads another job than the triggerer saw"


@EVERY
def test_an_end_is_told_of_no_job_that_goes_on(name: str) -> None:
    """Whatever its record holds: only what was made is an output, only a failure has an error, only an end a time."""
    kind, facts = KINDS[name], facts_of(name)
    for word, state in facts.states.items():
        record = {**facts.whole_record, facts.word: type(facts.record[facts.word])(word)}
        seen = look(ACCOUNTS[facts.vendor], [kind.ref(dict(facts.job))], answered(facts.body(record)))[0]
        (found,) = seen.values()
        assert isinstance(found, JobSnapshot), f"{name}: {word}: {found}"
        if state in {"pending", "running"} and word not in facts.told_by_renditions:
            assert (found.outputs, found.error, found.finished_at) == ((), None, None), f"{name}: {word}"
        if state in {"failed", "cancelled"}:
            assert found.outputs == (), f"{name}: {word}"


@EVERY
def test_a_call_takes_as_many_jobs_as_it_is_given(name: str, mediajobs_world: World) -> None:
    """By the page's limit, which the emulation has, too."""
    kind, facts, vendor = KINDS[name], facts_of(name), vendor_of(name)
    several = [id_ for id_ in (kind.run_id, kind.collection_id, *kind.ids) if id_ and id_ not in kind.group_by]
    own = several[0] if several else kind.ids[0]
    jobs = [{**facts.job, own: str(number)} for number in range(1, 1 + min(kind.batch_size, 100))]
    for ids in jobs:
        mediajobs_world.add_job(name, ids, facts.failed)
    refs = [kind.ref(ids) for ids in jobs]
    account = mediajobs_world.account(vendor.name, region=vendor.regions[0], signature=vendor.signatures[0])
    found = Client(vendor, account).run(kind.look(account, refs), EmulatorTransport(mediajobs_world))
    assert all(isinstance(found.get(ref), JobSnapshot) for ref in refs), f"{name}: {found}"
    assert [request.code for request in mediajobs_world.requests if request.code] == [], f"{name}: batch_size"


def sent(kind: JobKind, ref: JobRef, seen: JobSnapshot) -> Any:
    """As it comes out of the event."""
    spec = WaitSpec((ref,), kind, Policy(), START + timedelta(hours=1), 3600)
    history = spec.after(spec.start(), {ref: seen}, START)
    event = WaitEvent((ref,), history, WaitReport(), START, START, spec.deadline)
    return WaitEvent.from_json(json.loads(json.dumps(event.to_json())), (ref,), kind).history[0].answer


@EVERY
@pytest.mark.parametrize("mode", MODES)
def test_every_word_reaches_its_state_in_every_mode(name: str, mode: str, bench: Bench) -> None:
    """As the emulator plays it, with all that its record then holds."""
    facts, found = facts_of(name), {}
    for word in KINDS[name].states:
        bench.store = StateStore()
        bench.world.clear_requests()
        bench.world.add_job(name, facts.job, word)
        given: dict[str, Any] = {"ids": dict(facts.job), "timeout": 11, "created_after": None, **MODES[mode]}
        sensor = MediaJobSensor(task_id="wait", kind=name, **given)
        found[word] = outcome(bench, sensor)

    states = dict(facts.states) | dict(facts.reached)
    file = f"{PACKAGE}/vendors/{facts.vendor}/emulation/kinds/{module(name)}.py"
    wanted = {word: ENDS.get(state, ENDS["goes on"]) for word, state in states.items()}
    assert found == wanted, f"{file} or tests/kinds.py: words of {name} come to something else when mode is {mode}"


@EVERY
def test_the_doctor_tries_its_permissions(name: str, mediajobs_world: World) -> None:
    """Each by a call of its own, which is refused without it."""
    kind, facts = KINDS[name], facts_of(name)
    vendor = vendor_of(name)
    file = sys.modules[kind.look.__module__].__file__
    account = mediajobs_world.account(vendor.name, region=vendor.regions[0], signature=vendor.signatures[0])
    assert kind.actions, f"{file}: {name} needs no permission?"
    assert statuses(vendor, account, kind, mediajobs_world) == dict.fromkeys(
        (*facts.actions, *facts.probe_actions), PermissionStatus.ALLOWED
    ), f"{file}: a permission of {name} is not proved by its harmless call"
    mediajobs_world.add_fault("deny", vendor=vendor.name)
    refused = statuses(vendor, account, kind, mediajobs_world)
    assert PermissionStatus.ALLOWED not in refused.values(), f"{file}: {name} takes a refusal for a proof: {refused}"


@EVERY
def test_what_proves_a_permission_is_said_where_its_call_names_a_job(name: str) -> None:
    """The vendor answers such a call by an error about the id, which the doctor must know from any other."""
    kind = KINDS[name]
    account = Account(facts_of(name).vendor, Credentials("key", "secret"), region="r", project_id="p")
    file = sys.modules[kind.look.__module__].__file__
    for attempt in plan([kind]):
        request = next(attempt.permission.attempt(account))
        names_a_job = bool({rest.NO_ID, rpc.NO_ID} & {value for _, value in request.query})
        assert bool(attempt.permission.proved_by) == names_a_job, f"{file}: proved_by of {attempt.action}"


def statuses(vendor: Any, account: Account, kind: JobKind, world: World) -> dict[str, PermissionStatus]:
    client = Client(vendor, account)

    def ask(exchange: Exchange[None]) -> None:
        client.run(exchange, EmulatorTransport(world))

    found = examine(vendor, account, plan([kind]), ask)
    return {finding.attempt.action: finding.permission for finding in found}


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    """The documentation's tables, which are made from the register."""
    spec = importlib.util.spec_from_file_location("register_tables", ROOT / "docs" / "_ext" / "register_tables.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def has(file: str, *texts: str) -> Callable[[], bool]:
    return lambda: (ROOT / file).is_file() and all(text in (ROOT / file).read_text() for text in texts)


@EVERY
def test_it_is_shown(name: str, tables: ModuleType) -> None:
    """In the README, by a page of the documentation, by an example, and in the changelog."""
    page = name.replace(".", "_")
    wanted = {
        f"README.md: a row in the table of kinds for {name}": has("README.md", f"\n| `{name}` |"),
        f"docs/sensors/{page}.md: the page of {name}": has(f"docs/sensors/{page}.md", f"facts {name}\n"),
        f"docs/sensors/index.md: {page} in the list of pages": has("docs/sensors/index.md", f"\n{page}\n"),
        f"example_dags/example_{page}.py: an example of {name}": has(
            f"example_dags/example_{page}.py", f"# [START howto_sensor_{page}]\n", f"# [END howto_sensor_{page}]\n"
        ),
        f"CHANGELOG.md: a line that names `{name}`": has("CHANGELOG.md", f"`{name}`"),
    }
    missing = [what for what, there in wanted.items() if not there()]
    assert not missing, "; ".join(missing)
    assert tables.named_sensors().get(name), f"sensors/{facts_of(name).vendor}.py: no sensor says kind={name!r}"
