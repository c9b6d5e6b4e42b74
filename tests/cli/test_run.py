# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests how the demo reads the answers and logs of Airflow and of the emulator.

Covers ``cli.stack``, ``cli.web``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow_provider_mediajobs.cli.interrupts import Interrupts
from airflow_provider_mediajobs.cli.processes import Processes
from airflow_provider_mediajobs.cli.run import Run, asked_for
from airflow_provider_mediajobs.cli.stack import Stack

CREATED = "2026-09-01T18:50:20+00:00"
JOB = {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v", "transcode_task_id": "t"}, "created": CREATED}


def request(
    action: str, *ids: tuple[str, str], kind: str | None = "alibaba.vod.transcode", at: str = CREATED
) -> dict[str, Any]:
    return {"at": at, "action": action, "kind": kind, "ids": [list(pair) for pair in ids]}


def test_calls_are_requests_that_named_the_job() -> None:
    mine = [
        request("ListTranscodeTask", ("video_id", "v")),
        request("GetTranscodeTask", ("transcode_task_id", "t")),
    ]
    others = [
        request("SubmitTranscodeJobs", ("video_id", "v")),
        request("ListTranscodeTask", ("video_id", "w")),
        request("ListTranscodeTask"),
        request("GetMezzanineInfo", ("video_id", "v"), kind=None),
        request("ListTranscodeTask", ("video_id", "v"), at="2026-09-01T18:50:19.900000+00:00"),
    ]
    assert list(asked_for(JOB, [*mine, *others])) == mine


def test_a_log_that_is_not_there_tells_of_no_failure(tmp_path: Path) -> None:
    run = Run(Stack(tmp_path, 8080, Processes(tmp_path), Interrupts(), print))
    assert run.failure("make_broken") == ""
