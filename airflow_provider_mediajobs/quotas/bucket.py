# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Determines the shared rate limit that a call counts against. Pure: knows no storage."""

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
"""The part by which looks are spaced wider than needed, since some calls take longer than others to the vendor."""

DELAY_S = 3.0
"""The least seconds for which a look without an answer counts as being on its way to the vendor."""


class Sort(StrEnum):
    """What a call is for."""

    LANE = "lane"  # a look of a triggerer
    WORKER = "worker"  # a look of a task
    CALL = "call"  # anything else


class Bucket(NamedTuple):
    """A rate limit that processes share.

    :param key: the name of the limit in the storage; a hash, so that it does not reveal the account.
    :param calls: the number of calls allowed in a window.
    :param window: the length of a window in seconds.
    :param spacing: seconds between two looks, whichever processes make them.
    """

    key: str
    calls: int
    window: float
    spacing: float

    @property
    def delay(self) -> float:
        """Seconds for which a look without an answer counts as being on its way, and so delays others at most."""
        return max(DELAY_S, self.window * WORKERS_SHARE / (1 - WORKERS_SHARE))


def bucket_of(account: Account, quota: Quota, connection: str = "", calls: float | None = None) -> Bucket:
    """Return the bucket of one of an account's quotas.

    :param account: the account.
    :param quota: the quota.
    :param connection: the id of the connection that the account comes from.
    :param calls: the number of calls allowed in ``quota.seconds``; by default what the account says.
    """
    calls = account.quotas.get(quota.name, quota.calls) if calls is None else calls
    spacing = quota.seconds / (calls * (1 - WORKERS_SHARE)) * (1 + MARGIN)
    owner = json.dumps([account.vendor, quota.name, *_owner(account, connection)])
    key = hashlib.sha256(owner.encode()).hexdigest()
    # Less than one call in a window means one call in a longer window.
    return Bucket(key, max(1, int(calls)), quota.seconds / min(1.0, calls), spacing)


def quota_of(account: Account, product: str) -> Quota | None:
    """Return the quota that requests of a product, or of an operation with a limit of its own, count against.

    :param product: the name of the product or operation, as requests have it.
    :returns: ``None`` if no limit is known.
    """
    return vendor(account.vendor).quotas.get(product)


def _owner(account: Account, connection: str) -> tuple[str, ...]:
    """Return what identifies the owner of a limit, the same in every process: a project, a connection or a key."""
    if vendor(account.vendor).needs_project and account.project_id:
        return ("project", account.project_id)
    if account.credentials.security_token and connection:  # the access key changes with each renewal
        return ("connection", connection)
    source = account.credential_provider
    told = () if source is None else (repr(source), *source.secrets)
    return ("key", account.credentials.access_key, *told)
