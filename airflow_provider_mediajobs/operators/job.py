# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The operator that submits a media job of any kind, and waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import BaseOperator, conf

from ..core.arguments import seconds
from ..core.choices import Choices, check_choices
from ..core.errors import ParameterError
from ..core.policy import NOT_FOUND_GRACE_S, WHERE
from ..core.refs import Refs
from ..links import MediaJobConsoleLink, MediaJobOutputLink
from ..sensors.arguments import LEFT_OUT, LeftOut
from ..sensors.checks import check_wait, rendered_refs
from ..sensors.errors import AirflowErrors
from ..sensors.mapping import CheckedPartial
from ..sensors.setting import check_flags, policy_of, poll_interval_of, where_of
from ..vendors import kind as kind_of
from .parameters import check_at_parse

if TYPE_CHECKING:
    from airflow.sdk import Context, XComArg

    from ..core.times import Clock
    from ..hooks.media import MediaHook

# As Airflow's sensors have it.
TIMEOUT_S = conf.getfloat("sensors", "default_timeout", fallback=7 * 86_400.0)


class MediaJobOperator(BaseOperator):
    """Submit a media job, wait for it, and return the result.

    It makes one job per task instance, as far as the vendor makes that possible. A retry waits for the job that an
    earlier try has submitted. After a clear the task waits for that job while it runs, and submits a new one after its
    end. Where an answer was lost, the operator looks for the job; it sends no second request unless ``on_unclear`` says
    so.

    :param kind: the kind of job, for example ``huawei.mpc.editing``; not templated.
    :param parameters: the parameters of the vendor's create operation, by the vendor's names (templated). Give lists
        and objects as such: where the vendor wants JSON text, they are encoded.
    :param conn_id: id of the Airflow connection (templated); default: ``alibaba_mediajobs_default`` or
        ``huawei_mediajobs_default``.
    :param region: replaces the connection's region (templated).
    :param project_id: replaces the connection's project id (templated).
    :param wait_for_completion: ``False`` returns the job's ids, as a sensor takes them, as soon as it is submitted.
    :param on_unclear: what to do where a lost answer leaves unclear whether a job was made, and none is proved to be
        this task's: ``fail``; ``adopt``, wait for the only job that may be it; ``resubmit``, submit again, which may
        make two.
    :param resubmit_on_failure: ``True`` lets a retry submit again where the job has ended badly; by default a bad end
        fails the task without a retry.
    :param cancel_on_kill: cancel the job when a person marks the task as failed or successful, where the vendor can
        cancel jobs of this kind, and the job is still queued. A clear, a restart or an eviction cancels nothing. The
        log says what became of the job, and that it costs money where it goes on. Before Airflow 3.3 nothing is
        cancelled while the task is deferred.
    :param on_partial: see :class:`MediaJobSensor`; likewise ``required_definitions``, ``until``, ``not_found_grace``,
        ``queue_timeout``, ``stall_timeout``, ``on_timeout``, ``on_queue_timeout``, ``deferrable``, ``poke_interval``,
        ``poll_interval``, ``soft_fail`` and ``never_fail``.
    :param timeout: seconds from the first start of this try, for submitting and waiting.
    :param start_in_triggerer: refused: a triggerer cannot record which job was submitted.
    :raises ParameterError: while the DAG file is parsed, for a wrong argument.
    """

    template_fields: Sequence[str] = ("parameters", *WHERE)
    template_fields_renderers = {"parameters": "json"}  # noqa: RUF012  # Airflow's own form
    ui_color = "#e3eaf6"
    partial = CheckedPartial()
    operator_extra_links = (MediaJobConsoleLink(), MediaJobOutputLink())
    output_address = ""
    told_when_run = False
    """Whether nothing is known of ``parameters`` before the task runs."""

    def __init__(
        self,
        *,
        kind: str,
        parameters: Mapping[str, Any] | XComArg,
        conn_id: str | LeftOut = LEFT_OUT,
        region: str | LeftOut = LEFT_OUT,
        project_id: str | LeftOut = LEFT_OUT,
        wait_for_completion: bool = True,
        on_unclear: str = "fail",
        resubmit_on_failure: bool = False,
        cancel_on_kill: bool = True,
        on_partial: str = "fail",
        required_definitions: Sequence[str] = (),
        until: str = "succeeded",
        not_found_grace: float | timedelta = NOT_FOUND_GRACE_S,
        queue_timeout: float | timedelta | None = None,
        stall_timeout: float | timedelta | None = None,
        on_timeout: str = "fail",
        on_queue_timeout: str = "fail",
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        start_in_triggerer: bool = False,
        poke_interval: float | timedelta = 60.0,
        poll_interval: float | timedelta | LeftOut = LEFT_OUT,
        timeout: float | timedelta = TIMEOUT_S,
        soft_fail: bool = False,
        never_fail: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        with AirflowErrors():
            check_flags(
                wait_for_completion=wait_for_completion,
                cancel_on_kill=cancel_on_kill,
                deferrable=deferrable,
                start_in_triggerer=start_in_triggerer,
                soft_fail=soft_fail,
                never_fail=never_fail,
            )
            self.kind = kind_of(kind).name
            self.parameters: Any = parameters
            where = where_of(kind, conn_id, region, project_id)
            self.conn_id, self.region, self.project_id, self.given = where
            self.wait_for_completion = wait_for_completion
            self.choices = Choices(on_unclear, resubmit_on_failure)
            self.cancel_on_kill = cancel_on_kill
            self.policy = policy_of(
                on_partial=on_partial,
                required_definitions=required_definitions,
                until=until,
                not_found_grace=not_found_grace,
                queue_timeout=queue_timeout,
                stall_timeout=stall_timeout,
            )
            self.on_timeout = on_timeout
            self.on_queue_timeout = on_queue_timeout
            self.deferrable = deferrable
            self.poke_interval = seconds("poke_interval", poke_interval)
            self.poll_interval = poll_interval_of(self, poll_interval)
            self.timeout = seconds("timeout", timeout)
            self.soft_fail = soft_fail
            self.never_fail = never_fail
            self.running_ti: Any = None
            self.underway = ""  # which request may have made a job that nobody knows yet
            # What else a wait is told, and an operator's is never otherwise.
            self.ids: Any = {}
            self.created_after = None
            self.starts_at_a_time = self.reschedule = False
            self.start_in_triggerer = self.finish_in_triggerer = False
            if start_in_triggerer:
                raise ParameterError(
                    "start_in_triggerer is not supported: a triggerer cannot write down which job was submitted, and a "
                    "retry would submit another; give deferrable=True"
                )
            check_wait(cast("Any", self))
            check_choices(self.choices)
            if not self.told_when_run:
                check_at_parse(self.kind, parameters)

    def execute(self, context: Context) -> dict[str, Any]:
        """Submit the job, and wait for it.

        :returns: the result, as sensors return it; with ``wait_for_completion=False``, the job's ids.
        :raises MediaJobUnclear: where a lost answer leaves unclear whether a job was made.
        :raises MediaJobNotSent: where it could not be recorded that a job is about to be submitted.
        :raises MediaJobToSubmitAgain: where the job has ended badly, with ``resubmit_on_failure``.
        :raises AirflowSkipException: as the sensors do, with those arguments.
        :raises AirflowSensorTimeout: when a limit has passed; one of ``sensors.errors``.
        :raises AirflowFailException: one of ``sensors.errors``.
        """
        return self.submit(context)

    def submit(
        self,
        context: Context,
        *,
        hook: MediaHook | None = None,
        now: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
        nonce: Callable[[], str] | None = None,
    ) -> dict[str, Any]:
        """``execute``, with the hook, the clock, the sleep and randomness as parameters.

        :param nonce: draws six hex digits.
        """
        from .running import Running  # here, not above: a DAG file that only declares the task needs none of it

        return Running(self, context, hook, now, sleep).begin(nonce)

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
        """
        from .running import Running

        return Running(self, context, hook, now, sleep).resume(event, kept)

    def render_template(self, content: Any, context: Context, *given: Any, **named: Any) -> Any:
        """As in Airflow, but text stays text where native rendering would turn it into a number or ``None``."""
        from ..sensors.rendering import render_exactly

        rendered = super().render_template(content, context, *given, **named)
        return render_exactly(cast("Any", self), content, context, rendered)

    def on_kill(self) -> None:
        """Cancel the job where ``cancel_on_kill`` says so: see :class:`MediaJobOperator`."""
        from .killed import killed

        killed(cast("Any", self), self.running_ti)

    def refs(self) -> Refs:
        """The job, by the ids that the vendor has answered with.

        :raises ParameterError: for an argument that rendered to an invalid value.
        """
        return rendered_refs(cast("Any", self))
