# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The calls of `mediajobs doctor`, their evaluation, and the report as data. Pure: sending is a parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..core.account import Account
from ..core.errors import (
    ApiError,
    ConfigError,
    Contradiction,
    MediaJobsError,
    PermissionDenied,
    TransportError,
    UnreadableResponse,
)
from ..core.kind import Exchange, JobKind, Permission
from ..core.permission import PermissionStatus, permission_status
from ..core.vendor import Vendor

_STOPS = frozenset({PermissionStatus.WRONG_KEY, PermissionStatus.WRONG_CLOCK, PermissionStatus.NO_CREDENTIALS})

_ADVICE = {
    PermissionStatus.ALLOWED: "",
    PermissionStatus.DENIED: "grant {action}, for example by the policy below",
    PermissionStatus.WRONG_KEY: (
        "correct login and password, or the token, in the connection; enable a key that is disabled"
    ),
    PermissionStatus.NO_CREDENTIALS: (
        "no credentials were obtained: check the role, agency, user or service that the connection names"
    ),
    PermissionStatus.WRONG_CLOCK: "set this machine's clock",
    PermissionStatus.WRONG_PLACE: (
        "check region, project_id and endpoints of the connection: they must belong together, and to the key's account"
    ),
    PermissionStatus.NOT_IN_ORDER: (
        "open the service, or put the account in order, in the vendor's console: payment, suspension, verification"
    ),
    PermissionStatus.THROTTLED: (
        "the account's limit is used up: try again; `quotas` in the connection lowers the part that waits use"
    ),
    PermissionStatus.BROKEN: "try again later",
    PermissionStatus.UNCLEAR: "the vendor's answer does not say whether {action} is allowed: read its text",
}

_TROUBLES = {
    "DNS": "the host name is not found (DNS): check the connection's region and this machine's name servers",
    "TLS": "TLS fails: check `verify`; where a proxy decrypts TLS, `verify` must name a file with its CA certificate",
    "proxy": "the proxy is not reached, or refuses the request: check `proxy` in the connection",
    "timeout": "no answer in time (timeout): a firewall may be in the way, or `proxy` is missing in the connection",
    "refused": "the host refuses the connection: check host and port",
    None: "the network connection broke: try again",
}


