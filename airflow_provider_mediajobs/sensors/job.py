"""The sensor that waits for a media job of any kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator, PokeReturnValue, conf
from airflow.sdk.exceptions import AirflowRescheduleException

from ..core.errors import ParameterError
from ..core.kind import check_id
from ..core.policy import LEAST_POLL_INTERVAL_S, NOT_FOUND_GRACE_S, POLL_INTERVAL_S, WHERE, check_on_partial
from ..vendors import kind as kind_of
from ..vendors import vendor_of
from .arguments import LEFT_OUT, LeftOut, is_template, seconds
from .errors import as_airflow_has_it
from .starting import StartArgs, StartFromTrigger, check_finish

if TYPE_CHECKING:
    from airflow.sdk import Context, XComArg

    from ..core.job import JobRef
    from ..core.outcome import Clock
    from ..hooks.media import MediaHook


def utc_now() -> datetime:
    """The clock deadlines are kept by."""
    return datetime.now(UTC)


class MediaJobSensor(BaseSensorOperator):
    """Wait for a media job and return its result.

    The gate opens only on a status that the vendor documents as full success. A job that failed or was cancelled,
    and a question the vendor refuses (credentials, permission, parameters), fail the task without a retry, since a
    retry would see the same. Throttling, network trouble and faults of the vendor only delay the next look.

    :param kind: which sort of job, for example ``huawei.mpc.editing``; not templated.
    :param ids: the kind's ids (templated), or one XCom that holds them.
    :param conn_id: Airflow connection; by default the vendor's (templated).
    :param region: replaces the connection's region (templated).
    :param project_id: replaces the connection's project id (templated). Alibaba has none, and is not told: the
        ``default_args`` of a DAG reach the sensors of both vendors.
    :param on_partial: what to do when some outputs are there and some failed: ``fail``, ``accept`` or ``skip``.
    :param not_found_grace: seconds (or timedelta) for which the job may be invisible, from the first look that does
        not show it; then the task fails.
    :param episodes: how many episodes must be there when ``alibaba.live.editing`` waits for a whole studio.
    :param deferrable: wait in the triggerer, after one look on the worker; by default as Airflow is configured.
    :param start_in_triggerer: wait in the triggerer without a look on a worker first; implies ``deferrable``, which is
        what happens where Airflow or the arguments do not allow it. The README lists what this bypasses.
    :param finish_in_triggerer: let success end the task in the triggerer, without a worker; implies ``deferrable``.
        Everything else ends on a worker. The README lists what does not happen then.
    :param poke_interval: seconds between two looks on workers.
    :param poll_interval: seconds, 1 at least: the widest gap between looks in the triggerer, as the quota allows.
    :param timeout: seconds from the first start of this try; a reschedule does not move it, a retry starts anew.
    :raises ParameterError: while the DAG file is parsed, for a wrong argument.
    """

    template_fields: Sequence[str] = ("ids", *WHERE)
    template_fields_renderers = {"ids": "json"}  # noqa: RUF012  # Airflow's own form
    ui_color = "#dff3ec"
    start_from_trigger = StartFromTrigger()  # Airflow reads it as an attribute
    start_trigger_args = StartArgs()

    def __init__(
        self,
        *,
        kind: str,
        ids: Mapping[str, Any] | XComArg,
        conn_id: str | LeftOut = LEFT_OUT,
        region: str | LeftOut = LEFT_OUT,
        project_id: str | LeftOut = LEFT_OUT,
        on_partial: str = "fail",
        not_found_grace: float | timedelta = NOT_FOUND_GRACE_S,
        episodes: int | None = None,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        start_in_triggerer: bool = False,
        finish_in_triggerer: bool = False,
        poll_interval: float = POLL_INTERVAL_S,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        # On a worker too, where Airflow makes the tasks of an expanded one.
        with as_airflow_has_it():
            self.kind = kind_of(kind).name
            self.ids: Any = _given(ids)
            self.conn_id = vendor_of(kind).default_conn_id if conn_id is LEFT_OUT else conn_id
            self.region = None if region is LEFT_OUT else region
            self.project_id = None if project_id is LEFT_OUT else project_id
            self.on_partial = check_on_partial(on_partial)
            self.not_found_grace = seconds("not_found_grace", not_found_grace)
            self.episodes = episodes
            # Never an attribute end_from_trigger: with it, Airflow refuses a DAG that meets any listener.
            self.finish_in_triggerer = finish_in_triggerer
            self.start_in_triggerer = start_in_triggerer
            self.deferrable = deferrable or start_in_triggerer or finish_in_triggerer
            self.poll_interval = seconds("poll_interval", poll_interval, LEAST_POLL_INTERVAL_S)
            where = zip(WHERE, (conn_id, region, project_id), strict=True)
            # What was given may render to None; that must not silently mean "the connection's".
            self._given = tuple(name for name, value in where if value is not LEFT_OUT)
            self._check_at_parse()

    def execute(self, context: Context) -> dict[str, Any]:
        """Wait.

        :returns: the result; the README shows its form.
        :raises AirflowSkipException: with ``on_partial="skip"``, ``soft_fail`` or ``never_fail``.
        :raises AirflowSensorTimeout: at the deadline.
        :raises AirflowFailException: one of ``sensors.errors``.
        """
        return self.wait(context)

    def wait(
        self,
        context: Context,
        *,
        hook: MediaHook | None = None,
        now: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> dict[str, Any]:
        """``execute``, with the hook, the clock and the sleep as parameters."""
        from .waiting import wait  # here, not above: a DAG file that only declares the wait needs none of it

        return wait(self, context, hook, now, sleep)

    def execute_complete(
        self,
        context: Context,
        event: Any,
        *,
        hook: MediaHook | None = None,
        now: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> dict[str, Any]:
        """The rest of a deferred wait: see :meth:`execute`.

        :param event: what the trigger saw.
        :raises MediaJobWaitBroken: for an event that is not the trigger's, or of another job.
        """
        from .waiting import resume

        return resume(self, context, event, hook, now, sleep)

    def poke(self, context: Context) -> PokeReturnValue:
        """One look, for callers who drive a sensor themselves; ``execute`` owns its loop and does not come here."""

        def stop(_seconds: float) -> None:
            raise AirflowRescheduleException(utc_now())

        try:
            return PokeReturnValue(True, self.wait(context, sleep=stop))
        except AirflowRescheduleException:
            return PokeReturnValue(False)

    def on_kill(self) -> None:
        """Cancels nothing: the job is paid for."""
        self.log.info("stopped waiting for %s; the job itself goes on", self.ids)

    def ref(self) -> JobRef:
        """The job, by rendered ids; with it, the other rendered arguments are checked.

        :raises ParameterError: for one that rendered to nothing usable.
        """
        self._check_names()
        for name in self._given:
            check_id(name, getattr(self, name))
        return kind_of(self.kind).ref(self.ids)

    def _check_at_parse(self) -> None:
        """Everything that can be known before rendering.

        :raises ParameterError: naming the argument.
        """
        if self.silent_fail:
            raise ParameterError("silent_fail is not supported: errors that may pass never end this wait, others must")
        if self.exponential_backoff:
            raise ParameterError("exponential_backoff is not supported: it would look ever later; set poke_interval")
        seconds("timeout", self.timeout)
        if self.finish_in_triggerer:
            check_finish(self)
        for name in self._given:
            if not is_template(getattr(self, name)):
                check_id(name, getattr(self, name))
        if not is_template(self.ids):
            self._check_names()
            kind_of(self.kind).check_values({name: value for name, value in self.ids.items() if not is_template(value)})

    def _check_names(self) -> None:
        kind = kind_of(self.kind)
        if not isinstance(self.ids, Mapping):
            example = dict.fromkeys(kind.ids, "…")
            raise ParameterError(f"{self.kind}: ids must be the ids by name, not {self.ids!r}; for example {example}")
        kind.check_names(self.ids)
        several = kind.means_several(self.ids)
        if several and (isinstance(self.episodes, bool) or not isinstance(self.episodes, int) or self.episodes < 1):
            raise ParameterError(
                f"{self.kind}: without show_id the wait is for the whole studio, which would open before an episode is "
                f"listed; give episodes=n, how many must be there (1 or more), not {self.episodes!r}"
            )
        if not several and self.episodes is not None:
            raise ParameterError(
                f"{self.kind}: episodes goes only with a studio as a whole: leave out episodes or show_id"
            )


def _given(ids: Any) -> Any:
    """Without what was left out: the named sensors pass on all of theirs."""
    # Otherwise the same object: Airflow knows by it that the ids came out of an XCom and are no templates.
    if not isinstance(ids, Mapping) or LEFT_OUT not in ids.values():
        return ids
    return {name: value for name, value in ids.items() if value is not LEFT_OUT}
