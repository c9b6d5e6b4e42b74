# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What is written down of a task instance's job, for its next try.

Airflow 3.3 keeps a store for each task instance. What it holds survives a retry, kill -9 of the process and a clear,
also of a task that has succeeded (met on 3.3.2). XComs of the task itself are deleted when a try begins (on both).
Before 3.3 nothing of a task's own survives its try, and the vendor's key alone tells of the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from airflow.sdk import conf

from ..core.stored import NotUnderstood
from ..core.submission import This
from ..core.submit import task_digest
from ..core.written import Written
from .errors import MediaJobNotSent, MediaJobUnclear

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk import Context

    from ..triggers.progress_log import Log

KEY = "mediajobs_job"


class Store(Protocol):
    """What is used of Airflow's ``context["task_state_store"]``."""

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: dict[str, Any]) -> None: ...


def this_try(context: Context, task_id: str, now: datetime) -> This:
    """What Airflow tells of it.

    :param task_id: where somebody drives the operator outside a task.
    """
    ti, run = context.get("ti"), context.get("dag_run")
    keeps = context.get("task_state_store") is not None
    if ti is None:
        return This(task_digest("", "", task_id, -1), 0, first=True, keeps=keeps, since=now)
    map_index = ti.map_index if ti.map_index is not None else -1
    task = task_digest(ti.dag_id, ti.run_id, ti.task_id, map_index, conf.get("mediajobs", "installation", fallback=""))
    begun = [moment for moment in (getattr(run, "start_date", None), getattr(run, "run_after", None)) if moment]
    # max_tries is `retries` at first, stays so in every retry, also after kill -9, and is set to the number of tries so
    # far and `retries` more by a clear, whether the task has ended, is deferred or runs (met on 3.2.2 and 3.3.2).
    return This(task, max(ti.max_tries, 0), first=ti.try_number <= 1, keeps=keeps, since=min([now, *begun]))


class Notes:
    """Reads and writes it. Nothing is sent that could not be written down before.

    :param store: ``None`` before Airflow 3.3.
    :param kind: of the jobs.
    """

    def __init__(self, store: Store | None, kind: str, log: Log) -> None:
        self._store = store
        self._kind = kind
        self._log = log
        # What this try has read or written; several where a write may have failed after it was done.
        self._seen: list[Any] = [None]

    def read(self) -> Written | None:
        """What earlier tries have written down.

        :raises MediaJobNotSent: where the store cannot be read.
        :raises MediaJobUnclear: for what this release does not understand: there may be a job.
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
        """Before a request is sent.

        :raises MediaJobNotSent: where it cannot be written down, or another try has written something down meanwhile.
        """
        if self._stored() not in self._seen:
            raise MediaJobNotSent(
                "another try of this task has begun meanwhile, and has written down what it does in the task's state "
                "store: this one has sent nothing more"
            )
        if (trouble := self._written(written)) is not None:
            raise MediaJobNotSent(f"the task's state store could not be written ({trouble}): nothing was sent")

    def keep(self, written: Written) -> None:
        """What came of it: that is so already, whatever becomes of the store."""
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
