"""Tasks that start in the triggerer, that finish there, or both."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, Asset, BaseOperator, TaskGroup
from airflow.sdk.exceptions import AirflowSensorTimeout, AirflowTaskTimeout, TaskDeferred
from airflow.serialization.serialized_objects import DagSerialization
from airflow.triggers.base import TaskSuccessEvent

from airflow_provider_mediajobs.core.errors import ConnectionUnavailable, ParameterError
from airflow_provider_mediajobs.core.handover import not_started
from airflow_provider_mediajobs.core.times import parse_time
from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobBadParameter, MediaJobFailed, MediaJobWaitBroken
from airflow_provider_mediajobs.triggers import finish
from airflow_provider_mediajobs.triggers.start import MediaJobStartTrigger
from airflow_provider_mediajobs.triggers.wait import DeferredWait

from .conftest import STARTS, Bench
from .test_deferral import deferred_trigger

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "1"}}
starts = pytest.mark.skipif(not STARTS, reason="this Airflow starts no task in the triggerer")
BOTH = {"start_in_triggerer": True, "finish_in_triggerer": True}


def sensor(**given: Any) -> MediaJobSensor:
    return MediaJobSensor(task_id="wait", **({"timeout": 3600} | MPC | given))


def started(of: MediaJobSensor, **context: Any) -> MediaJobStartTrigger:
    """The trigger that the scheduler makes, rendered."""
    args = of.start_trigger_args
    assert args is not None
    trigger = MediaJobStartTrigger(**json.loads(json.dumps(args.trigger_kwargs)))
    trigger.render_template_fields({"ti": None, **context})  # type: ignore[typeddict-item]
    return trigger


class Pulls:
    """A task instance in the triggerer: a pull without ``map_indexes`` is never answered there."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def xcom_pull(self, task_ids: str, key: str = "return_value", *, map_indexes: int) -> Any:
        assert (task_ids, map_indexes) == ("submit", -1)
        return self.value if key == "return_value" else None


def done_after(bench: Bench, seconds: float) -> None:
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, [("PROCESSING", 0), ("SUCCEEDED", seconds)])


def test_the_result_is_the_workers(bench: Bench) -> None:
    """To the letter, whoever writes it."""
    done_after(bench, 30)
    of = sensor(finish_in_triggerer=True)
    trigger = deferred_trigger(bench, of)
    event = bench.triggered(trigger)  # without a task instance, so for the worker

    assert DeferredWait(trigger.arguments, print).result(event) == bench.resumed(of, event)


@starts
def test_the_xcom(bench: Bench) -> None:
    """Under the task's own name and key."""
    done_after(bench, 0)
    trigger = started(sensor(**BOTH))
    trigger.task_instance = SimpleNamespace(dag_id="d", task_id="t", run_id="r", map_index=3)  # type: ignore[assignment]

    assert isinstance(bench.fired(trigger), TaskSuccessEvent)
    (xcom,) = bench.xcoms
    assert {name: xcom[name] for name in xcom if name != "value"} == {
        "key": "return_value",
        "dag_id": "d",
        "task_id": "t",
        "run_id": "r",
        "map_index": 3,
    }
    assert xcom["value"]["state"] == "succeeded"


@starts
def test_no_xcom_is_wanted(bench: Bench) -> None:
    """``do_xcom_push=False`` holds in the triggerer too."""
    done_after(bench, 0)

    assert isinstance(bench.fired(started(sensor(do_xcom_push=False, **BOTH))), TaskSuccessEvent)
    assert bench.xcoms == []


def test_an_xcom_that_cannot_be_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker returns the result."""

    async def refuse(**_given: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(finish, "_set", refuse)
    done_after(bench, 30)

    assert bench.run(sensor(finish_in_triggerer=True))["state"] == "succeeded"


def test_an_xcom_backend_of_the_users_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a worker's business."""
    monkeypatch.setattr(finish, "conf", SimpleNamespace(getimport=lambda *_given, **_named: object))
    done_after(bench, 30)

    assert bench.run(sensor(finish_in_triggerer=True))["state"] == "succeeded"
    assert bench.xcoms == []


@pytest.mark.parametrize(
    "lost", [{"on_success_callback": print}, {"outlets": [Asset("a")]}, {"multiple_outputs": True}], ids=str
)
def test_what_would_silently_not_happen(lost: dict[str, Any]) -> None:
    """Refused while the DAG file is parsed."""
    with pytest.raises(ParameterError, match=f"finish_in_triggerer does not go with {next(iter(lost))}"):
        sensor(finish_in_triggerer=True, **lost)


def test_what_would_silently_not_happen_is_noticed_late() -> None:
    """Assigned afterwards: a worker finishes the task."""
    late = sensor(**BOTH)
    late.outlets = [Asset("a")]

    assert late.start_trigger_args is not None
    assert (late.start_trigger_args.trigger_kwargs or {})["finish"] is False


