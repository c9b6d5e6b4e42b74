# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the world remembers about callers: nonces, failed keys, calls made."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

_KEEP_NONCES = timedelta(minutes=45)  # longer than any date is accepted, on either side
_FAILURES = 5
_LOCK = timedelta(minutes=5)


class CallerState:
    """Remembers. Every method is told what time it is."""

    def __init__(self) -> None:
        self._nonces: dict[str, datetime] = {}
        self._failures: dict[str, int] = defaultdict(int)
        self._locked_until: dict[str, datetime] = {}
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)

    def use_nonce(self, nonce: str, now: datetime) -> bool:
        """Whether it is new. Old ones are forgotten: their date would be refused anyway."""
        while self._nonces and now - next(iter(self._nonces.values())) > _KEEP_NONCES:
            del self._nonces[next(iter(self._nonces))]
        new = nonce not in self._nonces
        self._nonces.setdefault(nonce, now)
        return new

    def count_failure(self, access_key: str, now: datetime) -> None:
        """The fifth in a row locks the key for five minutes."""
        self._failures[access_key] += 1
        if self._failures[access_key] >= _FAILURES:
            self._failures[access_key] = 0
            self._locked_until[access_key] = now + _LOCK

    def count_success(self, access_key: str) -> None:
        """The row ends."""
        self._failures.pop(access_key, None)

    def locked(self, access_key: str, now: datetime) -> bool:
        """Whether the key is locked now."""
        return access_key in self._locked_until and now < self._locked_until[access_key]

    def take(self, bucket: str, calls: float, seconds: float, now: datetime) -> bool:
        """Whether one more call fits into the window that ends now. Refused calls do not count."""
        made = self._calls[bucket]
        while made and (now - made[0]).total_seconds() >= seconds:
            made.popleft()
        if len(made) >= calls:
            return False
        made.append(now)
        return True
