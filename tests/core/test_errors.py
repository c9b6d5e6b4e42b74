# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the tree of errors: which may be retried, and what their messages say."""

from __future__ import annotations

import inspect

import pytest

from airflow_provider_mediajobs.core import errors as e
from airflow_provider_mediajobs.core.job import JobSnapshot, JobState

# parent and retryable, as drawn at the head of the module
TREE = {
    "ParameterError": ("MediaJobsError", False),
    "ConfigError": ("MediaJobsError", False),
    "ConnectionUnavailable": ("MediaJobsError", True),
    "CredentialsUnavailable": ("MediaJobsError", True),
    "TransportError": ("MediaJobsError", True),
    "LookCut": ("MediaJobsError", True),
    "NoCallLeft": ("LookCut", True),
    "LookFailed": ("MediaJobsError", True),
    "UnreadableResponse": ("MediaJobsError", True),
    "Contradiction": ("UnreadableResponse", True),
    "ApiError": ("MediaJobsError", False),
    "Throttled": ("ApiError", True),
    "ServerFault": ("ApiError", True),
    "StaleRequest": ("ApiError", True),
    "AuthError": ("ApiError", False),
    "CredentialsExpired": ("AuthError", False),
    "CredentialsRefused": ("AuthError", False),
    "PermissionDenied": ("ApiError", False),
    "AccountNotInOrder": ("PermissionDenied", False),
    "DeniedHere": ("PermissionDenied", False),
    "JobNotFound": ("ApiError", False),
    "OnlyOlderRuns": ("JobNotFound", False),
    "RequestRejected": ("ApiError", False),
    "WrongPlace": ("RequestRejected", False),
    "JobEnded": ("MediaJobsError", False),
    "JobFailed": ("JobEnded", False),
    "JobCancelled": ("JobEnded", False),
    "JobPartiallySucceeded": ("JobEnded", False),
    "RenditionsUntold": ("JobPartiallySucceeded", False),
    "LimitPassed": ("MediaJobsError", False),
    "QueueTimedOut": ("LimitPassed", False),
    "Stalled": ("LimitPassed", False),
}


def test_the_tree_is_complete() -> None:
    """Every error of the module is in it, and all are ``MediaJobsError``."""
    found = {name for name, cls in inspect.getmembers(e, inspect.isclass) if issubclass(cls, BaseException)}
    assert found == {"MediaJobsError", *TREE}
    assert e.MediaJobsError.__bases__ == (Exception,)
    assert not e.MediaJobsError.retryable


@pytest.mark.parametrize("name", list(TREE))
def test_place_and_retryable(name: str) -> None:
    """Where it hangs, and whether the same look, made later, may bring news."""
    cls = getattr(e, name)
    assert (cls.__bases__[0].__name__, cls.retryable) == TREE[name]


def test_a_parameter_error_is_a_value_error() -> None:
    """What a caller got wrong."""
    assert issubclass(e.ParameterError, ValueError)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (e.ApiError("C", "m", status=400, request_id="r"), "C: m (HTTP 400, request id r)"),
        (e.ApiError("C", "m", status=400), "C: m (HTTP 400)"),
        (e.ApiError("C", "m", request_id="r"), "C: m (request id r)"),
        (e.ApiError("C", "m"), "C: m"),
        (e.ApiError("C"), "C: "),
        (e.Throttled("C", "m", retry_after=2.5), "C: m"),
        (e.AuthError("C", "m", status=401, hint="it may be locked"), "C: m (HTTP 401); it may be locked"),
        (e.AuthError("", "<html>", status=401), "<html> (HTTP 401)"),
        (e.AuthError("", "", status=401), "no reason given (HTTP 401)"),
        (e.AuthError("", "x" * 501, status=401), "x" * 500 + " (HTTP 401)"),
        (e.AuthError("C", "x" * 4001), "C: " + "x" * 4000),
        (e.Contradiction(200, "tells this"), "HTTP 200 with an answer that contradicts itself: it tells this"),
        (e.TransportError("no route"), "no route"),
        (e.JobFailed("it failed"), "it failed"),
        (e.QueueTimedOut("not started for 60 s"), "not started for 60 s"),
        (e.Stalled("no change for 60 s"), "no change for 60 s"),
        (e.UnreadableResponse(502, b"<html>"), "HTTP 502 with a body that is not the vendor's JSON: '<html>'"),
        (e.UnreadableResponse(200, "text"), "HTTP 200 with a body that is not the vendor's JSON: 'text'"),
        (e.UnreadableResponse(200, b"\xff"), "HTTP 200 with a body that is not the vendor's JSON: '\ufffd'"),
    ],
)
def test_messages(error: e.MediaJobsError, text: str) -> None:
    """All the facts there are, and nothing for those there are not."""
    assert str(error) == text


def test_an_unreadable_body_is_cut() -> None:
    """500 characters are shown, in the text and in ``repr``."""
    error = e.UnreadableResponse(502, "x" * 501)
    assert str(error).count("x") == 500
    assert repr(error).count("x") == 500


def test_an_ended_job_carries_its_snapshot() -> None:
    """Where there was one."""
    snapshot = JobSnapshot("k", {}, JobState.FAILED, "FAILED")
    assert e.JobFailed("m", snapshot).snapshot is snapshot
    assert e.JobFailed("m").snapshot is None


def hide(text: str) -> str:
    return text.replace("SECRET", "***")


def test_scrubbing() -> None:
    """What the other side wrote is cleaned everywhere it could show; our own texts stay."""
    api = e.AuthError("C", "got SECRET", status=401)
    unreadable = e.UnreadableResponse(502, "y" * 497 + "SECRET")
    ours = e.TransportError("SECRET")
    for error in (api, unreadable, ours):
        error.scrub(hide)
    assert (str(api), api.message, api.args) == ("C: got *** (HTTP 401)", "got ***", ("C", "got ***"))
    assert "SEC" not in str(unreadable) + repr(unreadable) + unreadable.body
    assert str(unreadable).endswith("y***'")
    assert str(ours) == "SECRET"
