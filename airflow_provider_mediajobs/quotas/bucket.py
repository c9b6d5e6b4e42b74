# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The rate limit that a call counts against. Pure: knows no storage."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import NamedTuple

from ..core.account import Account
from ..core.kind import Quota
from ..core.policy import WORKERS_SHARE
from ..vendors import vendor

MARGIN = 0.01
"""Share by which looks are spaced wider than needed, for differences in how long calls take to reach the vendor."""

DELAY_S = 3.0
"""Seconds, at least, that a look without an answer counts as being on its way to the vendor."""


class Sort(StrEnum):
    """What a call is for."""

    LANE = "lane"  # a look of a triggerer
    WORKER = "worker"  # a look of a task
    CALL = "call"  # anything else


class Bucket(NamedTuple):
    """A rate limit that processes share.

    :param key: its name in the storage; a hash that does not reveal the account.
    :param calls: number of calls allowed in a window.
    :param window: seconds.
    :param spacing: seconds between two looks of all processes.
    """

    key: str
    calls: int
    window: float
    spacing: float

    @property
    def delay(self) -> float:
        """Seconds for which a look without an answer counts as being on its way; longer ones do not delay others."""
        return max(DELAY_S, self.window * WORKERS_SHARE / (1 - WORKERS_SHARE))


def bucket_of(account: Account, quota: Quota, connection: str = "", calls: float | None = None) -> Bucket:
    """The bucket of a quota of an account.

    :param connection: id of the connection that the account comes from.
    :param calls: the limit, where it differs from the account's.
    """
    calls = account.quotas.get(quota.name, quota.calls) if calls is None else calls
    spacing = quota.seconds / (calls * (1 - WORKERS_SHARE)) * (1 + MARGIN)
    owner = json.dumps([account.vendor, quota.name, *_owner(account, connection)])
    key = hashlib.sha256(owner.encode()).hexdigest()
    # Less than one call in a window means one call in a longer window.
    return Bucket(key, max(1, int(calls)), quota.seconds / min(1.0, calls), spacing)


def quota_of(account: Account, product: str) -> Quota | None:
    """The quota that calls by that name come out of, a product's or its own; ``None`` where no limit is known."""
    return vendor(account.vendor).quotas.get(product)


def _owner(account: Account, connection: str) -> tuple[str, ...]:
    """The owner of the limit as a text that is the same in every process."""
    if vendor(account.vendor).needs_project and account.project_id:
        return ("project", account.project_id)
    if account.credentials.security_token and connection:  # the access key changes with each renewal
        return ("connection", connection)
    source = account.credential_provider
    told = () if source is None else (repr(source), *source.secrets)
    return ("key", account.credentials.access_key, *told)
