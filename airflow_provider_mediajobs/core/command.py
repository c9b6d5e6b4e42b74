# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The shell command that shows the jobs of a wait; log lines and messages end with it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

from .job import JobRef
from .kind import JobKind
from .messages import TOLD

_LONGEST = 2000
"""Characters of all job names together; jobs that do not fit are left out."""


def status_command(
    kind: JobKind, refs: Iterable[JobRef], conn_id: str, region: str | None = None, project_id: str | None = None
) -> str:
    """``mediajobs status CONN KIND ID …``, quoted for a shell; of many jobs, for the first ten.

    :returns: an empty string where none of the jobs can be named on one line.
    """
    names: list[str] = []
    for ref in refs:
        name = _name(kind, dict(ref.ids))
        if name is not None and len(names) < TOLD and sum(map(len, names)) + len(name) <= _LONGEST:
            names.append(name)
    given = {"--region": region, "--project-id": project_id}
    options = [f"{flag}={value}" for flag, value in given.items() if value is not None]
    if not names or not all(text.isprintable() for text in (conn_id, *options)):
        return ""
    end_of_options = ["--"] if conn_id.startswith("-") else []
    return shlex.join(["mediajobs", "status", *options, *end_of_options, conn_id, kind.name, *names])


def _name(kind: JobKind, ids: Mapping[str, str]) -> str | None:
    """A job as the command's argument: the bare id where that is unambiguous, else ``name=value,name=value``."""
    values = list(ids.values())
    if not all(value.isprintable() for value in values):
        return None
    if list(ids) == list(kind.ids) and len(values) == 1 and "=" not in values[0] and not values[0].startswith("-"):
        return values[0]
    names = "|".join(map(re.escape, kind.all_ids))
    if any(re.search(rf",(?:{names})=", value) for value in values):  # it would be read as two ids
        return None
    return ",".join(f"{name}={value}" for name, value in ids.items())


def hint(command: str) -> str:
    """The command as the last part of a message, to be copied to the end of the line; empty for no command."""
    return f"; to look at it: {command}" if command else ""
