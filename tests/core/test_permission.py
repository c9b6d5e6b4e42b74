# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which status of a permission follows from the error that a try of it meets."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.permission import PermissionStatus, permission_status


@pytest.mark.parametrize(
    ("error", "permission"),
    [
        (e.JobNotFound("c"), "unclear"),
        (e.PermissionDenied("c"), "denied"),
        (e.AccountNotInOrder("c"), "account not in order"),
        (e.DeniedHere("c"), "wrong project or region"),
        (e.WrongPlace("c"), "wrong project or region"),
        (e.Contradiction(200, "tells"), "vendor's fault"),
        (e.AuthError("c"), "wrong key"),
        (e.CredentialsExpired("c"), "wrong key"),
        (e.CredentialsRefused("c"), "no credentials"),
        (e.CredentialsUnavailable("no answer"), "no credentials"),
        (e.Throttled("c"), "throttled"),
        (e.ServerFault("c"), "vendor's fault"),
        (e.StaleRequest("c"), "vendor's fault"),
        (e.TransportError("no answer"), "unreachable"),
        (e.UnreadableResponse(200, "<html>"), "unreachable"),
        (e.ConfigError("no region"), "wrong project or region"),
        (e.RequestRejected("c"), "unclear"),
        (e.LookCut("c"), "unclear"),
    ],
)
def test_without_a_word_of_the_vendors(error: e.MediaJobsError, permission: str) -> None:
    """The sort of error decides; what nobody has thought of allows nothing."""
    assert permission_status(error, lambda _code: None) == permission


@pytest.mark.parametrize(
    ("error", "permission"),
    [
        (e.PermissionDenied("theirs"), "wrong project or region"),
        (e.PermissionDenied("another"), "denied"),
        (e.ServerFault("theirs"), "vendor's fault"),  # a broken vendor has looked at nothing
        (e.Throttled("theirs"), "throttled"),
        (e.CredentialsRefused("theirs"), "no credentials"),  # the code is the identity service's
        (e.TransportError("theirs"), "unreachable"),
    ],
)
def test_the_vendor_knows_some_codes_better(error: e.MediaJobsError, permission: str) -> None:
    """Of answers that are final."""
    assert (
        permission_status(error, lambda code: PermissionStatus.WRONG_PLACE if code == "theirs" else None) == permission
    )
