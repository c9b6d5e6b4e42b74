"""The hooks against the emulator: in memory where nothing else matters, over a socket once a kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_mediajobs.core.errors import (
    AuthError,
    ConfigError,
    JobNotFound,
    ParameterError,
    PermissionDenied,
    RequestRejected,
    ServerFault,
    Throttled,
    TransportError,
)
from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.emulator.transport import EmulatorTransport
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.hooks import hook_class
from airflow_provider_mediajobs.hooks.alibaba import AlibabaMediaHook
from airflow_provider_mediajobs.hooks.huawei import HuaweiMediaHook
from airflow_provider_mediajobs.hooks.media import MediaHook
from airflow_provider_mediajobs.vendors import VENDORS, vendor_of
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA
from airflow_provider_mediajobs.vendors.huawei import HUAWEI

KINDS = {
    "alibaba.live.editing": ({"caster_id": "c1", "show_id": "s1"}, "3"),
    "alibaba.ice.live_editing": ({"job_id": "j1"}, "Success"),
    "alibaba.vod.transcode": ({"video_id": "v1", "transcode_task_id": "t1"}, "CompleteAllSucc"),
    "huawei.vod.editing": ({"task_id": "1"}, "SUCCEED"),
    "huawei.mpc.editing": ({"job_id": "1"}, "SUCCEEDED"),
}


@pytest.fixture(autouse=True)
def connections(mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that the world in memory accepts."""
    keys = mediajobs_world.account("huawei").credentials
    for vendor, region in ((ALIBABA, "cn-shanghai"), (HUAWEI, "cn-north-4")):
        value = {
            "conn_type": vendor.conn_type,
            "login": keys.access_key,
            "password": keys.secret_key,
            "extra": {"region": region, "project_id": mediajobs_world.project_id},
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_{vendor.conn_type.upper()}_MEMORY", json.dumps(value))


@pytest.fixture
def pauses() -> list[float]:
    """What a hook slept."""
    return []


@pytest.fixture
def hook(mediajobs_world: World, pauses: list[float]) -> Any:
    """Makes hooks of a vendor or kind that live in the world, in its time."""

    def make(name: str, **kwargs: Any) -> MediaHook:
        vendor = next(vendor for vendor in VENDORS if name.startswith(vendor.name))

        def sleep(seconds: float) -> None:
            pauses.append(seconds)
            mediajobs_world.advance(seconds)

        defaults: dict[str, Any] = {
            "transport": EmulatorTransport(mediajobs_world),
            "clock": lambda: mediajobs_world.now().timestamp(),
            "sleep": sleep,
            "jitter": lambda: 1.0,
        }
        return hook_class(vendor)(f"{vendor.conn_type}_memory", **(defaults | kwargs))

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_get_job_over_a_socket(kind: str, mediajobs_emulator: EmulatorServer) -> None:
    """For every kind, with nothing but the default connection."""
    ids, word = KINDS[kind]
    mediajobs_emulator.world.add_job(kind, ids, script=word)

    snapshot = hook_class(vendor_of(kind))(vendor_of(kind).default_conn_id).get_job(kind, **ids)

    assert (snapshot.state, snapshot.raw_state) == (JobState.SUCCEEDED, word)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_default_connection(vendor: Any) -> None:
    """The hook's own names are the register's, and constructing it touches nothing."""
    hook = hook_class(vendor)()  # type: ignore[call-arg]

    assert hook.conn_id == f"{vendor.name}_mediajobs_default"
    assert (hook.conn_type, hook.hook_name) == (vendor.conn_type, vendor.hook_name)
    assert getattr(hook, hook.conn_name_attr) == hook.default_conn_name


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_job(kind: str, hook: Any) -> None:
    """A job the vendor does not show is JobNotFound for every kind, however the vendor puts it."""
    with pytest.raises(JobNotFound):
        hook(kind).get_job(kind, **KINDS[kind][0])


def test_ten_ids_a_call(hook: Any, mediajobs_world: World) -> None:
    """Twenty-one MPC jobs, one of them asked for twice, cost three calls."""
    for number in range(21):
        mediajobs_world.add_job("huawei.mpc.editing", {"job_id": str(number)}, script="PROCESSING")

    answers = hook("huawei").get_jobs("huawei.mpc.editing", [{"job_id": str(number)} for number in (*range(21), 3)])

    assert {ref["job_id"]: answer.raw_state for ref, answer in answers.items()} == {
        str(n): "PROCESSING" for n in range(21)
    }
    assert len(mediajobs_world.requests) == 3


def test_one_bad_id_in_a_batch(hook: Any, mediajobs_world: World) -> None:
    """The vendor rejects the whole call for one id; the other nine still get their answer."""
    for number in range(10):
        mediajobs_world.add_job("huawei.mpc.editing", {"job_id": str(number)}, script="SUCCEEDED")
    mediajobs_world.add_fault("reject_id", ids={"job_id": "7"})

    answers = hook("huawei").get_jobs("huawei.mpc.editing", [{"job_id": str(number)} for number in range(10)])

    told = {ref["job_id"]: answer for ref, answer in answers.items()}
    assert isinstance(told.pop("7"), RequestRejected)
    assert {answer.state for answer in told.values()} == {JobState.SUCCEEDED}
    assert len(told) == 9


def test_one_call_a_studio(hook: Any, mediajobs_world: World) -> None:
    """Episodes of one studio share a call."""
    for caster, show in (("c1", "a"), ("c1", "b"), ("c2", "a")):
        mediajobs_world.add_job("alibaba.live.editing", {"caster_id": caster, "show_id": show}, script="1")
    refs = [
        {"caster_id": "c1", "show_id": "a"},
        {"caster_id": "c1", "show_id": "b"},
        {"caster_id": "c2", "show_id": "a"},
    ]

    answers = hook("alibaba").get_jobs("alibaba.live.editing", refs)

    assert [answer.raw_state for answer in answers.values()] == ["1", "1", "1"]
    assert len(mediajobs_world.requests) == 2


def test_absent_jobs_have_an_answer(hook: Any, mediajobs_world: World) -> None:
    """Nothing asked for is left without an answer."""
    mediajobs_world.add_job("huawei.vod.editing", {"task_id": "1"}, script="WAITING")

    answers = hook("huawei").get_jobs("huawei.vod.editing", [{"task_id": "1"}, {"task_id": "2"}])

    assert [type(answer).__name__ for answer in answers.values()] == ["JobSnapshot", "JobNotFound"]


def test_no_jobs_no_call(hook: Any, mediajobs_world: World) -> None:
    """Nothing asked, nothing sent."""
    assert hook("huawei").get_jobs("huawei.mpc.editing", []) == {}
    assert mediajobs_world.requests == []


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        ("huawei.mpc.edit", {"job_id": "1"}, "kind 'huawei.mpc.edit' is unknown; valid kinds: alibaba.live.editing"),
        ("alibaba.ice.live_editing", {"job_id": "1"}, "is not of this hook's vendor; valid kinds: huawei.vod.editing"),
        ("huawei.mpc.editing", {}, "huawei.mpc.editing: job_id is missing (required: job_id)"),
        ("huawei.mpc.editing", {"task_id": "1", "job_id": "1"}, "there is no id 'task_id' (required: job_id)"),
        ("huawei.mpc.editing", {"job_id": 30647}, "huawei.mpc.editing: job_id must be one id as text, not int (30647)"),
    ],
)
def test_bad_input_is_told_before_anything_is_sent(
    kind: str, ids: dict[str, Any], message: str, hook: Any, mediajobs_world: World
) -> None:
    """A wrong kind or id names itself, and no call is made."""
    with pytest.raises(ParameterError) as caught:
        hook("huawei").get_job(kind, **ids)

    assert message in str(caught.value)
    assert mediajobs_world.requests == []


