# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The sensor that waits for media jobs of any kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator, PokeReturnValue, conf
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from ..core.policy import NOT_FOUND_GRACE_S, WHERE
from ..links import MediaJobConsoleLink, MediaJobOutputLink
from ..vendors import kind as kind_of
from .arguments import LEFT_OUT, LeftOut
from .checks import check_at_parse, check_place, given_ids, given_start, rendered_refs
from .errors import AirflowErrors
from .extending import check_class, check_object
from .mapping import CheckedPartial
from .setting import check_flags, policy_of, poll_interval_of, where_of
from .starting import StartArgs, StartFromTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context, XComArg

    from ..core.refs import Refs
    from ..core.times import Clock
    from ..hooks.media import MediaHook

TRIGGER_FAIL, TRIGGER_TIMEOUT = "__fail__", "Trigger timeout"
"""By these words Airflow resumes a task whose trigger has not fired in time."""


class MediaJobSensor(BaseSensorOperator):
    """Wait for a media job, or for several, and return the result.

    The task succeeds only when the vendor reports, for the job that was asked for, a status that it documents as full
    success. A job that failed or was cancelled, and a request that the vendor refuses (credentials, permission,
    parameters), fail the task without a retry, because a retry would end in the same way. Throttling, network trouble
    and faults of the vendor only delay the next look, which is one status query.

    :param kind: the kind of job, for example ``huawei.mpc.editing``; not templated.
    :param ids: the kind's ids (templated), or one XCom that holds them. A list as one of the ids, a list of such ids,
        or the XComs of a mapped task make one wait for several jobs. A job that is listed twice counts once, and an
        empty list is an error.
    :param conn_id: id of the Airflow connection (templated); default: ``alibaba_mediajobs_default`` or
        ``huawei_mediajobs_default``.
    :param region: replaces the connection's region (templated).
    :param project_id: replaces the connection's project id (templated). It has no effect for Alibaba, so
        that it may stand in the ``default_args`` of a DAG with sensors of both vendors.
    :param created_after: for ``alibaba.vod.transcode`` without a ``transcode_task_id``, and for
        ``huawei.vod.transcode``: older runs do not count (templated; a time with a time zone). By default one hour
        before the DAG run's ``run_after``. ``"any"`` and ``None`` accept the newest run whatever its age; mapped tasks
        must say ``"any"``.
    :param on_partial: what to do when some outputs are there and some failed: ``fail``, ``accept`` or ``skip``.
    :param required_definitions: for transcoding kinds whose vendor reports renditions: the renditions that must have
        succeeded, by definition (``HD``) or template id; the task then succeeds whatever became of the others.
    :param wait_for: how many of several jobs must succeed: ``all``, ``any``, or a number.
    :param fail_fast: fail as soon as that many jobs can no longer succeed; ``False`` waits until every job has ended.
    :param until: when the task succeeds: ``succeeded``; ``finished``, at any end of the job, which ``state`` in the
        result tells; or ``running``, as soon as the job has left the queue.
    :param not_found_grace: seconds (or timedelta) for which the job may be not visible, counted from the first look
        that does not show it; then the task fails. Default: 600.
    :param queue_timeout: seconds (or timedelta) within which the job must start, counted from the first look that shows
        it queued or does not show it. Default: no limit.
    :param stall_timeout: seconds (or timedelta) within which its state or its progress must change. Default: no limit.
    :param on_timeout: ``fail``, or ``cancel_then_fail`` where the vendor can cancel jobs in the queue.
    :param on_queue_timeout: the same for ``queue_timeout``.
    :param episodes: how many episodes the studio must list when ``alibaba.live.editing`` waits for a whole studio.
    :param deferrable: wait in the triggerer, after one look on the worker; default: ``[operators] default_deferrable``
        of Airflow's configuration.
    :param start_in_triggerer: wait in the triggerer without a look on a worker first; implies ``deferrable``. Where
        Airflow or the arguments do not allow it, the task is deferred as usual. The documentation lists what this
        bypasses.
    :param finish_in_triggerer: let a success end the task in the triggerer, without a worker; implies ``deferrable``.
        Every other end is handled by a worker. The documentation lists what does not happen then.
    :param poke_interval: seconds between two looks on workers. Default: 60.
    :param poll_interval: seconds (or timedelta), at least 1: the widest gap between two looks in the triggerer, as long
        as the quota allows it. Default: ``poke_interval``.
    :param timeout: seconds (or timedelta) from the first start of this try; a reschedule does not move the deadline, a
        retry starts anew. Default: Airflow's, 7 days.
    :raises ParameterError: while the DAG file is parsed, for a wrong argument.
    """

    template_fields: Sequence[str] = ("ids", "created_after", *WHERE)
    template_fields_renderers = {"ids": "json"}  # noqa: RUF012  # Airflow's own form
    ui_color = "#dff3ec"
    start_from_trigger = StartFromTrigger()  # Airflow reads it as an attribute
    start_trigger_args = StartArgs()
    partial = CheckedPartial()
    operator_extra_links = (MediaJobConsoleLink(), MediaJobOutputLink())
    output_address = ""
    cancel_on_kill = False  # of operators: who only waits for a job cancels none
    _kept: Mapping[str, Any] = MappingProxyType({})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """:raises ParameterError: for a method that Airflow's sensors call and this one does not, such as ``poke``."""
        super().__init_subclass__(**kwargs)
        with AirflowErrors():
            check_class(cls)

    def __init__(
        self,
        *,
        kind: str,
        ids: Mapping[str, Any] | Sequence[Any] | XComArg,
        conn_id: str | LeftOut = LEFT_OUT,
        region: str | LeftOut = LEFT_OUT,
        project_id: str | LeftOut = LEFT_OUT,
        created_after: datetime | str | XComArg | LeftOut | None = LEFT_OUT,
        on_partial: str = "fail",
        required_definitions: Sequence[str] = (),
        wait_for: str | int = "all",
        fail_fast: bool = True,
        until: str = "succeeded",
        not_found_grace: float | timedelta = NOT_FOUND_GRACE_S,
        queue_timeout: float | timedelta | None = None,
        stall_timeout: float | timedelta | None = None,
        on_timeout: str = "fail",
        on_queue_timeout: str = "fail",
        episodes: int | None = None,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        start_in_triggerer: bool = False,
        finish_in_triggerer: bool = False,
        poll_interval: float | timedelta | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        # Also called on workers, where Airflow creates the tasks of a mapped one.
        with AirflowErrors():
            check_flags(
                deferrable=deferrable,
                start_in_triggerer=start_in_triggerer,
                finish_in_triggerer=finish_in_triggerer,
                soft_fail=self.soft_fail,
                never_fail=self.never_fail,
            )
            self.kind = kind_of(kind).name
            self.ids: Any = given_ids(ids)
            where = where_of(kind, conn_id, region, project_id)
            self.conn_id, self.region, self.project_id, self.given = where
            mapped = getattr(self, "_BaseOperator__from_mapped", False)  # there is no public attribute for it
            self.created_after: Any = given_start(kind_of(kind), self.ids, created_after, mapped=mapped)
            self.policy = policy_of(
                on_partial=on_partial,
                required_definitions=required_definitions,
                until=until,
                not_found_grace=not_found_grace,
                queue_timeout=queue_timeout,
                stall_timeout=stall_timeout,
                wait_for=wait_for,
                fail_fast=fail_fast,
                episodes=episodes,
            )
            self.on_timeout = on_timeout
            self.on_queue_timeout = on_queue_timeout
            # Never an attribute end_from_trigger: with it, Airflow refuses a DAG that meets any listener.
            self.finish_in_triggerer = finish_in_triggerer
            self.start_in_triggerer = start_in_triggerer
            self.deferrable = deferrable or start_in_triggerer or finish_in_triggerer
            self.poll_interval = poll_interval_of(self, poll_interval)
            self.starts_at_a_time = self.created_after is not None
            check_class(type(self))
            check_at_parse(self)

    def _validate_start_from_trigger_kwargs(self) -> None:
        """Airflow's check that nothing callable is sent to the triggerer, made once for each class above a sensor's.

        Left out: the arguments have been checked, so that none is callable, and Airflow would have them all computed
        several times for each sensor.
        """

    def execute(self, context: Context) -> dict[str, Any]:
        """Wait until the job has ended or a limit has passed.

        :returns: the result; the documentation shows its form.
        :raises AirflowSkipException: with ``on_partial="skip"``, ``soft_fail`` or ``never_fail``.
        :raises AirflowSensorTimeout: when a limit has passed; one of ``sensors.errors``.
        :raises AirflowFailException: one of ``sensors.errors``.
        """
        return self.wait(context)

    def wait(
        self,
        context: Context,
        *,
        hook: MediaHook | None = None,
        now: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> dict[str, Any]:
        """``execute``, with the hook, the clock and the sleep as parameters.

        :param hook: the hook to use; by default one for the sensor's connection.
        :param now: by default this machine's clock, without the steps by which it is set meanwhile.
        :param sleep: pauses for seconds.
        """
        from .waiting import Waiting  # here, not above: parsing a DAG file does not need it

        with AirflowErrors():
            check_object(self)
            check_place(self, context.get("ti"))
        return Waiting(self, context, hook, now, sleep).begin()

    def execute_complete(
        self,
        context: Context,
        event: Any = None,
        *,
        hook: MediaHook | None = None,
        now: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
        **kept: Any,
    ) -> dict[str, Any]:
        """Resume a deferred wait: see :meth:`execute`.

        :param event: the trigger's event.
        :param kept: other arguments that Airflow has stored with the deferred task.
        :raises MediaJobIdsChanged: where the ids now render to other jobs.
        :raises MediaJobWaitBroken: for an event that is not the trigger's, or of another job.
        """
        from .waiting import Waiting

        with AirflowErrors():
            check_object(self)
        return Waiting(self, context, hook, now, sleep, kept=kept or self._kept).resume(event)

    def render_template(self, content: Any, context: Context, *given: Any, **named: Any) -> Any:
        """As in Airflow, but text stays text where native rendering would turn it into a number or ``None``."""
        from .rendering import render_exactly

        return render_exactly(self, content, context, super().render_template(content, context, *given, **named))

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        """As in Airflow, with two exceptions.

        A skip keeps its reason, which the base class replaces. Where Airflow itself ends the deferral, since no
        triggerer did so in time, the jobs are looked at once more: they may have ended meanwhile.

        ``execute_complete`` is called with the event alone, as overrides in subclasses expect.
        """
        if next_method == TRIGGER_FAIL and (next_kwargs or {}).get("error") == TRIGGER_TIMEOUT:
            from ..core.wait_event import NO_EVENT  # here, not above: parsing a DAG file does not need it

            next_method, next_kwargs = "execute_complete", {"event": NO_EVENT}
        if next_method == "execute_complete":
            self._kept = dict(next_kwargs or {})
            next_kwargs = {"event": self._kept.pop("event", None)}
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except AirflowSkipException as skip:
            raise skip.__cause__ if isinstance(skip.__cause__, AirflowSkipException) else skip from None

    def poke(self, context: Context) -> PokeReturnValue:
        """One look, for callers that drive a sensor themselves; ``execute`` has a loop of its own."""
        from .waiting import Waiting

        try:
            return PokeReturnValue(True, Waiting(self, context, None, None, time.sleep, once=True).begin())
        except AirflowRescheduleException:
            return PokeReturnValue(False)

    def on_kill(self) -> None:
        """Log that the task no longer waits. The job is not cancelled."""
        self.log.info("stopped waiting for %s; jobs go on", self.ids)

    def refs(self) -> Refs:
        """The jobs, by rendered ids.

        :raises ParameterError: for an argument that rendered to an invalid value.
        """
        return rendered_refs(self)
