"""The sensor that waits for a media job of any kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator, PokeReturnValue, XComArg
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException, AirflowTaskTimeout

from ..core.errors import MediaJobsError, ParameterError
from ..core.job import WaitReport
from ..core.kind import check_id
from ..core.outcome import NOT_FOUND_GRACE_S, Asked, Clock, Fail, Over, Seen, check_on_partial
from ..vendors import kind as kind_of
from ..vendors import vendor_of
from .errors import conclude
from .memory import Memory
from .watch import Watch

if TYPE_CHECKING:
    from airflow.sdk import Context

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
    :param project_id: replaces the connection's project id, Huawei only (templated).
    :param on_partial: what to do when some outputs are there and some failed: ``fail``, ``accept`` or ``skip``.
    :param not_found_grace: seconds (or timedelta) for which the job may be invisible, from the first look that does
        not show it; then the task fails.
    :param episodes: how many episodes must be there when ``alibaba.live.editing`` waits for a whole studio.
    :param poke_interval: seconds between two looks.
    :param timeout: seconds from the first start of this try; a reschedule does not move it, a retry starts anew.
    :raises ParameterError: while the DAG file is parsed, for a wrong argument.
    """

    template_fields = ("ids", "conn_id", "region", "project_id")
    template_fields_renderers = {"ids": "json"}  # noqa: RUF012  # Airflow's own form
    ui_color = "#dff3ec"

    def __init__(
        self,
        *,
        kind: str,
        ids: Mapping[str, Any] | XComArg,
        conn_id: str | None = None,
        region: str | None = None,
        project_id: str | None = None,
        on_partial: str = "fail",
        not_found_grace: float | timedelta = NOT_FOUND_GRACE_S,
        episodes: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kind = kind
        self.ids = _given(kind, ids)
        self.conn_id = conn_id or vendor_of(kind).default_conn_id
        self.region = region
        self.project_id = project_id
        self.on_partial = check_on_partial(on_partial)
        self.not_found_grace = _seconds("not_found_grace", not_found_grace)
        self.episodes = episodes
        # Rendering may turn a given override into None; that must not silently mean "the connection's".
        self._overrides = tuple(name for name in ("region", "project_id") if getattr(self, name) is not None)
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
        try:
            verdict, report = self._verdict(context, hook, now, sleep)
        except (AirflowRescheduleException, AirflowSkipException):
            raise
        except (Exception, AirflowTaskTimeout) as error:  # the latter, from execution_timeout, is no Exception
            if self.never_fail or (self.soft_fail and isinstance(error, AirflowTaskTimeout)):
                flag = "never_fail" if self.never_fail else "soft_fail"
                raise AirflowSkipException(f"skipped, because {flag} is set: {error}") from error
            raise
        return conclude(verdict, report, soft_fail=self.soft_fail, never_fail=self.never_fail)

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

    def _verdict(
        self, context: Context, hook: MediaHook | None, now: Clock, sleep: Callable[[float], None]
    ) -> tuple[Over, WaitReport]:
        start = self._first_start(context, now)
        try:
            asked = self._asked(start)
            hook = hook or self._hook()
        except MediaJobsError as error:
            return Fail(error), WaitReport()
        memory = Memory(context.get("task_state_store") if self.reschedule else None)

        def pause(seconds: float, seen: Seen) -> None:
            if not self.reschedule:
                return sleep(seconds)
            memory.keep(seen, hook.report)
            raise AirflowRescheduleException(now() + timedelta(seconds=seconds))

        try:
            watch = Watch(asked, hook, self.poke_interval, now, pause, self.log)
            return watch.until_over(memory.recall(start, hook.report)), hook.report
        finally:
            hook.close()

    def _first_start(self, context: Context, now: Clock) -> datetime:
        """Of this try: a reschedule starts a new process, but not a new wait."""
        ti = context.get("ti")
        if ti is None:  # somebody drives the sensor outside a task
            return now()
        first = ti.get_first_reschedule_date(context) if self.reschedule else None
        # Airflow notes the task's own start date as that of the first reschedule, so both processes get the same.
        return first or ti.start_date

    def _asked(self, start: datetime) -> Asked:
        """What is asked, with rendered arguments.

        :raises ParameterError: for one that rendered to nothing usable.
        """
        kind = kind_of(self.kind)
        if not isinstance(self.ids, Mapping):
            raise ParameterError(
                f"{self.kind}: ids must be the ids by name, not {self.ids!r}; for example {_example(self.kind)}"
            )
        ref = kind.ref(self.ids)
        self._check_episodes(self.ids)
        for name in ("conn_id", *self._overrides):
            check_id(name, getattr(self, name))
        return Asked(
            ref,
            deadline=start + timedelta(seconds=self.timeout),
            timeout=self.timeout,
            on_partial=self.on_partial,
            not_found_grace=self.not_found_grace,
            episodes=self.episodes,
        )

    def _hook(self) -> MediaHook:
        from ..hooks import hook_class  # here, not above: a DAG file that only declares the wait needs no hook

        return hook_class(vendor_of(self.kind))(self.conn_id, region=self.region, project_id=self.project_id)

    def _check_at_parse(self) -> None:
        """Everything that can be known before rendering.

        :raises ParameterError: naming the argument.
        """
        if self.silent_fail:
            raise ParameterError("silent_fail is not supported: errors that may pass never end this wait, others must")
        if self.exponential_backoff:
            raise ParameterError("exponential_backoff is not supported: it would look ever later; set poke_interval")
        if self.project_id is not None and not vendor_of(self.kind).needs_project:
            raise ParameterError(f"{self.kind}: project_id goes only with Huawei; leave it out")
        if isinstance(self.ids, Mapping):
            kind_of(self.kind).check_names(self.ids)
            self._check_episodes(self.ids)
            literal = {name: value for name, value in self.ids.items() if not _is_template(value)}
            if len(literal) == len(self.ids):
                kind_of(self.kind).ref(literal)
            for name, value in literal.items():
                check_id(f"{self.kind}: {name}", value)

    def _check_episodes(self, ids: Mapping[str, Any]) -> None:
        several = kind_of(self.kind).means_several(ids)
        if several and (isinstance(self.episodes, bool) or not isinstance(self.episodes, int) or self.episodes < 1):
            raise ParameterError(
                f"{self.kind}: without show_id the wait is for the whole studio, which would open before an episode is "
                f"listed; give episodes=n, how many must be there (1 or more), not {self.episodes!r}"
            )
        if not several and self.episodes is not None:
            raise ParameterError(
                f"{self.kind}: episodes goes only with a studio as a whole: leave out episodes or show_id"
            )


def _given(kind: str, ids: Mapping[str, Any] | XComArg) -> dict[str, Any] | XComArg:
    """An optional id of None is one that was not given: the named sensors pass theirs on like that."""
    optional = kind_of(kind).optional
    if isinstance(ids, XComArg):
        return ids
    if not isinstance(ids, Mapping):
        raise ParameterError(f"{kind}: ids must be the ids by name, not {ids!r}; for example {_example(kind)}")
    return {name: value for name, value in ids.items() if value is not None or name not in optional}


def _example(kind: str) -> str:
    return str(dict.fromkeys(kind_of(kind).ids, "…"))


def _is_template(value: Any) -> bool:
    return isinstance(value, XComArg) or (isinstance(value, str) and ("{{" in value or "{%" in value))


def _seconds(name: str, value: Any) -> float:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
        raise ParameterError(f"{name} must be seconds or a timedelta, 0 or more, not {value!r}")
    return float(seconds)
