# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``mediajobs status`` against the emulator behind a socket.

Covers ``cli.job_view``.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_mediajobs.cli import main, status
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.hooks import media

MPC = "huawei.mpc.editing"
HUAWEI = "huawei_mediajobs_default"
ALIBABA = "alibaba_mediajobs_default"

Outputs = Callable[[], tuple[str, str]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Outputs:
    """What went to stdout and stderr, without what Airflow logs there."""

    def read() -> tuple[str, str]:
        out, err = capsys.readouterr()
        return out, "".join(line for line in err.splitlines(keepends=True) if line.startswith("mediajobs"))

    return read


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    status.add_to(parser.add_subparsers())
    return parser.parse_args(["status", *words])


def add(server: EmulatorServer, job_id: str, script: Any) -> None:
    server.world.add_job(MPC, {"job_id": job_id}, script)


def test_a_job(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    """Everything that is known, on lines of its own."""
    mediajobs_emulator.world.add_job(MPC, {"job_id": "30647"}, "SUCCEEDED", age=3600)
    assert main(["status", HUAWEI, MPC, "30647"]) == 0
    facts = dict(line.split("  ", 1) for line in told()[0].splitlines())
    assert facts["job"].split() == ["huawei.mpc.editing", "job_id=30647"]
    assert facts["state"].strip() == "succeeded (SUCCEEDED)"
    assert facts["progress"].strip() == "100 %"
    assert facts["created"].rstrip().endswith(" UTC (1 h ago)")
    assert facts["started"].rstrip().endswith(" UTC (1 h ago)")
    assert facts["finished"].rstrip().endswith(" UTC (1 h ago)")
    assert facts["output"].strip() == "obs://emulator/out/dir/o.mp4, MP4, 12.0 s, 1.0 MiB, 640x480"
    assert facts["request id"].strip().endswith("-emulator")


def test_several(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    """A table, then each in full; the worst decides the exit code."""
    add(mediajobs_emulator, "1", "PROCESSING")
    add(mediajobs_emulator, "2", "SUCCEEDED")
    assert main(["status", HUAWEI, MPC, "1", "job_id=2", "3"]) == 4
    out, _ = told()
    lines = [line.split("  ")[0] for line in out.splitlines()]
    assert lines[:5] == ["job", "job_id=1", "job_id=2", "job_id=3", ""]
    assert "job_id=1  running (PROCESSING)" in out
    assert "job_id=3  not found" in out
    assert "NotFound: the vendor's answer holds no huawei.mpc.editing job_id=3" in out


def test_an_id_that_the_vendor_calls_wrong(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    """It spoils no other."""
    add(mediajobs_emulator, "1", "SUCCEEDED")
    mediajobs_emulator.world.add_fault("reject_id", ids={"job_id": "!"})
    assert main(["status", HUAWEI, MPC, "1", "!"]) == 2
    out, _ = told()
    assert "job_id=1  succeeded (SUCCEEDED)" in out
    assert "job_id=!  refused" in out
    assert "MPC.10202: " in out


def test_renditions_and_the_error(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    ids = {"video_id": "v1", "transcode_task_id": "t1"}
    mediajobs_emulator.world.add_job("alibaba.vod.transcode", ids, "CompletePartialSucc")
    assert main(["status", ALIBABA, "alibaba.vod.transcode", "v1"]) == 1
    out, _ = told()
    assert "video_id=v1 transcode_task_id=t1" in out
    assert "partial (CompletePartialSucc)" in out
    assert "renditions  LD  succeeded (TranscodeSuccess)  100 %  http://emulator.oss-cn-shanghai.aliyuncs.com/" in out
    assert "SD  failed (TranscodeFail)        100 %  InvalidParameter.ResourceContentBad: " in out
    assert "error       SD: InvalidParameter.ResourceContentBad: " in out


def test_a_studio(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    for show, word in (("a", "3"), ("b", "1")):
        mediajobs_emulator.world.add_job("alibaba.live.editing", {"caster_id": "c1", "show_id": show}, word)
    assert main(["status", ALIBABA, "alibaba.live.editing", "c1"]) == 3
    out, _ = told()
    assert "caster_id=c1 show_id=a  succeeded (3)" in out
    assert "caster_id=c1 show_id=b  running (1)" in out
    assert "output" in out
    assert "medium " in out


def test_json(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    """Nothing else goes to stdout."""
    add(mediajobs_emulator, "1", "FAILED")
    assert main(["status", HUAWEI, MPC, "1", "--json"]) == 1
    (result,) = json.loads(told()[0])
    assert (result["schema"], result["kind"], result["ids"], result["state"]) == (1, MPC, {"job_id": "1"}, "failed")
    assert (result["wait"]["looks"], result["wait"]["calls"]) == (1, 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([HUAWEI, "huawei.mpc", "1"], "kind 'huawei.mpc' is unknown; valid kinds: alibaba.live.editing, "),
        ([HUAWEI, MPC, "x=1"], "huawei.mpc.editing: 'x=1' does not name an id; write job_id=…"),
        ([HUAWEI, MPC, " "], "huawei.mpc.editing: job_id is empty; give the vendor's id"),
        ([ALIBABA, MPC, "1"], "connection 'alibaba_mediajobs_default': conn_type 'alibaba_mediajobs' is an account of"),
        ([HUAWEI, MPC, "1", "--region", "no region"], "region cannot be 'no region'"),
        ([HUAWEI, MPC, "1", "--interval", "0"], "--interval must be a number of at least 1, not 0.0"),
        ([HUAWEI, MPC, "1", "--project-id", "other"], "MPC.10208: Tenant ID verification failed."),
    ],
)
def test_errors_are_one_line(words: list[str], message: str, mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    assert main(["status", *words]) == 2
    out, err = told()
    assert out == ""
    assert err.startswith("mediajobs status: ")
    assert message in err
    assert err.count("\n") == 1


def test_what_a_vendor_writes_cannot_command_the_terminal(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    mediajobs_emulator.world.add_fault("status", word="[red]\x1b[2JDONE")
    add(mediajobs_emulator, "1", "SUCCEEDED")
    assert main(["status", HUAWEI, MPC, "1"]) == 3
    assert "unknown ([red]\N{REPLACEMENT CHARACTER}[2JDONE)" in told()[0]


def test_watching_logs_what_is_new(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    """Where no terminal is; the full report follows."""
    add(mediajobs_emulator, "1", [("WAITING", 0), ("PROCESSING", 1000), ("SUCCEEDED", 3000)])
    add(mediajobs_emulator, "2", "SUCCEEDED")
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        mediajobs_emulator.world.advance(500)

    assert status.run(given(HUAWEI, MPC, "1", "2", "--watch", "--interval", "5"), sleep) == 0
    out, _ = told()
    lines = [line[9:] for line in out.partition("\njob ")[0].splitlines()]
    assert pauses == [5.0] * 6
    assert [line for line in lines if line.startswith("job_id=1: ")] == [
        "job_id=1: pending (WAITING), 0 %",
        *(f"job_id=1: running (PROCESSING), {percent} %" for percent in (33, 50, 66, 83)),
        "job_id=1: succeeded (SUCCEEDED), 100 %",
    ]
    assert lines.count("job_id=2: succeeded (SUCCEEDED), 100 %") == 1
    assert "job_id=1  succeeded (SUCCEEDED)" in out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_watching_on_a_terminal(mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is drawn anew, with a bar; trouble is told beside it and ends nothing."""
    add(mediajobs_emulator, "1", [("PROCESSING", 0), ("SUCCEEDED", 1000)])
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(media, "FIRST_PAUSE_S", 60.0)  # the hook does not try again, within its 30 s
    mediajobs_emulator.world.advance(1)

    def sleep(_seconds: float) -> None:
        if len(mediajobs_emulator.world.requests) == 1:
            mediajobs_emulator.world.add_fault("server_error", times=1)
        mediajobs_emulator.world.advance(400)

    assert status.run(given(HUAWEI, MPC, "1", "--watch"), sleep) == 0
    shown = terminal.getvalue()
    assert "0 of 1 ended" in shown
    assert "1 of 1 ended" in shown
    assert "no news: APIGW.0201: Backend timeout (HTTP 500" in shown
    assert "━━━" in shown


def test_watching_ends_with_trouble_that_stays(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    add(mediajobs_emulator, "1", "PROCESSING")

    def sleep(_seconds: float) -> None:
        mediajobs_emulator.world.add_fault("server_error", code="APIGW.0304", status=403)

    assert status.run(given(HUAWEI, MPC, "1", "--watch"), sleep) == 2
    assert "mediajobs status: APIGW.0304" in told()[1]


def test_watching_for_json_prints_the_end_only(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    add(mediajobs_emulator, "1", [("PROCESSING", 0), ("SUCCEEDED", 1000)])

    def sleep(_seconds: float) -> None:
        mediajobs_emulator.world.advance(600)

    assert status.run(given(HUAWEI, MPC, "1", "--watch", "--json"), sleep) == 0
    (result,) = json.loads(told()[0])
    assert (result["state"], result["wait"]["looks"]) == ("succeeded", 3)


def test_ctrl_c(mediajobs_emulator: EmulatorServer, told: Outputs) -> None:
    add(mediajobs_emulator, "1", "PROCESSING")

    def sleep(_seconds: float) -> None:
        raise KeyboardInterrupt

    assert status.run(given(HUAWEI, MPC, "1", "--watch"), sleep) == 130


def test_logs_do_not_mix_with_results(
    mediajobs_emulator: EmulatorServer, monkeypatch: pytest.MonkeyPatch, told: Outputs
) -> None:
    """What Airflow has set up to go to stdout goes to stderr; the environment is as before."""
    add(mediajobs_emulator, "1", "SUCCEEDED")
    before = dict(os.environ)
    handler = logging.StreamHandler(sys.stdout)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    assert main(["status", HUAWEI, MPC, "1", "--json"]) == 0
    assert handler.stream is sys.stderr
    assert json.loads(told()[0])
    assert dict(os.environ) == before


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_help_tells_the_exit_codes(command: str, told: Outputs) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert "\nExit codes" in told()[0]
