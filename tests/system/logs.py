# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads what Airflow has written about a task: workers and triggerers write into files of their own."""

from __future__ import annotations

import json
from pathlib import Path


class TaskLog:
    """Of one try.

    :param path: the workers' file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def of_workers(self) -> str:
        return self._path.read_text() if self._path.exists() else ""

    def of_triggerers(self) -> str:
        beside = sorted(self._path.parent.glob(f"{self._path.name}.trigger.*"))
        return "".join(found.read_text() for found in beside)

    def end(self) -> tuple[str | None, str]:
        """What the workers' file tells of it: an exception's class and text, or the reason of a skip."""
        found = []
        for line in map(json.loads, self.of_workers().splitlines()):
            if errors := line.get("error_detail"):
                found.append((errors[0]["exc_type"], errors[0]["exc_value"]))
            elif line["event"] == "Skipping task.":
                found.append((None, line["reason"]))
        (end,) = found
        return end

    def worker_starts(self) -> int:
        """Every worker reads the DAG's file first."""
        return self.of_workers().count("Filling up the DagBag from")
