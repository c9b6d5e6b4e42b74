# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A program: one of several processes that share a limit, a triggerer or a worker that calls without end.

python one_process.py triggerer|worker REDIS EMULATOR SECONDS
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

from airflow_provider_mediajobs.client import Client
from airflow_provider_mediajobs.core.account import Account
from airflow_provider_mediajobs.core.exchange import single
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.poller.shared import Poller
from airflow_provider_mediajobs.quotas.bucket import Sort, bucket_of
from airflow_provider_mediajobs.quotas.shared import SharedQuotas
from airflow_provider_mediajobs.quotas.storage import Storage
from airflow_provider_mediajobs.transports.blocking import BlockingTransport
from airflow_provider_mediajobs.vendors import kind as kind_of
from airflow_provider_mediajobs.vendors import vendor
from airflow_provider_mediajobs.vendors.alibaba.api import rpc

KIND = "alibaba.ice.live_editing"
JOBS = 200


async def triggerer(account: Account, quotas: SharedQuotas, seconds: float) -> int:
    """Looks at more jobs than the limit carries."""

    async def read() -> Account:
        return account

    poller = Poller(quotas=quotas)
    refs = [kind_of(KIND).ref({"job_id": f"{number:03}"}) for number in range(JOBS)]
    async with poller.watch(refs, account, read, poll_interval=1, first_event=0) as waiter:
        await asyncio.sleep(seconds)
        return waiter.report.throttled


def worker(account: Account, quotas: SharedQuotas, seconds: float) -> int:
    """Makes as many calls as it may."""
    client, throttled = Client(vendor("alibaba"), account), 0
    bucket, end = bucket_of(account, kind_of(KIND).quota), time.monotonic() + seconds
    with BlockingTransport(account.http) as transport:
        while time.monotonic() < end:
            slot = quotas.take(bucket, Sort.CALL, 20.0, 10.0)
            assert slot is not None
            call = rpc.call(account, "ice", "GetLiveEditingJob", {"JobId": "000"})
            client.run(single(call), transport)
            slot.answered()
            throttled = client.report.throttled
    return throttled


def main(role: str, redis: str, emulator: str, seconds: str) -> int:
    """:returns: how many calls were throttled."""
    account = replace(World().account("alibaba", region="cn-shanghai"), origin=emulator)
    quotas = SharedQuotas(Storage(redis))
    if role == "worker":
        return worker(account, quotas, float(seconds))
    return asyncio.run(triggerer(account, quotas, float(seconds)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
