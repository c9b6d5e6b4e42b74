# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Protocols of the sensor for the modules that its class imports, which cannot import the class."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from ..core.policy import Policy
from ..core.refs import Refs

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from airflow.triggers.base import BaseTrigger

    from ..triggers.progress_log import Log


class HasIds(Protocol):
    """A sensor with ids by name."""

    ids: Any


class WaitArguments(HasIds, Protocol):
    """The arguments of a sensor that are checked when it is made: see :class:`MediaJobSensor`.

    :ivar given: names of those among connection, region and project id that the author gave.
    :ivar starts_at_a_time: whether ``created_after`` was given, or has its default.
    """

    task_id: str
    kind: str
    conn_id: str
    region: str | None
    project_id: str | None
    created_after: Any
    policy: Policy
    timeout: float
    poll_interval: float
    on_timeout: str
    on_queue_timeout: str
    deferrable: bool
    start_in_triggerer: bool
    finish_in_triggerer: bool
    execution_timeout: timedelta | None
    do_xcom_push: bool
    cancel_on_kill: bool
    given: tuple[str, ...]
    starts_at_a_time: bool

    @property
    def reschedule(self) -> bool: ...


class PlacedSensor(WaitArguments, Protocol):
    """A sensor with what Airflow knows of its place in a DAG."""

    @property
    def dag(self) -> DAG: ...
    @property
    def template_ext(self) -> Any: ...
    def has_dag(self) -> bool: ...
    def get_closest_mapped_task_group(self) -> Any: ...
    def iter_mapped_dependants(self) -> Any: ...


class RunningSensor(PlacedSensor, Protocol):
    """A sensor whose task runs.

    :ivar output_address: for the link to the output, once the wait has ended well.
    """

    output_address: str
    poke_interval: float
    soft_fail: bool
    never_fail: bool

    @property
    def log(self) -> Log: ...
    def refs(self) -> Refs: ...
    def defer(self, *, trigger: BaseTrigger, method_name: str, kwargs: Any, timeout: Any) -> NoReturn: ...
