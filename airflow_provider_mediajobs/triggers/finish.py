# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Writes the XComs of a task that ends in the triggerer, where no worker does so: its result and its links."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from airflow.sdk import conf
from airflow.sdk.bases.xcom import BaseXCom

WRITE_S = 30.0
"""Seconds that writing one XCom may take."""
CONSOLE = "_link_MediaJobConsoleLink"
OUTPUT = "_link_MediaJobOutputLink"
"""Keys of the XComs that hold the addresses of the links to the vendor's console and to the job's output."""


class NotWritten(Exception):
    """The XCom could not be written. A result must then be returned by a worker."""


async def write_result(ti: Any, result: dict[str, Any]) -> None:
    """Push the task's result as its return value.

    ``TaskSuccessEvent(xcoms=…)`` is not used, since downstream tasks would read the result as JSON text.

    :param ti: the task instance.
    :param result: the result.
    :raises NotWritten: it could not be written, for whatever reason.
    """
    if conf.getimport("core", "xcom_backend", fallback=None) not in (None, BaseXCom):
        raise NotWritten("a custom XCom backend is for workers")
    await _written(ti, BaseXCom.XCOM_RETURN_KEY, result)


async def write_link(ti: Any, key: str, address: str) -> None:
    """Push the address of a link to where Airflow's API server reads it; errors are ignored: the link is then missing.

    Like Airflow's own workers, it bypasses a custom XCom backend.

    :param ti: the task instance.
    :param key: ``CONSOLE`` or ``OUTPUT``.
    :param address: the address; nothing is pushed if it is empty.
    """
    if address:
        with suppress(NotWritten):
            await _written(ti, key, address)


async def _written(ti: Any, key: str, value: Any) -> None:
    if ti is None:
        raise NotWritten("Airflow gave the trigger no task instance")
    map_index = -1 if ti.map_index is None else ti.map_index
    where = {"dag_id": ti.dag_id, "task_id": ti.task_id, "run_id": ti.run_id, "map_index": map_index}
    try:
        async with asyncio.timeout(WRITE_S):
            await _set(key=key, value=value, **where)
    except Exception as error:
        raise NotWritten(f"{type(error).__name__}: {error}") from error


async def _set(**given: Any) -> None:
    if hasattr(BaseXCom, "aset"):
        await BaseXCom.aset(**given)
        return
    from asgiref.sync import sync_to_async  # before Airflow 3.3

    await sync_to_async(BaseXCom.set)(**given)