def test_a_task_that_is_expanded_over_the_result() -> None:
    """Its number of instances comes from a worker."""

    with DAG("d", schedule=None):
        over = sensor(**BOTH)
        BaseOperator.partial(task_id="each").expand(doc=over.output)

    assert (over.start_trigger_args.trigger_kwargs or {})["finish"] is False  # type: ignore[union-attr]


def test_the_word_success_proves_nothing(bench: Bench) -> None:
    """``dag.test()`` resumes with it after the triggerer has ended a task: the job is looked at."""
    of = sensor(finish_in_triggerer=True)
    done_after(bench, 100)
    assert bench.resumed(of, "success")["wait"]["looks"] == 3
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="FAILED")
    with pytest.raises(MediaJobFailed):
        bench.resumed(of, "success")
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    with pytest.raises(AirflowSensorTimeout):
        bench.resumed(of, "success")


@pytest.mark.parametrize("event", [None, "Success", "failed", {"state": "success"}, not_started("x") | {"more": 1}])
def test_an_event_that_is_none_of_ours(event: Any, bench: Bench) -> None:
    """It opens no gate."""
    done_after(bench, 0)
    with pytest.raises(MediaJobWaitBroken):
        bench.resumed(sensor(**BOTH), event)


@pytest.mark.parametrize("event", ["success", not_started("x")], ids=str)
def test_events_of_what_was_not_asked_for(event: Any, bench: Bench) -> None:
    """Of an ordinary deferral they are none of ours."""
    done_after(bench, 0)
    with pytest.raises(MediaJobWaitBroken):
        bench.resumed(sensor(deferrable=True), event)


def test_a_class_is_not_started() -> None:
    """Airflow asks a mapped task's class; every sensor has arguments of its own."""
    assert MediaJobSensor.start_from_trigger is False
    assert MediaJobSensor.start_trigger_args is None
    assert sensor().start_from_trigger is False
    first, second = sensor(**BOTH), sensor(**BOTH, ids={"job_id": "2"})
    first.ids = {"job_id": "3"}
    assert [(of.start_trigger_args.trigger_kwargs or {})["ids"]["job_id"] for of in (first, second)] == ["3", "2"]  # type: ignore[union-attr]


def test_in_the_scheduler() -> None:
    """What the scheduler reads of a DAG; a mapped task and one in a mapped group begin on a worker."""
    with DAG("d", schedule=None) as dag:
        submit = BaseOperator(task_id="submit")
        HuaweiMpcEditingSensor(task_id="plain", job_id=submit.output, **BOTH)
        HuaweiMpcEditingSensor.partial(task_id="mapped", **BOTH).expand(job_id=["1"])
        HuaweiMpcEditingSensor(task_id="of_mapped", job_id=dag.get_task("mapped").output, **BOTH)
        HuaweiMpcEditingSensor(task_id="of_map", job_id=submit.output.map(str), **BOTH)

    read = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))

    starts = {task.task_id: bool(getattr(task, "start_from_trigger", False)) for task in read.tasks}
    assert starts == {"submit": False, "plain": True, "mapped": False, "of_mapped": False, "of_map": False}
    args = read.get_task("plain").start_trigger_args
    assert args is not None
    assert (args.next_method, args.timeout) == ("execute_complete", timedelta(days=7, minutes=2))


def test_natively_rendered_templates_are_for_workers() -> None:
    """The triggerer renders to text; literals need no rendering."""
    with DAG("d", schedule=None, render_template_as_native_obj=True):
        assert sensor(ids={"job_id": "{{ 1 }}"}, **BOTH).start_from_trigger is False
        with TaskGroup("g"):
            assert sensor(**BOTH).start_from_trigger is True


@starts
@pytest.mark.parametrize(
    "template", ["1", "{{ params.job }}", "{{ ti.xcom_pull('submit') }}", "{{ task_instance.xcom_pull('submit') }}"]
)
def test_templates(template: str, bench: Bench) -> None:
    """As on a worker; pulls are told which map index."""
    done_after(bench, 30)
    trigger = started(sensor(ids={"job_id": template}, **BOTH), ti=Pulls("1"), params={"job": "1"})

    assert bench.fired(trigger).payload["ids"] == {"job_id": "1"}  # without a task instance a worker finishes


@starts
@pytest.mark.parametrize(
    ("ids", "pulled"),
    [(lambda xcom: xcom, {"job_id": "1"}), (lambda xcom: {"job_id": xcom}, "1")],
    ids=["whole", "inside"],
)
def test_xcoms(ids: Any, pulled: Any, bench: Bench) -> None:
    """The value itself, not its text."""
    done_after(bench, 30)
    with DAG("d", schedule=None):
        of = sensor(ids=ids(BaseOperator(task_id="submit").output), **BOTH)

    assert bench.fired(started(of, ti=Pulls(pulled))).payload["ids"] == {"job_id": "1"}


