# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Records the job of a task instance, for its next try.

Airflow 3.3 keeps a store for each task instance. It survives a retry, kill -9 of the process and a clear, also of a
task that has succeeded (seen on 3.3.2). XComs of the task itself are deleted when a try begins (3.2.2 and 3.3.2).
Before 3.3 nothing that a task stores survives its try: only the key in the vendor's records tells of an earlier one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from airflow.sdk import conf

from ..core.steps import TaskTry
from ..core.stored import NotUnderstood
from ..core.submit import task_digest
from ..core.written import Written
from .errors import MediaJobNotSent, MediaJobUnclear

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk import Context

    from ..triggers.progress_log import Log

KEY = "mediajobs_job"


class Store(Protocol):
    """The methods that are used of Airflow's ``context["task_state_store"]``."""

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: dict[str, Any]) -> None: ...


def this_try(context: Context, task_id: str, now: datetime) -> TaskTry:
    """What Airflow knows of this try.

    :param context: Airflow's.
    :param task_id: the operator's, used where it runs outside a task.
    :param now: the time at which the try began in this process.
    """
    ti, run = context.get("ti"), context.get("dag_run")
    keeps = context.get("task_state_store") is not None
    if ti is None:
        return TaskTry(task_digest("", "", task_id, -1), 0, first=True, keeps=keeps, since=now)
    map_index = ti.map_index if ti.map_index is not None else -1
    task = task_digest(ti.dag_id, ti.run_id, ti.task_id, map_index, conf.get("mediajobs", "installation", fallback=""))
    begun = [moment for moment in (getattr(run, "start_date", None), getattr(run, "run_after", None)) if moment]
    # max_tries is `retries` at first, stays so in every retry, also after kill -9, and is set to the number of tries so
    # far and `retries` more by a clear, whether the task has ended, is deferred or runs (met on 3.2.2 and 3.3.2).
    return TaskTry(task, max(ti.max_tries, 0), first=ti.try_number <= 1, keeps=keeps, since=min([now, *begun]))


class Notes:
    """Reads and writes the record of a submission. No request is sent that could not be recorded before.

    :param store: Airflow's task state store; ``None`` before Airflow 3.3.
    :param kind: the kind of the job.
    :param log: the task's log.
    """

    def __init__(self, store: Store | None, kind: str, log: Log) -> None:
        self._store = store
        self._kind = kind
        self._log = log
        # What this try has read or written; several where a write may have failed after it was done.
        self._seen: list[Any] = [None]

    def read(self) -> Written | None:
        """What earlier tries have recorded; ``None`` where there is nothing.

        :raises MediaJobNotSent: where the store cannot be read.
        :raises MediaJobUnclear: where this release does not understand the record: there may be a job.
        """
        stored = self._stored()
        self._seen = [stored]
        try:
            return None if stored is None else Written.from_json(stored, self._kind)
        except NotUnderstood as other:
            raise MediaJobUnclear(
                f"what the task's state store holds under {KEY!r} is not understood ({other}): a job may have been "
                "submitted; look in the vendor's console, and delete that key where there is none"
            ) from None

    def intend(self, written: Written) -> None:
        """Record that a request is about to be sent.

        :raises MediaJobNotSent: where it cannot be recorded, or another try has recorded something meanwhile.
        """
        if self._stored() not in self._seen:
            raise MediaJobNotSent(
                "another try of this task has begun meanwhile, and has written down what it does in the task's state "
                "store: this one has sent nothing more"
            )
        if (trouble := self._written(written)) is not None:
            raise MediaJobNotSent(f"the task's state store could not be written ({trouble}): nothing was sent")

    def keep(self, written: Written) -> None:
        """Record what a request has come to. A failure of the store is logged, since the job exists all the same."""
        if (trouble := self._written(written)) is None:
            return
        if written.ids is None:
            text = "that nothing was made by the request with the key %s: a retry will look for its job"
        else:
            text = "the job %s: a retry will look for it by its key, where the vendor shows that"
        told = str(written.key) if written.ids is None else dict(written.ids)
        self._log.warning("the task's state store could not be written (%s); it does not tell " + text, trouble, told)

    def _stored(self) -> Any:
        try:
            return None if self._store is None else self._store.get(KEY)
        except Exception as error:  # noqa: BLE001  # whatever the store's backend raises
            name = type(error).__name__
            raise MediaJobNotSent(f"the task's state store could not be read ({name}): nothing was sent") from None

    def _written(self, written: Written) -> str | None:
        if self._store is None:
            return None
        found = written.to_json(self._kind)
        self._seen.append(found)
        try:
            self._store.set(KEY, found)
        except Exception as error:  # noqa: BLE001
            return type(error).__name__
        self._seen = [found]
        return None
