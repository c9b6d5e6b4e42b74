# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A program that stands in for Airflow in the tests of the demo: starts at once, and fails on demand.

A test copies this file to ``airflow/__main__.py`` in a folder of its own. ``PRETEND`` says what goes wrong.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

PRETEND = os.environ.get("PRETEND", "")
HOME = Path(os.environ["AIRFLOW_HOME"])
JOBS: dict[str, tuple[str, dict[str, str], list[tuple[str, float]]]] = {
    "live": ("alibaba.live.editing", {"caster_id": "studio-demo", "show_id": "episode-demo"}, [("1", 0), ("3", 0.4)]),
    "ice": ("alibaba.ice.live_editing", {"job_id": "1" * 32}, [("Init", 0), ("Success", 0.3)]),
    "transcode": (
        "alibaba.vod.transcode",
        {"video_id": "video-demo", "transcode_task_id": "t1"},
        [("Partial", 0), ("CompleteAllSucc", 0.2)],
    ),
    "vod": ("huawei.vod.editing", {"task_id": "v1"}, [("WAITING", 0), ("SUCCEED", 0.3)]),
    "mpc": ("huawei.mpc.editing", {"job_id": "30647"}, [("WAITING", 0), ("SUCCEEDED", 0.3)]),
    "mpc_transcoding": ("huawei.mpc.transcoding", {"task_id": "4711"}, [("WAITING", 0), ("SUCCEEDED", 0.3)]),
    "mps": ("alibaba.mps.transcode", {"job_id": "m1"}, [("Submitted", 0), ("TranscodeSuccess", 0.3)]),
    "broken": (
        "alibaba.vod.transcode",
        {"video_id": "video-broken", "transcode_task_id": "t2"},
        [("Processing", 0), ("CompleteAllFail", 0.2)],
    ),
    "partial": ("alibaba.ice.transcode", {"parent_job_id": "p1"}, [("Init", 0), ("Success", 0.2)]),
}
SHUT = {
    "broken": ("MediaJobFailed", "ended as failed (the vendor says 'CompleteAllFail')"),
    "partial": ("MediaJobPartiallySucceeded", "ended as partial (the vendor says 'Success')"),
}


def waiting(name: str) -> str:
    return f"wait_{name}" if name == "mpc_transcoding" else f"make_{name}"


def main() -> None:
    command = " ".join(sys.argv[1:])
    say(f"pretending to be airflow {command}")
    if f"{sys.argv[1]} ends" == PRETEND:
        say("it went wrong")
        sys.exit(3)
    if sys.argv[1] == "db":
        return
    if sys.argv[1] == "api-server":
        HTTPServer(("127.0.0.1", int(os.environ["AIRFLOW__API__PORT"])), ApiServer).serve_forever()
    while True:
        signal.pause()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class ApiServer(BaseHTTPRequestHandler):
    """What the demo asks of Airflow's REST API."""

    results: dict[str, Any] = {}  # noqa: RUF012
    tasks: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    looks = 0

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/api/v2")
        if path == "/monitor/health":
            well = "unhealthy" if PRETEND == "never healthy" else "healthy"
            parts = ("metadatabase", "scheduler", "triggerer", "dag_processor")
            return self._send(200, {part: {"status": well} for part in parts})
        if path.endswith("/taskInstances"):
            return self._send(200, {"task_instances": self._instances()})
        if "/xcomEntries/" in path:
            return self._returned(path.split("/")[-3])
        if "/dagRuns/" in path:
            ApiServer.looks += 1
            if PRETEND == "busy" and ApiServer.looks == 2:
                return self._send(500, {})
            over = "publish_partial" in self.tasks and PRETEND != "never over"
            return self._send(200, {"state": "failed" if over else "running"})
        return self._send(200, {"dag_id": "mediajobs_demo"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if PRETEND == "no run":
            return self._send(409, {"detail": "it has run already"})
        for kind, ids, script in JOBS.values():
            emulator("jobs", {"kind": kind, "ids": ids, "script": script})
        return self._send(200, {"dag_run_id": "demo"})

    def _returned(self, task: str) -> None:
        result = self.results[task]
        if PRETEND == "no result" and task == "make_mpc":
            return self._send(404, {})
        return self._send(200, {"value": json.dumps(result) if task == "make_ice" else result})

    def _instances(self) -> list[dict[str, Any]]:
        jobs = emulator("jobs")["jobs"]
        for name, (_kind, ids, _script) in JOBS.items():
            job = next(job for job in jobs if job["ids"] == ids)
            self._set(waiting(name), "running", pid=1)
            if job["finished"] and name not in SHUT:
                self._open(name, job)
        if all(f"publish_{name}" in self.tasks for name in JOBS if name not in SHUT):
            for name in SHUT:
                self._shut(name)
        return list(self.tasks.values())

    def _open(self, name: str, job: dict[str, Any]) -> None:
        wait = {"looks": 3, "calls": 0}
        self.results[waiting(name)] = {
            "state": "succeeded",
            "raw_state": job["state"],
            "ids": job["ids"],
            "wait": wait,
        }
        self._set(waiting(name), "success", pid=1, over=True)
        self._set(f"publish_{name}", "success", pid=1, over=True)

    def _shut(self, name: str) -> None:
        log = HOME / "logs" / "dag_id=mediajobs_demo" / "run_id=demo" / f"task_id={waiting(name)}" / "attempt=1.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        error = dict(zip(("exc_type", "exc_value"), SHUT[name], strict=True))
        line = {"timestamp": "t", "level": "error", "event": "Task failed", "error_detail": [error]}
        log.write_text(f"plain text\n17\n{json.dumps(line)}\n")
        self._set(waiting(name), "failed", pid=1, over=True)
        wrong = PRETEND == "publishes the broken one" and name == "broken"
        self._set(f"publish_{name}", "success" if wrong else "upstream_failed", pid=1 if wrong else None, over=True)

    def _set(self, task: str, state: str, *, pid: int | None, over: bool = False) -> None:
        known = self.tasks.setdefault(task, {"task_id": task, "start_date": now(), "end_date": None, "state": None})
        if known["end_date"] is None:
            known |= {"state": state, "pid": pid, "end_date": now() if over else None}

    def _send(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def now() -> str:
    time.sleep(0.001)  # two moments differ
    return datetime.now(UTC).isoformat()


def emulator(name: str, body: Any = None) -> Any:
    """The emulator's control panel, found by the connection that the demo gave."""
    connection = json.loads(os.environ["AIRFLOW_CONN_HUAWEI_MEDIAJOBS_DEFAULT"])
    url = f"{connection['schema']}://{connection['host']}:{connection['port']}/_emulator/{name}"
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data)) as response:
        return json.load(response)


if __name__ == "__main__":
    main()