@starts
@pytest.mark.parametrize("pulled", [None, "None", 1, "", " 1", ["1"], "{{ 1 }}x "])
def test_an_xcom_that_is_no_id(pulled: Any, bench: Bench) -> None:
    """A worker begins, renders the same and refuses it."""
    with DAG("d", schedule=None):
        of = sensor(ids={"job_id": BaseOperator(task_id="submit").output}, **BOTH)
    event = bench.fired(started(of, ti=Pulls(pulled))).payload
    assert event == not_started("ParameterError")

    of.ids = {"job_id": pulled}
    with pytest.raises(MediaJobBadParameter):
        bench.resumed(of, event)


@starts
def test_text_in_an_xcom_is_no_template(bench: Bench) -> None:
    """Evaluated, it would name another job."""
    done_after(bench, 0)
    with DAG("d", schedule=None):
        of = sensor(ids=BaseOperator(task_id="submit").output, **BOTH, not_found_grace=0)

    assert bench.fired(started(of, ti=Pulls({"job_id": "{{ 2 - 1 }}"}))).payload["ids"] == {"job_id": "{{ 2 - 1 }}"}


@starts
@pytest.mark.parametrize("template", ["{{ not_defined }}", "{{ 1 / 0 }}", "{{", "{{ None }}"])
def test_a_template_that_the_triggerer_cannot_render(template: str, bench: Bench) -> None:
    """A macro of the DAG's own, for example: a worker can, and begins the wait."""
    done_after(bench, 30)
    of = sensor(ids={"job_id": template}, **BOTH)
    event = bench.fired(started(of)).payload
    assert set(event) == {"schema", "not_started"}

    of.ids = {"job_id": "1"}
    with pytest.raises(TaskDeferred):
        bench.resumed(of, event)


def test_arguments_that_were_not_rendered(bench: Bench) -> None:
    """As when the task has gone from the DAG: no template is taken for an id."""
    args = sensor(**BOTH).start_trigger_args
    assert args is not None
    event = bench.fired(MediaJobStartTrigger(**(args.trigger_kwargs or {}))).payload

    assert event == not_started("Airflow did not render its arguments")


@starts
def test_a_studio_out_of_an_xcom_needs_episodes(bench: Bench) -> None:
    """Only rendering tells that it is a whole studio."""
    with DAG("d", schedule=None):
        of = sensor(kind="alibaba.live.editing", ids=BaseOperator(task_id="submit").output, **BOTH)

    assert bench.fired(started(of, ti=Pulls({"caster_id": "c"}))).payload == not_started("ParameterError")


@starts
def test_a_connection_that_is_not_there(bench: Bench) -> None:
    """No worker has read it before; one tells whether it is a typing mistake."""

    async def read() -> Any:
        raise ConnectionUnavailable("nowhere")

    assert bench.fired(started(sensor(**BOTH)), read).payload == not_started("nowhere")


@starts
def test_a_look_up_that_hangs_does_not_outlast_the_wait(bench: Bench) -> None:
    """As in a triggerer whose supervisor is busy: Airflow's own end, which allows no retry, must not come first."""
    start = bench.world.now()

    async def read() -> Any:
        await asyncio.sleep(3600)

    of = sensor(execution_timeout=timedelta(seconds=30), **BOTH)
    event = bench.fired(started(of), read).payload
    assert round((bench.world.now() - start).total_seconds()) == 25
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    with pytest.raises(AirflowTaskTimeout):
        bench.resumed(of, event)


@starts
def test_the_deadline_outlives_the_triggerer(bench: Bench) -> None:
    """It is counted from the start of the try, which Airflow's stored end tells."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    of = sensor(timeout=600, start_in_triggerer=True)
    start = bench.world.now()
    bench.world.advance(500)
    trigger = started(of)
    trigger.timeout_after = (start + timedelta(seconds=720)).replace(tzinfo=None)

    event = bench.fired(trigger).payload

    assert parse_time(event["deadline"]) == start + timedelta(seconds=600)
    assert round((bench.world.now() - start).total_seconds()) == 600
    with pytest.raises(AirflowSensorTimeout, match="still waiting after 600 s"):
        bench.resumed(of, event)


@starts
def test_execution_timeout(bench: Bench) -> None:
    """A little before Airflow would end the task as if it were its sensor's time-out."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")
    start = bench.world.now()

    with pytest.raises(AirflowTaskTimeout, match="execution_timeout passed while the task was deferred"):
        bench.run(sensor(execution_timeout=timedelta(seconds=90), start_in_triggerer=True))

    assert round((bench.world.now() - start).total_seconds()) == 85


def test_where_airflow_does_not_start_it(bench: Bench) -> None:
    """Before 3.3, in ``dag.test()`` and for mapped tasks ``execute`` runs, and defers."""
    bench.world.add_job("huawei.mpc.editing", {"job_id": "1"}, script="PROCESSING")

    with pytest.raises(TaskDeferred) as deferral:
        bench.once(sensor(**BOTH), bench.instance())

    assert deferral.value.trigger.serialize()[1]["finish"] is True
