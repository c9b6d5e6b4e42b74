# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Processor time of one look at ten MPC jobs over a real socket, beside that of Huawei's own SDK.

The emulator is another process, so what is measured is the client's side alone: pack, sign, send, parse, tell the ten
waiters, schedule; and what the ten triggers make of it, or the poller alone. Each is a fresh interpreter; they take
turns. The SDK speaks the older generation of the operation, with the same ten ids.

A further run says what that time is spent on, by samples of the stack.

With ``BEFORE=DIR``, an older package (the folder that ``airflow_provider_mediajobs`` lies in) takes its turns, too.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from . import rows
from .place import KEY, ROOT, Place, place
from .sampler import sampled

KIND = "huawei.mpc.editing"
IDS = [rows.job_id(number) for number in range(10)]
WARM_UP = 200
BEFORE, PROFILE = "triggers_before", "profile"
TITLES = {
    "triggers": "this package, triggers included",
    BEFORE: "the same before",
    "poller": "its poller alone",
    "sdk": "huaweicloudsdkmpc",
}


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Microseconds a look: medians of all rounds, and their spread."""
    turns, rounds, looks = (1, 20, 50) if quick else (5, 20, 100)
    before = os.environ.get("BEFORE")
    found: dict[str, list[float]] = {name: [] for name in TITLES if name != BEFORE or before}
    with place() as at:
        at.start_emulator()
        for job_id in IDS:
            at.add_job(KIND, {"job_id": job_id}, [["WAITING", 0], ["PROCESSING", 5], ["SUCCEEDED", 7200]], age=600)
        for _ in range(turns):
            for name in found:
                found[name] += _in_fresh_interpreter(at, name, rounds, looks, before if name == BEFORE else None)
        samples = _in_fresh_interpreter(at, PROFILE, rounds * turns, looks, None)
    return {
        "cpu_per_look_us": {name: round(median(values)) for name, values in found.items()},
        "cpu_per_look_spread_us": {name: _spread(values) for name, values in found.items()},
        "cpu_per_look_parts": {part: round(share, 3) for part, share in samples.items()},
        "cpu_per_look_share_of_before": round(min(found["triggers"]) / min(found[BEFORE]), 3) if before else None,
    }


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    spread, share = figures["cpu_per_look_spread_us"], figures["cpu_per_look_share_of_before"]
    return [
        f"Processor time of a look at {len(IDS)} MPC jobs over a socket, microseconds",
        f"{'':32}{'median':>10}{'least':>10}{'quartiles':>16}",
        *(
            f"{TITLES[name]:32}{value:>10}{spread[name]['least']:>10}"
            f"{spread[name]['first_quartile']:>8}{spread[name]['third_quartile']:>8}"
            for name, value in figures["cpu_per_look_us"].items()
        ),
        *(f"{f'of these, {part}':60}{share:>6.0%}" for part, share in figures["cpu_per_look_parts"].items()),
        *([] if share is None else [f"triggers included, least beside least before: {share:.1%}"]),
    ]


def _spread(values: list[float]) -> dict[str, int]:
    ordered = sorted(values)
    places = {"least": 0, "first_quartile": len(ordered) // 4, "third_quartile": len(ordered) * 3 // 4, "most": -1}
    return {name: round(ordered[place]) for name, place in places.items()} | {"rounds": len(ordered)}


def _in_fresh_interpreter(at: Place, subject: str, rounds: int, looks: int, package: str | None) -> Any:
    words = [sys.executable, "-m", "tests.benchmarks.looks", subject, at.emulator, str(rounds), str(looks)]
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment |= {"HOME": str(at.home), "AIRFLOW_HOME": str(at.home)}  # the SDK writes a file there
    environment["PYTHONPATH"] = f"{_alone(at.home, package)}:{ROOT}" if package else str(ROOT)
    ran = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True, cwd=at.home)
    return json.loads(ran.stdout.splitlines()[-1])


def _alone(home: Path, package: str) -> Path:
    """A folder with nothing but that package: these benchmarks measure both."""
    folder = home / "before"
    if not folder.exists():
        folder.mkdir()
        (folder / "airflow_provider_mediajobs").symlink_to(Path(package).resolve() / "airflow_provider_mediajobs")
    return folder


# --- in the fresh interpreter -----------------------------------------------------------------------------------


def _rounds(look: Callable[[], None], rounds: int, looks: int) -> list[float]:
    for _ in range(WARM_UP):
        look()
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(looks):
            look()
        found.append((time.process_time() - begun) / looks * 1e6)
    return found


def _sdk(url: str, rounds: int, looks: int) -> list[float]:
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.http.http_config import HttpConfig
    from huaweicloudsdkmpc.v1 import ListEditingJobRequest, MpcClient

    from airflow_provider_mediajobs.cli.stack import PROJECT_ID

    builder = MpcClient.new_builder().with_credentials(BasicCredentials(*KEY, PROJECT_ID))
    client = builder.with_http_config(HttpConfig(user_agent="benchmark")).with_endpoints([url]).build()
    request = ListEditingJobRequest(job_id=IDS, page=0, size=10)

    def look() -> None:
        assert len(client.list_editing_job(request).jobs) == len(IDS)

    return _rounds(look, rounds, looks)


async def _poller(url: str, rounds: int, looks: int) -> list[float]:
    """Ten waits whose looks are due again at once, in a lane whose quota is never short."""
    from airflow_provider_mediajobs.cli.stack import PROJECT_ID
    from airflow_provider_mediajobs.core.account import Account, Credentials
    from airflow_provider_mediajobs.poller import schedule
    from airflow_provider_mediajobs.poller.shared import Poller
    from airflow_provider_mediajobs.vendors import kind as kind_of

    schedule.__dict__["LEAST_POLL_INTERVAL_S"] = 1e-4  # the ten jobs are due again as soon as they have been looked at
    quotas = {"mpc": 1e7}
    account = Account("huawei", Credentials(*KEY), project_id=PROJECT_ID, origin=url, quotas=quotas)
    marks: list[float] = []
    enough = asyncio.Event()

    async def read() -> Account:
        return account

    async def wait(job_id: str) -> None:
        ref, told = kind_of(KIND).ref({"job_id": job_id}), 0
        async with lanes.watch([ref], account, read, poll_interval=1e-4, first_event=0) as waiter:
            while True:
                await waiter.next()
                told += 1
                if job_id == IDS[0] and told >= WARM_UP and (told - WARM_UP) % looks == 0:
                    marks.append(time.process_time())
                if len(marks) > rounds:
                    enough.set()

    lanes = Poller()
    waits = [asyncio.create_task(wait(job_id)) for job_id in IDS]
    await enough.wait()
    for task in waits:
        task.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    return [(end - begin) / looks * 1e6 for begin, end in pairwise(marks[: rounds + 1])]


async def _triggers(url: str, rounds: int, looks: int) -> list[float]:
    """The same with the ten triggers that wait, made as a triggerer makes them."""
    from airflow_provider_mediajobs.cli.stack import PROJECT_ID
    from airflow_provider_mediajobs.core import policy
    from airflow_provider_mediajobs.core.account import Account, Credentials
    from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
    from airflow_provider_mediajobs.poller import schedule
    from airflow_provider_mediajobs.poller.shared import Poller
    from airflow_provider_mediajobs.transports.nonblocking import NonblockingTransport
    from airflow_provider_mediajobs.triggers import arguments
    from airflow_provider_mediajobs.triggers.job import MediaJobTrigger

    policy.FIRST_EVENT_S = 0.0  # no worker is to be outlived here
    for module in (schedule, arguments):
        module.__dict__["LEAST_POLL_INTERVAL_S"] = 1e-4
    account = Account("huawei", Credentials(*KEY), project_id=PROJECT_ID, origin=url, quotas={"mpc": 1e7})
    marks: list[float] = []
    enough = asyncio.Event()

    class Counting(NonblockingTransport):
        sent = 0

        async def asend(self, request: HttpRequest) -> HttpResponse:
            if self.sent >= WARM_UP and (self.sent - WARM_UP) % looks == 0:
                marks.append(time.process_time())
            if len(marks) > rounds:
                enough.set()
            self.sent += 1
            return await super().asend(request)

    async def read() -> Account:
        return account

    def made(number: int) -> MediaJobTrigger:
        stored = json.dumps(rows.trigger(rows.OURS, [number], datetime.now(UTC)).serialize()[1])
        return MediaJobTrigger(**json.loads(stored) | {"poll_interval": 1e-4})

    lanes = Poller(connect=Counting)
    waits = [asyncio.create_task(made(number).event(lanes=lanes, read=read)) for number in range(len(IDS))]
    await enough.wait()
    for task in waits:
        task.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    return [(end - begin) / looks * 1e6 for begin, end in pairwise(marks[: rounds + 1])]


def _profile(url: str, rounds: int, looks: int) -> dict[str, float]:
    """The share of each part in the time of looks with triggers, the greatest first."""
    asyncio.run(_triggers(url, 1, looks))  # imports, which are no part of a look
    with sampled() as samples:
        asyncio.run(_triggers(url, rounds, looks))
    return {part: number / samples.total() for part, number in samples.most_common()}


def main() -> None:
    """One subject's rounds, or the profile, as JSON."""
    subject, url, rounds, looks = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    found: Any
    if subject == "sdk":
        found = _sdk(url, rounds, looks)
    elif subject == PROFILE:
        found = _profile(url, rounds, looks)
    else:
        found = asyncio.run((_poller if subject == "poller" else _triggers)(url, rounds, looks))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
