# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Cancels, from the triggerer, the jobs of an operator whose task a person has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from ..core.errors import MediaJobsError
from ..core.job import JobRef
from ..hooks.masking import amask
from ..poller.shared import Poller
from ..poller.source import Reader
from ..vendors import kind as kind_of
from .killed import cannot, goes_on, may_be_done, not_cancelled, spared, state_of
from .progress_log import Log

ASK_S = 8.0
"""Seconds that asking for the task's state may take. Airflow allows 30 in all (``[triggerer] on_kill_timeout``)."""
CANCEL_S = 18.0
"""Seconds that the cancellation of one job may take."""
PAUSE_S = 2.0
"""Seconds between two tries of a cancellation."""


class Cancelling(Protocol):
    """The part of a trigger that is used here. Its class imports this module, so it cannot be named."""

    task_instance: Any

    @property
    def arguments(self) -> Mapping[str, Any]: ...
    @property
    def log(self) -> Log: ...
    @property
    def where(self) -> Any: ...


async def cancel_jobs(trigger: Cancelling, lanes: Poller, read: Reader) -> None:
    """Cancel the trigger's jobs if a person has ended the task for good, and log what happens to each.

    :param trigger: the trigger that Airflow has told of the end.
    :param lanes: the poller, which sends the requests.
    :param read: reads the connection.
    """
    kind = kind_of(trigger.arguments["kind"])
    refs = [kind.ref(ids) for ids in trigger.arguments["ids"]]
    jobs = ", ".join(map(str, refs))
    if reason := await _reason(trigger.task_instance):
        trigger.log.warning("%s (%s)", goes_on(jobs), reason)
        return
    for ref in refs:
        if kind.cancel is None:
            trigger.log.warning("%s", cannot(ref))
            continue
        told, cancelled = await _end(trigger, ref, lanes, read)
        (trigger.log.info if cancelled else trigger.log.warning)("%s", told)


async def _reason(ti: Any) -> str:
    """Return why the jobs are not cancelled; empty if they are to be."""
    if ti is None:
        return "Airflow gave the trigger no task instance"
    try:
        async with asyncio.timeout(ASK_S):
            return spared(await asyncio.to_thread(state_of, ti))
    except Exception as error:  # noqa: BLE001  # whatever is in the way of Airflow's API
        return f"Airflow did not return the state of the task: {type(error).__name__}"


async def _end(trigger: Cancelling, ref: JobRef, lanes: Poller, read: Reader) -> tuple[str, bool]:
    """Cancel one job.

    :returns: the line for the log, and whether the job was certainly cancelled.
    """
    lost: list[MediaJobsError] = []
    try:
        async with asyncio.timeout(CANCEL_S):
            await _cancelled(trigger, ref, lanes, read, lost)
    except MediaJobsError as error:
        return not_cancelled(ref, str(error), lost=bool(lost)), False
    except TimeoutError:
        why = str(lost[-1]) if lost else f"no answer within {CANCEL_S:g} s"
        return not_cancelled(ref, why, lost=True), False
    return f"{ref} was cancelled", True


async def _cancelled(trigger: Cancelling, ref: JobRef, lanes: Poller, read: Reader, lost: list[MediaJobsError]) -> None:
    """Try to cancel one job until the vendor accepts or refuses it.

    :param lost: the errors of requests that the vendor may have carried out nevertheless are added to it.
    :raises MediaJobsError: the vendor refused it.
    """
    while True:
        try:
            await lanes.cancel(ref, await lanes.accounts.get(trigger.where, read), amask)
        except MediaJobsError as error:
            if not error.retryable:
                raise
            lost += [error] if may_be_done(error) else []
        else:
            return
        await asyncio.sleep(PAUSE_S)
