"""Processor time of one look at ten MPC jobs over a real socket: the poller's beside that of Huawei's own SDK.

The emulator is another process, so what is measured is the client's side alone: pack, sign, send, parse, tell the ten
waiters, schedule. Each is a fresh interpreter; they take turns. The SDK speaks the older generation of the operation,
with the same ten ids.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from statistics import median
from typing import Any

from .place import KEY, ROOT, Place, place

KIND = "huawei.mpc.editing"
IDS = [f"{number:05}" for number in range(10)]
WARM_UP = 200


def measure(*, quick: bool = False) -> dict[str, Any]:
    """Microseconds a look: medians of all rounds, and their spread."""
    turns, rounds, looks = (1, 20, 50) if quick else (5, 20, 100)
    found: dict[str, list[float]] = {"poller": [], "sdk": []}
    with place() as at:
        at.start_emulator()
        for job_id in IDS:
            at.add_job(KIND, {"job_id": job_id}, [["WAITING", 0], ["PROCESSING", 5], ["SUCCEEDED", 7200]], age=600)
        for _ in range(turns):
            for name in found:
                found[name] += _in_fresh_interpreter(at, name, rounds, looks)
    return {
        "cpu_per_look_us": round(median(found["poller"])),
        "sdk_cpu_per_look_us": round(median(found["sdk"])),
        "cpu_per_look_spread_us": {name: _spread(rows) for name, rows in found.items()},
    }


def table(figures: Mapping[str, Any]) -> list[str]:
    """For people."""
    spread = figures["cpu_per_look_spread_us"]
    rows = {"poller": figures["cpu_per_look_us"], "sdk": figures["sdk_cpu_per_look_us"]}
    titles = {"poller": "this package's poller", "sdk": "huaweicloudsdkmpc"}
    return [
        f"Processor time of a look at {len(IDS)} MPC jobs over a socket, microseconds",
        f"{'':28}{'median':>10}{'least':>10}{'quartiles':>16}",
        *(
            f"{titles[name]:28}{value:>10}{spread[name]['least']:>10}"
            f"{spread[name]['first_quartile']:>8}{spread[name]['third_quartile']:>8}"
            for name, value in rows.items()
        ),
    ]


def _spread(values: list[float]) -> dict[str, int]:
    ordered = sorted(values)
    places = {"least": 0, "first_quartile": len(ordered) // 4, "third_quartile": len(ordered) * 3 // 4, "most": -1}
    return {name: round(ordered[place]) for name, place in places.items()} | {"rounds": len(ordered)}


def _in_fresh_interpreter(at: Place, subject: str, rounds: int, looks: int) -> list[float]:
    words = [sys.executable, "-m", "tests.benchmarks.looks", subject, at.emulator, str(rounds), str(looks)]
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment |= {"HOME": str(at.home), "PYTHONPATH": str(ROOT)}  # the SDK writes a file there
    ran = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True, cwd=at.home)
    found: list[float] = json.loads(ran.stdout.splitlines()[-1])
    return found


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


def main() -> None:
    """One subject's rounds, as a JSON list."""
    subject, url, rounds, looks = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    found = asyncio.run(_poller(url, rounds, looks)) if subject == "poller" else _sdk(url, rounds, looks)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