def test_blips_are_retried(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """A throttle, a fault, a reset and a proxy's page in a row only cost time; pauses grow."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    for fault in ("throttle", "server_error", "reset", "html"):
        mediajobs_world.add_fault(fault, times=1)
    alibaba = hook("alibaba")

    snapshot = alibaba.get_job("alibaba.ice.live_editing", job_id="j1")

    assert snapshot.state is JobState.SUCCEEDED
    assert pauses == [0.5, 1.0, 2.0, 4.0]
    assert (alibaba.report.calls, alibaba.report.throttled, alibaba.report.retried) == (5, 1, 3)


def test_every_attempt_is_signed_anew(hook: Any, mediajobs_world: World) -> None:
    """The vendor refuses a nonce it has seen, so an answer after two failures proves three nonces."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    mediajobs_world.add_fault("server_error", times=2)
    nonces = iter(["n1", "n2", "n3"])

    hook("alibaba", nonce=lambda: next(nonces)).get_job("alibaba.ice.live_editing", job_id="j1")

    assert next(nonces, None) is None


def test_a_repeated_nonce_is_refused_then_retried(hook: Any, mediajobs_world: World) -> None:
    """SignatureNonceUsed passes with the next attempt's nonce."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    nonces = iter(["n1", "n1", "n2"])
    alibaba = hook("alibaba", nonce=lambda: next(nonces))

    alibaba.get_job("alibaba.ice.live_editing", job_id="j1")
    alibaba.get_job("alibaba.ice.live_editing", job_id="j1")

    assert [request.code for request in mediajobs_world.requests] == [None, "SignatureNonceUsed", None]


def test_jitter_spreads_pauses(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """A pause is between half and the whole of itself."""
    mediajobs_world.add_fault("throttle")

    with pytest.raises(Throttled):
        hook("alibaba", jitter=lambda: 0.0).get_job("alibaba.ice.live_editing", job_id="j1", timeout=3)

    assert pauses == [0.25, 0.5, 1.0]


def test_the_vendor_names_the_pause(hook: Any, mediajobs_world: World, pauses: list[float]) -> None:
    """``x-acs-retry-after`` is honoured."""
    mediajobs_world.add_job("alibaba.ice.live_editing", {"job_id": "j1"}, script="Success")
    mediajobs_world.add_fault("throttle", times=1, retry_after=7)

    hook("alibaba").get_job("alibaba.ice.live_editing", job_id="j1")

    assert pauses == [7.0]


@pytest.mark.parametrize(
    ("fault", "error"), [("throttle", Throttled), ("server_error", ServerFault), ("reset", TransportError)]
)
def test_retries_end_with_the_timeout(fault: str, error: type[Exception], hook: Any, mediajobs_world: World) -> None:
    """Trouble that lasts is told in the end, as what it is."""
    mediajobs_world.add_fault(fault)
    start = mediajobs_world.now()

    with pytest.raises(error):
        hook("huawei").get_job("huawei.vod.editing", task_id="1", timeout=30)

    assert (mediajobs_world.now() - start).total_seconds() <= 30


def test_a_wrong_secret_is_not_retried(mediajobs_world: World, hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One refused signature, one call: five in a row would lock a Huawei key."""
    value = {
        "login": "emulator-access-key",
        "password": "wrong",
        "extra": {"region": "x", "project_id": "emulator-project"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_HUAWEI_MEDIAJOBS_MEMORY", json.dumps(value | {"conn_type": "huawei_mediajobs"}))

    with pytest.raises(AuthError):
        hook("huawei").get_job("huawei.mpc.editing", job_id="1")

    assert len(mediajobs_world.requests) == 1


def test_call_of_alibaba(hook: Any, mediajobs_world: World) -> None:
    """Any operation: here the one that creates a live editing job."""
    answer = hook("alibaba").call(
        "ice",
        "SubmitLiveEditingJob",
        {
            "Clips": json.dumps([{"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-01T00:01:00Z"}]),
            "LiveStreamConfig": json.dumps({"AppName": "app", "DomainName": "d", "StreamName": "s"}),
            "OutputMediaConfig": json.dumps({"MediaURL": "https://b.oss-cn-shanghai.aliyuncs.com/o.mp4"}),
        },
    )

    assert [job.ids["job_id"] for job in mediajobs_world.jobs] == [answer["JobId"]]


def test_call_of_huawei(hook: Any, mediajobs_world: World) -> None:
    """Any operation: create, then cancel, which answers without a body."""
    huawei = hook("huawei")

    created = huawei.call("vod", "POST", "/v1/{project_id}/asset/editing/tasks", body={"inputs": [{"asset_id": "a"}]})
    cancelled = huawei.call("vod", "DELETE", "/v1/{project_id}/asset/editing/tasks", {"task_id": created["task_id"]})

    assert cancelled == {}
    assert huawei.get_job("huawei.vod.editing", task_id=created["task_id"]).state is JobState.CANCELLED


def test_call_is_sent_once(hook: Any, mediajobs_world: World) -> None:
    """A create that may have worked must not be sent twice."""
    mediajobs_world.add_fault("server_error", times=1)

    with pytest.raises(ServerFault):
        hook("huawei").call("mpc", "GET", "/v2/{project_id}/editing/jobs", {"job_id": ["1", "2"]})

    assert len(mediajobs_world.requests) == 1


def test_call_of_a_product_without_version(hook: Any) -> None:
    """A product this package does not model needs its version."""
    with pytest.raises(ParameterError, match="version is missing: 'mts' is none of live, ice, vod"):
        hook("alibaba").call("mts", "QueryJobList")


def test_wrong_project(hook: Any) -> None:
    """An override that is not the account's project is refused by the vendor as a matter of permission."""
    with pytest.raises(PermissionDenied):
        hook("huawei", project_id="another").get_job("huawei.mpc.editing", job_id="1")


def test_forget_reads_the_connection_anew(hook: Any, mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rotated secret takes effect."""
    huawei = hook("huawei")
    assert huawei.account.region == "cn-north-4"
    monkeypatch.setenv(
        "AIRFLOW_CONN_HUAWEI_MEDIAJOBS_MEMORY", '{"login": "a", "password": "b", "extra": {"project_id": "p"}}'
    )

    kept = huawei.account.region
    huawei.forget()

    assert kept == "cn-north-4"
    assert huawei.account.region is None


def test_incomplete_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is told before anything is sent."""
    monkeypatch.setenv("AIRFLOW_CONN_EMPTY", '{"conn_type": "huawei_mediajobs"}')

    with pytest.raises(ConfigError, match="connection 'empty': login and password are not both set"):
        HuaweiMediaHook("empty").get_job("huawei.mpc.editing", job_id="1")


@pytest.mark.parametrize("name", ["alibaba", "huawei"])
def test_connection_test(name: str, hook: Any) -> None:
    """Airflow's "Test" button says whose account it is."""
    good, message = hook(name).test_connection()

    assert (good, message.split()[:3]) == (True, ["signed", "in", "to" if name == "huawei" else "as"])


def test_connection_test_of_a_wrong_secret(mediajobs_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what the vendor says where it fails."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_WRONG", '{"login": "emulator-access-key", "password": "x", "extra": {"region": "r"}}'
    )

    good, message = AlibabaMediaHook("wrong", transport=EmulatorTransport(mediajobs_world)).test_connection()

    assert not good
    assert message.startswith("SignatureDoesNotMatch: ")


def test_close_twice(mediajobs_emulator: EmulatorServer) -> None:
    """A closed hook opens anew."""
    mediajobs_emulator.world.add_job("huawei.vod.editing", {"task_id": "1"}, script="SUCCEED")
    hook = HuaweiMediaHook()
    hook.get_job("huawei.vod.editing", task_id="1")
    hook.close()
    hook.close()

    assert hook.get_job("huawei.vod.editing", task_id="1").state is JobState.SUCCEEDED
    hook.close()
