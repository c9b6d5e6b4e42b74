# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Trigger rows that this release cannot read: a worker, which has the DAG, begins their wait anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..core import policy
from ..core.stored import NotUnderstood
from ..core.terms import Terms

_DOUBLINGS = 5


def understood_or_not(read: Callable[[Mapping[str, Any]], dict[str, Any]], given: Any) -> tuple[dict[str, Any], str]:
    """The arguments as read and an empty string; or as stored, and the reason why they cannot be read.

    Never raises: Airflow fails a task whose trigger cannot be created.
    """
    try:
        return read(given), ""
    except NotUnderstood as other:
        return dict(given), str(other)
    except Exception as error:  # noqa: BLE001  # of a row that holds anything at all, nested without end for example
        return dict(given), type(error).__name__


def pause_s(terms: Terms, now: datetime) -> float:
    """Seconds until the trigger returns the wait to a worker; doubled with each new beginning.

    Airflow may fail a task whose trigger fires before its worker has exited. While workers and triggerers are of
    different releases, the worker defers to the same triggerer again and again.
    """
    pause = policy.FIRST_EVENT_S * 2.0 ** min(terms.anew, _DOUBLINGS)
    return pause if terms.deadline is None else min(pause, max(0.0, (terms.deadline - now).total_seconds()))
