# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The arguments of a wait as attributes of the task that waits: a sensor's, and those of an operator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from ..core.arguments import LONGEST_S, flag, limit, names, seconds
from ..core.policy import LEAST_POLL_INTERVAL_S, WHERE, Policy
from ..vendors import vendor_of
from .arguments import LEFT_OUT, LeftOut


class Where(NamedTuple):
    """The arguments that choose the account.

    :param given: names of the arguments that the author gave. They may render to None; that must not silently mean "the
        connection's", or "any".
    """

    conn_id: str
    region: str | None
    project_id: str | None
    given: tuple[str, ...]


def where_of(kind: str, conn_id: str | LeftOut, region: str | LeftOut, project_id: str | LeftOut) -> Where:
    """The given arguments; for those left out, the vendor's default connection, and the connection's own values."""
    pairs = zip(WHERE, (conn_id, region, project_id), strict=True)
    return Where(
        vendor_of(kind).default_conn_id if conn_id is LEFT_OUT else conn_id,
        None if region is LEFT_OUT else region,
        None if project_id is LEFT_OUT else project_id,
        tuple(name for name, value in pairs if value is not LEFT_OUT),
    )


def policy_of(
    *,
    on_partial: str,
    required_definitions: Sequence[str],
    until: str,
    not_found_grace: float | timedelta,
    queue_timeout: float | timedelta | None,
    stall_timeout: float | timedelta | None,
    **of_several: Any,
) -> Policy:
    """The policy of a wait: how it decides.

    :param of_several: the arguments that apply only to a wait for several jobs.
    :raises ParameterError: naming the argument.
    """
    return Policy(
        on_partial=on_partial,
        required_definitions=names("required_definitions", required_definitions),
        until=until,
        not_found_grace=seconds("not_found_grace", not_found_grace),
        queue_timeout=limit("queue_timeout", queue_timeout),
        stall_timeout=limit("stall_timeout", stall_timeout),
        **of_several,
    )


def check_flags(**given: Any) -> None:
    """:raises ParameterError: naming the argument, for one that is neither ``True`` nor ``False``."""
    for name, value in given.items():
        flag(name, value)


def poll_interval_of(task: Any, poll_interval: float | timedelta | LeftOut) -> float:
    """The widest gap between two looks in the triggerer, in seconds.

    :raises ParameterError: for anything but a number of seconds of at least 1.
    """
    if isinstance(poll_interval, LeftOut):  # who knows Airflow's sensors gives poke_interval; its default is ours
        poll_interval = min(max(task.poke_interval, LEAST_POLL_INTERVAL_S), LONGEST_S)
    return seconds("poll_interval", poll_interval, LEAST_POLL_INTERVAL_S)
