# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Prints the doctor's report on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import shorten

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..clock import TOLERATED
from ..core.permission import PermissionStatus
from ..poller.pace import SHARE
from .environment import one_line
from .examination import Report
from .words import span

_STYLES = {
    PermissionStatus.ALLOWED: "green",
    PermissionStatus.NOT_ASKED: "dim",
    PermissionStatus.THROTTLED: "yellow",
    PermissionStatus.UNCLEAR: "yellow",
}
_LONGEST = 300


def view(report: Report) -> RenderableType:
    """The report: endpoints, permissions, quotas, and the policy to grant."""
    return Group(
        _place(report),
        "",
        _permissions(report),
        *_troubles(report),
        *_submitting(report),
        "",
        _quotas(report),
        "",
        *_policy(report),
    )


def _place(report: Report) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    grid.add_row("connection", f"{report.conn_id} ({report.vendor.title})")
    grid.add_row("region", report.account.region or "none")
    if report.vendor.needs_project:
        grid.add_row("project", report.account.project_id or "none")
    for product, endpoint in report.endpoints.items():
        grid.add_row(f"endpoint {product}", endpoint or "none: the connection has no region")
    grid.add_row("clock", _clock(report))
    return grid


def _clock(report: Report) -> Text:
    if report.skew is None:
        return Text("unknown: no answer of the vendor had a date")
    if abs(report.skew) < 2:
        return Text("agrees with the vendor's", style="green")
    side = "behind" if report.skew > 0 else "ahead of"
    corrected = abs(report.skew) > TOLERATED.total_seconds()
    cure = "; requests are dated by the vendor's clock; set this machine's clock" if corrected else ""
    return Text(f"{span(abs(report.skew))} {side} the vendor's{cure}", style="red" if corrected else "yellow")


def _permissions(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("permission", "for", "verdict"):
        table.add_column(head, overflow="fold")
    for finding in report.findings:
        purpose = " (saves calls)" if not finding.attempt.needed else " (operators)" if finding.attempt.submits else ""
        uses = "\n".join(finding.attempt.kinds) + purpose
        permission = Text(finding.permission, style=_STYLES.get(finding.permission, "red"))
        table.add_row(finding.attempt.action, uses, permission)
    return table


def _troubles(report: Report) -> Iterator[RenderableType]:
    """Advice and error for each permission that is not allowed."""
    for finding in report.findings:
        if finding.permission is not PermissionStatus.ALLOWED:
            yield ""
            yield Text(f"{finding.attempt.action}: {finding.advice}")
            if finding.error is not None:
                # The answer to a wrong signature is a page of text; --json shows all of it.
                said = shorten(one_line(str(finding.error)), _LONGEST, placeholder=" …")
                yield Padding(Text(said, style="dim"), (0, 0, 0, 2))


def _submitting(report: Report) -> Iterator[RenderableType]:
    """What operators need besides, which a key that only waits does not."""
    tried = {finding.attempt.action for finding in report.findings}
    untried = {action: kinds for action, kinds in report.submitting.items() if action not in tried}
    if not untried:
        return
    yield ""
    where = "they are in the policy below" if report.submit else "--submit adds them to the policy below"
    yield Text(
        f"operators also need these permissions, which are not tried, because a try would submit a job; {where}:",
        style="bold",
    )
    for action, kinds in untried.items():
        yield Text(f"  {action} ({', '.join(kinds)})")


def _quotas(report: Report) -> Table:
    grid = Table.grid(padding=(0, 2))
    for quota in report.quotas:
        limit = f"{quota['calls']:g} calls per {quota['seconds']:g} s, of which waits use {SHARE:.0%}"
        seen = Text("throttled just now", style="yellow") if quota["throttled"] else ""
        grid.add_row(f"quota {quota['bucket']}", limit, quota["source"], seen)
    place, trouble = report.storage
    if place and trouble:
        grid.add_row("quota storage", Text(trouble, style="red"), place)
    elif place:
        grid.add_row("quota storage", Text("shared by all triggerers and workers", style="green"), place)
    else:
        grid.add_row("quota storage", "none: each process paces its calls by the vendor's answers")
    return grid


def _policy(report: Report) -> tuple[RenderableType, ...]:
    return (Text("smallest policy for these kinds of job:", style="bold"), json.dumps(report.policy, indent=2))
