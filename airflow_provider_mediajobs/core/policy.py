"""What a DAG author may choose about a wait, and what holds where nothing was chosen. ``core.outcome`` obeys it."""

from __future__ import annotations

from .errors import ParameterError

WHERE = ("conn_id", "region", "project_id")
"""The arguments that say whose account: an Airflow connection, and what replaces its own."""
ON_PARTIAL = ("fail", "accept", "skip")
NOT_FOUND_GRACE_S = 600.0
POLL_INTERVAL_S = 60.0
LEAST_POLL_INTERVAL_S = 1.0
"""One wait that asked for less would take an account's whole quota."""
FIRST_EVENT_S = 10.0
"""Airflow may fail a task whose trigger fires before its worker has gone."""
BACKSTOP_S = 120.0
"""A trigger keeps its own time; Airflow's end of it, so much later, is for a trigger that does not."""


def check_on_partial(value: str) -> str:
    """:raises ParameterError: listing the valid ones."""
    if value not in ON_PARTIAL:
        raise ParameterError(f"on_partial must be one of {', '.join(ON_PARTIAL)}, not {value!r}")
    return value
