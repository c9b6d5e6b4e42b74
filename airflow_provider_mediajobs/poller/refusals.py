# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Remembers refused credentials, so that they are not tried again for five minutes.

Huawei Cloud locks a key for five minutes after five refusals in a row.
"""

from __future__ import annotations

from ..core.account import Account
from ..core.errors import AuthError, MediaJobsError

PAUSE_S = 300.0
"""Seconds for which refused credentials are not tried again."""


class Refusals:
    """The refusals of one quota's calls. Another product may accept the same credentials, so each quota has its own."""

    def __init__(self) -> None:
        self._refused: dict[object, tuple[MediaJobsError, float]] = {}

    def note(self, account: Account, error: MediaJobsError, moment: float) -> None:
        """Remember that the account's credentials were refused with this error, at this time of the loop's clock."""
        self._refused[_key(account)] = (error, moment)

    def of(self, account: Account, moment: float) -> MediaJobsError | None:
        """Return the error to report instead of a call with the account's credentials; ``None`` if they may be tried.

        :param moment: the time, by the clock of :meth:`note`.
        """
        self._refused = {key: refused for key, refused in self._refused.items() if moment - refused[1] < PAUSE_S}
        found = self._refused.get(_key(account))
        return None if found is None else _again(found[0], moment - found[1])


def _key(account: Account) -> object:
    """Return what a refusal is about: the credentials, and region and project only if tokens are issued for them."""
    source = account.credential_provider
    place = (account.region, account.project_id) if source is not None and source.of_project else None
    return account.vendor, account.credentials, source, place


def _again(error: MediaJobsError, ago: float) -> MediaJobsError:
    """Return the error with a remark that it was answered ``ago`` seconds earlier."""
    if not isinstance(error, AuthError) or ago <= 0:
        return error
    told = f"{error.message} (answered {ago:.0f} s ago; the same credentials are not tried again for five minutes)"
    return type(error)(error.code, told, status=error.status, request_id=error.request_id, hint=error.hint)