class Attempt(NamedTuple):
    """A permission to try.

    :param kinds: names of the kinds that use it.
    :param needed: whether what was asked about cannot work without it; otherwise it only saves calls in the triggerer.
    :param submits: whether operators need it, and waiting does not.
    """

    permission: Permission
    kinds: tuple[str, ...]
    needed: bool
    submits: bool = False

    @property
    def action(self) -> str:
        """The permission by the vendor's name."""
        return self.permission.action

    def explain(self, vendor: Vendor, code: str) -> PermissionStatus | None:
        """What an error code says of it: those that prove it first, then the vendor's tables."""
        return PermissionStatus.ALLOWED if code in self.permission.proved_by else vendor.explain_code(code)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of trying a permission.

    :param endpoint: origin that the call was sent to, or would have been.
    :param advice: what to do; empty where nothing is wrong.
    :param error: the error that was met.
    :param quota: name of the bucket that the call came out of.
    """

    attempt: Attempt
    endpoint: str | None
    permission: PermissionStatus
    advice: str = ""
    error: MediaJobsError | None = None
    quota: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        error = self.error if isinstance(self.error, ApiError) else None
        return {
            "action": self.attempt.action,
            "kinds": list(self.attempt.kinds),
            "needed": self.attempt.needed,
            "submits": self.attempt.submits,
            "endpoint": self.endpoint,
            "verdict": str(self.permission),
            "advice": self.advice,
            "error": None if self.error is None else str(self.error),
            "code": error and error.code,
            "request_id": error and error.request_id,
        }


def plan(kinds: Iterable[JobKind], *, submit: bool = False) -> list[Attempt]:
    """The permissions to try, each once, needed ones first.

    :param submit: also those by which operators find their jobs; making one is never tried.
    """
    every = list(kinds)
    needed = [(permission, kind.name) for kind in every for permission in kind.permissions]
    saving = [(permission, kind.name) for kind in every if kind.probe for permission in kind.probe.permissions]
    attempts: dict[str, Attempt] = {}
    for permission, name in [*needed, *saving]:
        known = attempts.setdefault(permission.action, Attempt(permission, (), (permission, name) in needed))
        attempts[permission.action] = known._replace(kinds=tuple(dict.fromkeys([*known.kinds, name])))
    for kind in every:
        for permission in kind.submit.find_permissions if submit and kind.submit else ():
            attempts.setdefault(permission.action, Attempt(permission, (kind.name,), needed=True, submits=True))
    return list(attempts.values())


def examine(
    vendor: Vendor, account: Account, attempts: Sequence[Attempt], ask: Callable[[Exchange[None]], None]
) -> Iterator[Finding]:
    """Try each permission by one call, but none after an authentication failure, and no more at an unreachable host.

    :param ask: runs an exchange; raises its error.
    """
    silent: set[str] = set()
    refused = False
    for attempt in attempts:
        try:
            request = next(attempt.permission.attempt(account))
        except ConfigError as error:
            yield Finding(attempt, None, PermissionStatus.WRONG_PLACE, _ADVICE[PermissionStatus.WRONG_PLACE], error)
            continue
        endpoint = request.origin
        if refused or endpoint in silent:
            yield Finding(attempt, endpoint, PermissionStatus.NOT_ASKED, _unasked(refused=refused))
            continue
        found = replace(_tried(vendor, account, attempt, endpoint, ask), quota=request.product)
        refused = found.permission in _STOPS
        if found.permission is PermissionStatus.UNREACHABLE:
            silent.add(endpoint)
        yield found


def _tried(
    vendor: Vendor, account: Account, attempt: Attempt, endpoint: str, ask: Callable[[Exchange[None]], None]
) -> Finding:
    try:
        ask(attempt.permission.attempt(account))
    except MediaJobsError as error:
        permission = permission_status(error, lambda code: attempt.explain(vendor, code))
        return Finding(attempt, endpoint, permission, _advice(permission, attempt.action, error), error)
    return Finding(attempt, endpoint, PermissionStatus.ALLOWED)


def _advice(permission: PermissionStatus, action: str, error: MediaJobsError) -> str:
    if isinstance(error, TransportError):
        return _TROUBLES.get(error.trouble, _TROUBLES[None])
    if isinstance(error, UnreadableResponse) and not isinstance(error, Contradiction):
        return "the answer is not the vendor's: a proxy or gateway has sent it; check host, endpoints and `proxy`"
    advice = _ADVICE[permission].format(action=action)
    if permission is PermissionStatus.WRONG_PLACE and isinstance(error, PermissionDenied):
        advice += f"; if they do, {action} may be missing"
    return advice


def _unasked(*, refused: bool) -> str:
    if refused:
        return "not tried after an authentication failure, since five of them in a row lock a key of Huawei Cloud"
    return "not tried, because an earlier call did not reach the host"


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report.

    :param skew: seconds that the vendor's clock is ahead of this machine's; ``None`` where no answer had a date.
    :param storage: address of the storage of shared limits and what is wrong with it; both may be empty.
    """

    conn_id: str
    vendor: Vendor
    account: Account
    kinds: tuple[JobKind, ...]
    findings: tuple[Finding, ...]
    skew: float | None = None
    cancel: bool = False
    submit: bool = False
    storage: tuple[str, str] = ("", "")

    @property
    def well(self) -> bool:
        """Whether gates on these kinds work, and share their rate limits where that is configured."""
        return not self.storage[1] and all(
            finding.permission is PermissionStatus.ALLOWED for finding in self.findings if finding.attempt.needed
        )

    @property
    def endpoints(self) -> dict[str, str | None]:
        """Endpoints by product, which is the part of a permission's name before the colon."""
        return {finding.attempt.action.partition(":")[0]: finding.endpoint for finding in self.findings}

    @property
    def quotas(self) -> list[dict[str, Any]]:
        """The quotas, and whether the vendor throttled a call that counts against them."""
        limits = {quota.name: quota for kind in self.kinds for quota in kind.quotas}
        throttled = {found.quota for found in self.findings if found.permission is PermissionStatus.THROTTLED}
        return [
            {
                "bucket": name,
                "calls": self.account.quotas.get(name, quota.calls),
                "seconds": quota.seconds,
                "source": "the connection" if name in self.account.quotas else quota.source,
                "throttled": name in throttled,
            }
            for name, quota in limits.items()
        ]

    @property
    def submitting(self) -> dict[str, tuple[str, ...]]:
        """Permissions that operators need besides those for waiting, with the kinds of job."""
        waiting = {action for kind in self.kinds for action in (*kind.actions, *kind.probe_actions)}
        found: dict[str, tuple[str, ...]] = {}
        for kind in self.kinds:
            for action in (*kind.submit.actions, *kind.submit.find_actions) if kind.submit else ():
                if action not in waiting:
                    found[action] = (*found.get(action, ()), kind.name)
        return found

    @property
    def policy(self) -> dict[str, Any]:
        """The smallest policy that grants the tried permissions.

        With ``cancel`` also those for cancelling, and with ``submit`` those of the operators.
        """
        cancelling = [action for kind in self.kinds for action in kind.cancel_actions if self.cancel]
        submitting = self.submitting if self.submit else ()
        tried = (finding.attempt.action for finding in self.findings)
        return self.vendor.policy(list(dict.fromkeys([*tried, *submitting, *cancelling])))

    def to_dict(self) -> Mapping[str, Any]:
        """Plain JSON, without secrets."""
        return {
            "well": self.well,
            "conn_id": self.conn_id,
            "vendor": self.vendor.name,
            "region": self.account.region,
            "project_id": self.account.project_id,
            "endpoints": self.endpoints,
            "clock_skew_s": None if self.skew is None else round(self.skew, 1),
            "permissions": [finding.to_dict() for finding in self.findings],
            "submitting": [
                {"action": action, "kinds": list(kinds), "in_policy": self.submit}
                for action, kinds in self.submitting.items()
            ],
            "quotas": self.quotas,
            "quota_storage": dict(zip(("place", "trouble"), self.storage, strict=True)) if self.storage[0] else None,
            "policy": self.policy,
        }
