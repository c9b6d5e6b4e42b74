# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The callers' state in the emulator: used nonces, failed signatures of each key, calls counted against quotas."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

_KEEP_NONCES = timedelta(minutes=45)  # longer than any vendor accepts a request's date, early or late
_FAILURES = 5
_LOCK = timedelta(minutes=5)


class CallerState:
    """Nonces, failed signatures and counted calls. The current time is a parameter of each method that needs it."""

    def __init__(self) -> None:
        self._nonces: dict[str, datetime] = {}
        self._failures: dict[str, int] = defaultdict(int)
        self._locked_until: dict[str, datetime] = {}
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)

    def use_nonce(self, nonce: str, now: datetime) -> bool:
        """Record a nonce.

        Nonces older than 45 minutes are dropped: a replay of such a request is refused for its date.

        :returns: whether the nonce was new.
        """
        while self._nonces and now - next(iter(self._nonces.values())) > _KEEP_NONCES:
            del self._nonces[next(iter(self._nonces))]
        new = nonce not in self._nonces
        self._nonces.setdefault(nonce, now)
        return new

    def count_failure(self, access_key: str, now: datetime) -> None:
        """Record a request whose signature was wrong. The fifth in a row locks the key for five minutes."""
        self._failures[access_key] += 1
        if self._failures[access_key] >= _FAILURES:
            self._failures[access_key] = 0
            self._locked_until[access_key] = now + _LOCK

    def count_success(self, access_key: str) -> None:
        """Record a request whose signature was right: the count of failures starts at zero again."""
        self._failures.pop(access_key, None)

    def locked(self, access_key: str, now: datetime) -> bool:
        """Whether the key is locked at that time, after too many failures."""
        return access_key in self._locked_until and now < self._locked_until[access_key]

    def take(self, bucket: str, calls: float, seconds: float, now: datetime) -> bool:
        """Count one call against a quota, if the quota allows it. Refused calls are not counted.

        :param bucket: name of the quota.
        :param calls: the most calls within any ``seconds`` seconds.
        :returns: whether the call was allowed.
        """
        made = self._calls[bucket]
        while made and (now - made[0]).total_seconds() >= seconds:
            made.popleft()
        if len(made) >= calls:
            return False
        made.append(now)
        return True
