# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Looks up the project id of a region, for connections of Huawei Cloud that have none."""

from __future__ import annotations

from dataclasses import replace

from .client import Client
from .core.account import Account
from .core.errors import AuthError, ConfigError, CredentialsUnavailable, MediaJobsError, PermissionDenied
from .core.http import AsyncTransport, Transport
from .core.kind import Exchange
from .vendors import vendor


def is_missing(account: Account) -> bool:
    """Return whether an account needs a project id and its connection has none."""
    return vendor(account.vendor).needs_project and account.project_id is None


def completed(client: Client, transport: Transport) -> Account:
    """Look up the project id of the region of a client's account, and return the account with it.

    :raises CredentialsUnavailable: it could not be looked up now.
    :raises AuthError: the credentials were refused.
    :raises PermissionDenied: the credentials may not list projects.
    :raises ConfigError: it was refused for another reason.
    """
    account = client.account
    try:
        return replace(account, project_id=client.run(_looked_up(client), transport))
    except MediaJobsError as error:
        raise _told(error, account) from None


async def acompleted(client: Client, transport: AsyncTransport) -> Account:
    """Look up the project id as :func:`completed`, on an event loop."""
    account = client.account
    try:
        return replace(account, project_id=await client.arun(_looked_up(client), transport))
    except MediaJobsError as error:
        raise _told(error, account) from None


def _looked_up(client: Client) -> Exchange[str]:
    assert client.vendor.find_project is not None  # noqa: S101 - accounts of other vendors need no project
    return client.vendor.find_project(client.account)


def _told(error: MediaJobsError, account: Account) -> MediaJobsError:
    """Return the error for callers. Its class must not be one that is taken for an answer about a job."""
    if isinstance(error, AuthError | PermissionDenied | ConfigError):
        return error
    told = f"the project of region {account.region} could not be looked up: {error}"
    return CredentialsUnavailable(told) if error.retryable else ConfigError(f"{told}; set `project_id`")
