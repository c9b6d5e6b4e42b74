"""The event of a wait that a triggerer did not understand, and what any event tells of the wait itself."""

from __future__ import annotations

from typing import Any

from .stored import marked
from .terms import Terms
from .wait_event import SCHEMA

_BEGIN_ANEW = "begin_anew"


def begin_anew(reason: str, terms: Terms) -> dict[str, Any]:
    """For a worker, which has the DAG and begins the wait anew.

    :param terms: of the wait, as far as the triggerer could read them.
    """
    return marked({"schema": SCHEMA, _BEGIN_ANEW: reason, "terms": terms.to_json()})


def why_anew(event: Any) -> str | None:
    """What that event says, of whichever release; ``None`` for another event. A false one opens no gate either."""
    return str(event[_BEGIN_ANEW]) if isinstance(event, dict) and _BEGIN_ANEW in event else None


def terms_of(event: Any) -> Terms:
    """What an event tells of the wait itself, as far as it can be read."""
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
