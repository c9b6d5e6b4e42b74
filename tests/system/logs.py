"""What Airflow has written about a task: workers into one file, each triggerer into one of its own beside it."""

from __future__ import annotations

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

    def worker_starts(self) -> int:
        """Every worker reads the DAG's file first."""
        return self.of_workers().count("Filling up the DagBag from")
