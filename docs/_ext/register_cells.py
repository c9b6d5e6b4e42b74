# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Parts of the documentation's tables: Markdown, and facts of kinds as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from airflow_provider_mediajobs.core.job import JobState
from airflow_provider_mediajobs.core.kind import JobKind, Quota

COLUMNS = (
    JobState.PENDING,
    JobState.RUNNING,
    JobState.SUCCEEDED,
    JobState.PARTIAL,
    JobState.FAILED,
    JobState.CANCELLED,
)
"""States that have a column in tables of the vendors' words."""


def page_of(kind: JobKind) -> str:
    """The how-to page of a kind, from the documentation's root."""
    return f"/sensors/{kind.name.replace('.', '_')}.md"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def _escaped(cell: str) -> str:
    return cell.replace("|", r"\|")


def code(names: Iterable[str]) -> str:
    """Names as code, with commas between them."""
    return ", ".join(f"`{name}`" for name in names)


def quota(limit: Quota) -> str:
    """A limit as people read it."""
    return f"{limit.calls:g} calls per {limit.seconds:g} s"


def ids(kind: JobKind) -> str:
    """Required ids, then optional ones."""
    return code(kind.ids) + (f", optional {code(kind.optional)}" if kind.optional else "")


def words_by_state(words: Iterable[tuple[str, JobState]]) -> list[str]:
    """The vendor's words for each state of :data:`COLUMNS`, as cells."""
    known = list(words)
    return [", ".join(f"`{word}`" for word, state in known if state is column) for column in COLUMNS]
