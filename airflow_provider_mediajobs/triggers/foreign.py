# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Handles trigger rows that this release cannot read: a worker, which has the DAG, begins their wait again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..core import policy
from ..core.stored import NotUnderstood
from ..core.terms import Terms

_DOUBLINGS = 5  # the most times that the pause is doubled


def understood_or_not(read: Callable[[Mapping[str, Any]], dict[str, Any]], given: Any) -> tuple[dict[str, Any], str]:
    """Read the arguments of a trigger. Never raises: Airflow fails a task whose trigger cannot be created.

    :param read: checks the arguments.
    :param given: the arguments as stored.
    :returns: what ``read`` returns and an empty string; or the arguments as stored, and why they cannot be read.
    """
    try:
        return read(given), ""
    except NotUnderstood as other:
        return dict(given), str(other)
    except Exception as error:  # noqa: BLE001  # a row may hold anything, such as data that is nested too deeply
        return dict(given), type(error).__name__


def pause_s(terms: Terms, now: datetime) -> float:
    """Return the seconds after which the trigger returns the wait to a worker, at the deadline at the latest.

    Airflow may fail a task whose trigger fires before its worker has exited. The pause doubles with each new beginning:
    as long as workers and triggerers are of different releases, the worker defers to the same triggerer again.

    :param terms: what could be read of the wait.
    :param now: the time.
    """
    pause = policy.FIRST_EVENT_S * 2.0 ** min(terms.anew, _DOUBLINGS)
    return pause if terms.deadline is None else min(pause, max(0.0, (terms.deadline - now).total_seconds()))
