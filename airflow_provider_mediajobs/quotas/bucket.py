"""Whose limit a call comes out of, and how much of it there is. Pure: knows no storage."""

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
"""By which looks are spaced wider than their share: so late a call may reach the vendor after it went out."""

DELAY_S = 3.0
"""For which a look may be on its way to the vendor at most, where the window is short."""


class Sort(StrEnum):
    """Who wants to make a call."""

    LANE = "lane"  # a look of a triggerer
    WORKER = "worker"  # a look of a task
    CALL = "call"  # anything else


class Bucket(NamedTuple):
    """A limit that processes share.

    :param key: names it in the storage, and tells nothing of the account.
    :param calls: the limit,
    :param window: and its seconds.
    :param spacing: seconds between two looks, whoever makes them.
    """

    key: str
    calls: int
    window: float
    spacing: float

    @property
    def delay(self) -> float:
        """Seconds for which a look without an answer may be on its way: one that hangs must not hold up the others."""
        return max(DELAY_S, self.window * WORKERS_SHARE / (1 - WORKERS_SHARE))


def bucket_of(account: Account, quota: Quota, connection: str = "", calls: float | None = None) -> Bucket:
    """The bucket of a quota of an account.

    :param connection: id of the connection that the account comes from.
    :param calls: the limit, where it is not the account's alone.
    """
    calls = account.quotas.get(quota.name, quota.calls) if calls is None else calls
    spacing = quota.seconds / (calls * (1 - WORKERS_SHARE)) * (1 + MARGIN)
    owner = json.dumps([account.vendor, quota.name, *_owner(account, connection)])
    key = hashlib.sha256(owner.encode()).hexdigest()
    # Less than one call in its window is one call in a longer one.
    return Bucket(key, max(1, int(calls)), quota.seconds / min(1.0, calls), spacing)


def quota_of(account: Account, product: str) -> Quota | None:
    """The quota that calls by that name come out of, a product's or its own; ``None`` where no limit is known."""
    return vendor(account.vendor).quotas.get(product)


def _owner(account: Account, connection: str) -> tuple[str, ...]:
    """In words that are the same in every process."""
    if vendor(account.vendor).needs_project and account.project_id:
        return ("project", account.project_id)
    if account.credentials.security_token and connection:  # each renewal brings another access key
        return ("connection", connection)
    source = account.credential_provider
    told = () if source is None else (repr(source), *source.secrets)
    return ("key", account.credentials.access_key, *told)
