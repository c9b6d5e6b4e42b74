# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""One process of an operator's task, from the rendered parameters to its end. Loaded when the task runs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ..clock import steady, utc_now
from ..core import errors
from ..core.arguments import check_id
from ..core.errors import MediaJobsError
from ..core.terms import Terms
from ..core.times import Clock
from ..hooks import hook_class
from ..sensors.checks import check_place
from ..sensors.edge import skip_instead
from ..sensors.errors import AirflowErrors, MediaJobWaitBroken, at_the_edge
from ..sensors.keeping import KEPT
from ..sensors.waiting import Waiting
from ..vendors import vendor_of
from .errors import MediaJobToSubmitAgain
from .submitting import Submitting
from .written import Notes

if TYPE_CHECKING:
    from airflow.sdk import Context

    from ..core.written import Written
    from ..hooks.media import MediaHook
    from .protocols import RunningOperator


def new_nonce() -> str:
    """Draw six random hex digits."""
    return secrets.token_hex(3)


class Running:
    """The part of an operator's task that one process does. For the parameters see :meth:`MediaJobOperator.submit`."""

    def __init__(
        self,
        operator: RunningOperator,
        context: Context,
        hook: MediaHook | None,
        clock: Clock | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._operator, self._context, self._given, self._clock, self._sleep = operator, context, hook, clock, sleep
        operator.running_ti = context.get("ti")

    def begin(self, nonce: Callable[[], str] | None) -> dict[str, Any]:
        """Submit the job, or find the one of an earlier try, then wait for it.

        :param nonce: draws six hex digits.
        """
        operator = self._operator
        with AirflowErrors():
            check_place(cast("Any", operator), self._context.get("ti"))
        try:
            written = self._submitted(nonce or new_nonce)
        except Exception as trouble:  # noqa: BLE001  # every end that is told may be a skip for its author
            error: Exception = at_the_edge(trouble) if isinstance(trouble, MediaJobsError) else trouble
            if skip := skip_instead(error, soft_fail=operator.soft_fail, never_fail=operator.never_fail):
                raise skip from error
            raise error from None
        operator.ids = dict(written.ids or {})
        if not operator.wait_for_completion:
            return dict(operator.ids)
        return self._ended(self._waiting().begin)

    def resume(self, event: Any, kept: Mapping[str, Any]) -> dict[str, Any]:
        """Resume a deferred wait for the job that it was begun for.

        :raises MediaJobWaitBroken: where nothing tells which job that was.
        """
        ids = Terms.told_by(kept.get(KEPT)).ids or Terms.told_by(event).ids
        if len(ids) != 1:
            written = self._notes().read()
            ids = (written.ids,) if written is not None and written.ids is not None else ()
        if not ids:
            raise MediaJobWaitBroken(f"{self._operator.task_id}: nothing tells which job the task was deferred for")
        self._operator.ids = dict(ids[0])
        return self._ended(lambda: self._waiting(kept).resume(event))

    def _submitted(self, nonce: Callable[[], str]) -> Written:
        operator = self._operator
        for name in operator.given:
            check_id(name, getattr(operator, name))
        hook = self._given or hook_class(vendor_of(operator.kind))(
            operator.conn_id, region=operator.region, project_id=operator.project_id
        )
        try:
            now = steady(self._clock or utc_now)
            return Submitting(operator, self._context, hook, now, self._sleep, nonce).attached()
        finally:
            hook.close()

    def _waiting(self, kept: Mapping[str, Any] | None = None) -> Waiting:
        # An operator has all that a wait asks of a sensor.
        sensor = cast("Any", self._operator)
        return Waiting(sensor, self._context, self._given, self._clock, self._sleep, kept=kept or {})

    def _ended(self, wait: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return wait()
        except errors.JobEnded as end:
            if self._operator.choices.resubmit_on_failure:
                raise MediaJobToSubmitAgain(f"{end}; resubmit_on_failure: a retry submits it again") from end
            raise

    def _notes(self) -> Notes:
        return Notes(self._context.get("task_state_store"), self._operator.kind, self._operator.log)
