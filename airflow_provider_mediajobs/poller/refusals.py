# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Keys that a vendor has refused are left alone for a while: Huawei locks one after five refusals in a row."""

from __future__ import annotations

from ..core.account import Account
from ..core.errors import AuthError, MediaJobsError

LEFT_ALONE_S = 300.0


class Refusals:
    """Of one lane: what one product refuses, another may take."""

    def __init__(self) -> None:
        self._refused: dict[object, tuple[MediaJobsError, float]] = {}

    def note(self, account: Account, error: MediaJobsError, moment: float) -> None:
        """The account's credentials were refused."""
        self._refused[_key(account)] = (error, moment)

    def of(self, account: Account, moment: float) -> MediaJobsError | None:
        """The error to tell instead of asking with the account's credentials."""
        self._refused = {key: refused for key, refused in self._refused.items() if moment - refused[1] < LEFT_ALONE_S}
        found = self._refused.get(_key(account))
        return None if found is None else _again(found[0], moment - found[1])


def _key(account: Account) -> object:
    """Another key, or another secret of the same, is another matter; another region is not, unless tokens are of it."""
    source = account.credential_provider
    place = (account.region, account.project_id) if source is not None and source.of_project else None
    return account.vendor, account.credentials, source, place


def _again(error: MediaJobsError, ago: float) -> MediaJobsError:
    if not isinstance(error, AuthError) or ago <= 0:
        return error
    told = f"{error.message} (answered {ago:.0f} s ago; the same credentials are not tried again for five minutes)"
    return type(error)(error.code, told, status=error.status, request_id=error.request_id, hint=error.hint)
