# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the ``mediajobs status`` command that messages end with: it can be copied into a shell."""

from __future__ import annotations

import argparse
import shlex

import pytest

from airflow_provider_mediajobs.cli import status
from airflow_provider_mediajobs.cli.jobs import parse
from airflow_provider_mediajobs.core.command import hint, status_command
from airflow_provider_mediajobs.core.job import JobRef
from airflow_provider_mediajobs.core.kind import JobKind
from airflow_provider_mediajobs.vendors import kind

MPC = kind("huawei.mpc.editing")
LIVE = kind("alibaba.live.editing")
VOD = kind("alibaba.vod.transcode")


def understood(command: str) -> argparse.Namespace:
    """What a shell and the command line make of it."""
    parser = argparse.ArgumentParser(prog="mediajobs")
    status.add_to(parser.add_subparsers(dest="command"))
    name, *arguments = shlex.split(command)
    assert name == "mediajobs"
    return parser.parse_args(arguments)


@pytest.mark.parametrize(
    ("of", "ids", "command"),
    [
        (MPC, {"job_id": "30647"}, "mediajobs status c huawei.mpc.editing 30647"),
        (VOD, {"video_id": "v"}, "mediajobs status c alibaba.vod.transcode v"),
        (
            VOD,
            {"video_id": "v", "transcode_task_id": "t"},
            "mediajobs status c alibaba.vod.transcode video_id=v,transcode_task_id=t",
        ),
        (LIVE, {"caster_id": "c", "show_id": "s"}, "mediajobs status c alibaba.live.editing caster_id=c,show_id=s"),
        (MPC, {"job_id": "-5"}, "mediajobs status c huawei.mpc.editing job_id=-5"),
        (MPC, {"job_id": "a=b"}, "mediajobs status c huawei.mpc.editing job_id=a=b"),
        (MPC, {"job_id": "a b;$(x)'"}, """mediajobs status c huawei.mpc.editing 'a b;$(x)'"'"''"""),
        (LIVE, {"caster_id": "a,b", "show_id": "s"}, "mediajobs status c alibaba.live.editing caster_id=a,b,show_id=s"),
    ],
)
def test_ids(of: JobKind, ids: dict[str, str], command: str) -> None:
    """As the command reads them back, whatever they hold."""
    assert status_command(of, [of.ref(ids)], "c") == command
    given = understood(command)
    assert (given.conn_id, given.kind, given.region, given.project_id) == ("c", of.name, None, None)
    assert [parse(of, text) for text in given.ids] == [ids]


def test_whose_account() -> None:
    """What replaces the connection's region and project; a connection's id may look like an option."""
    command = status_command(MPC, [MPC.ref({"job_id": "1"})], "-my conn", "cn-north-4", "-p")
    assert command == "mediajobs status --region=cn-north-4 --project-id=-p -- '-my conn' huawei.mpc.editing 1"
    given = understood(command)
    assert (given.conn_id, given.ids, given.region, given.project_id) == ("-my conn", ["1"], "cn-north-4", "-p")


def test_many() -> None:
    """The first ten, and not so many that nobody would copy them."""
    refs = [MPC.ref({"job_id": str(number)}) for number in range(12)]
    assert understood(status_command(MPC, refs, "c")).ids == [str(number) for number in range(10)]
    long = [JobRef(MPC.name, (("job_id", letter * 1500),)) for letter in "ab"]
    assert understood(status_command(MPC, long, "c")).ids == ["a" * 1500]


@pytest.mark.parametrize(
    ("ids", "conn_id"),
    [
        ({"caster_id": "a,show_id=b", "show_id": "s"}, "c"),
        ({"caster_id": "a\nb", "show_id": "s"}, "c"),
        ({"caster_id": "a", "show_id": "s"}, "c\nd"),
        ({"caster_id": "a" * 2000, "show_id": "s"}, "c"),
    ],
)
def test_what_cannot_be_written_as_a_command(ids: dict[str, str], conn_id: str) -> None:
    """Then there is none, rather than one that asks for another job."""
    assert status_command(LIVE, [JobRef(LIVE.name, tuple(ids.items()))], conn_id) == ""


def test_hint() -> None:
    assert (hint("mediajobs status c k 1"), hint("")) == ("; to look at it: mediajobs status c k 1", "")
