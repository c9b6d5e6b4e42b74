# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The event by which a triggerer returns a wait whose arguments it cannot read, and the terms that any event holds."""

from __future__ import annotations

from typing import Any

from .stored import marked
from .terms import Terms
from .wait_event import SCHEMA

_BEGIN_ANEW = "begin_anew"


def begin_anew(reason: str, terms: Terms) -> dict[str, Any]:
    """The event that makes a worker, which has the DAG, begin the wait anew.

    :param reason: why the triggerer could not go on.
    :param terms: the wait's terms, as far as the triggerer could read them.
    """
    return marked({"schema": SCHEMA, _BEGIN_ANEW: reason, "terms": terms.to_json()})


def why_anew(event: Any) -> str | None:
    """The reason in an event of :func:`begin_anew`; ``None`` for other events. A forged one opens no gate."""
    return str(event[_BEGIN_ANEW]) if isinstance(event, dict) and _BEGIN_ANEW in event else None


def terms_of(event: Any) -> Terms:
    """The wait's terms in an event of any sort, as far as they can be read."""
    if not isinstance(event, dict):
        return Terms()
    if _BEGIN_ANEW in event:
        return Terms.told_by(event.get("terms"))
    jobs, runs = event.get("jobs"), event.get("runs")
    ids = [job.get("ids") for job in jobs if isinstance(job, dict)] if isinstance(jobs, list) else None
    told = {"ids": ids, "deadline": event.get("deadline"), "report": event.get("report")}
    if isinstance(runs, dict) and "created_after" in runs:
        told["created_after"] = runs["created_after"]
    return Terms.told_by(told)
