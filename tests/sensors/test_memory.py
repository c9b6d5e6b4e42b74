"""What a rescheduled wait remembers, and of which jobs; ``test_outcomes`` has what it makes of that in each mode."""

from __future__ import annotations

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException

from airflow_provider_mediajobs.sensors import HuaweiMpcEditingSensor
from airflow_provider_mediajobs.sensors.errors import MediaJobNotFound

from .conftest import Bench, StateStore


@pytest.mark.parametrize(("job_id", "error"), [("1", MediaJobNotFound), ("2", AirflowRescheduleException)])
def test_of_other_jobs_nothing_is_known(job_id: str, error: type[Exception], bench: Bench) -> None:
    """How long one job has not been visible is not held against another that a template has put in its place."""
    bench.store = StateStore()
    ti = bench.instance()
    with pytest.raises(AirflowRescheduleException):
        bench.once(waiting_for("1"), ti)
    bench.world.advance(250)

    with pytest.raises(error):
        bench.once(waiting_for(job_id), ti)


def waiting_for(job_id: str) -> HuaweiMpcEditingSensor:
    return HuaweiMpcEditingSensor(task_id="wait", job_id=job_id, mode="reschedule", not_found_grace=200, timeout=3600)
