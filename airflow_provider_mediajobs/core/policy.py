# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The options of a wait that a DAG author may choose, with their defaults. ``core.outcome`` applies them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .arguments import flag
from .errors import ParameterError
from .job import JobState
from .sendable import check_text
from .shown import shown

if TYPE_CHECKING:
    from .kind import JobKind

WHERE = ("conn_id", "region", "project_id")
"""The arguments that choose the account: an Airflow connection, and overrides of its region and project."""
ON_PARTIAL = ("fail", "accept", "skip")
UNTIL = ("succeeded", "finished", "running")
ON_LIMIT = ("fail", "cancel_then_fail")
NOT_FOUND_GRACE_S = 600.0
POLL_INTERVAL_S = 60.0
LEAST_POLL_INTERVAL_S = 1.0
"""Seconds. With a shorter interval a single wait could use up an account's quota."""
FIRST_EVENT_S = 10.0
"""Seconds. Airflow may fail a task whose trigger fires before its worker has exited."""
LEAST_BACKSTOP_S = 120.0
"""Seconds after the deadline at which Airflow ends a trigger that has failed to end itself."""
BACKSTOP_S = LEAST_BACKSTOP_S + 86_400.0
"""Seconds. Such a margin by the wall clock, which Airflow uses and which may be set meanwhile: a wrong zone makes up to
14 hours, a wrong date mostly a day. A trigger that hangs holds its task for that long."""
MOST_JOBS = 1_000_000
"""The most jobs that one wait may require; more than any account has, and small enough to be stored."""
BURST = 5
"""Calls that one look of a worker makes without pauses; further ones are spaced by the workers' share of the quota."""
WORKERS_SHARE = 0.2
"""Share of the account's limit that is left to workers; triggerers use the rest."""
LOOK_S = 1.0
"""Seconds that a look of a worker waits for a call of a shared rate limit; then the look is skipped."""
LONGEST_S = 600.0
"""Seconds. The longest pause that is made, however long a vendor's retry-after is."""


class Policy(NamedTuple):
    """How a wait decides.

    :param on_partial: what to do on an end that is only a partial success: ``fail``, ``accept`` or ``skip``.
    :param required_definitions: renditions that must have succeeded; the others then do not count.
    :param wait_for: of several jobs: ``all``, ``any``, or how many.
    :param fail_fast: fail as soon as the gate cannot open any more, rather than when every job has ended.
    :param until: what opens the gate: ``succeeded``, ``finished`` (any end) or ``running`` (the job left the queue).
    :param not_found_grace: seconds for which a job may be invisible, from the first look that does not show it.
    :param queue_timeout: seconds for which it may not have started, from the first look that shows that.
    :param stall_timeout: seconds for which neither its state nor its progress may change.
    :param episodes: how many jobs must be there, where the reference means several.
    """

    on_partial: str = "fail"
    required_definitions: tuple[str, ...] = ()
    wait_for: str | int = "all"
    fail_fast: bool = True
    until: str = "succeeded"
    not_found_grace: float = NOT_FOUND_GRACE_S
    queue_timeout: float | None = None
    stall_timeout: float | None = None
    episodes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The options that differ from their defaults; stored with every wait."""
        if self == _DEFAULTS:  # that of most waits
            return {}
        chosen = {name: value for name, value in self._asdict().items() if value != self._field_defaults[name]}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}

    @staticmethod
    def is_json(chosen: Any) -> bool:
        """Whether a value is one that :meth:`to_json` makes: unknown options must not be ignored."""
        return isinstance(chosen, dict) and all(
            name in _CHOICES and _CHOICES[name](value) for name, value in chosen.items()
        )

    @classmethod
    def from_json(cls, chosen: Mapping[str, Any]) -> Policy:
        """The policy; cached, so that waits with the same options share one object."""
        items = sorted(chosen.items())
        return _policy(tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in items))

    def opens(self, state: JobState) -> bool:
        """Whether ``until`` accepts this state without further conditions."""
        return state in _OPENS[self.until]

    def needed(self, jobs: int) -> int:
        """How many of so many jobs must succeed."""
        if self.wait_for == "all":
            return jobs
        return 1 if self.wait_for == "any" else int(self.wait_for)


_DEFAULTS = Policy()

_OPENS: dict[str, frozenset[JobState]] = {
    "succeeded": frozenset(),  # success is subject to further conditions
    "finished": frozenset(state for state in JobState if state.ended),
    "running": frozenset({JobState.RUNNING, JobState.SUCCEEDED, JobState.PARTIAL}),
}


@lru_cache(maxsize=256)
def _policy(chosen: tuple[tuple[str, Any], ...]) -> Policy:
    return Policy(**dict(chosen))


def is_seconds(value: Any) -> bool:
    """Whether it is a number of seconds within the accepted range."""
    return type(value) in (int, float) and 0 <= value <= _TEN_YEARS_S


def _is_limit(value: Any) -> bool:
    return value is None or is_seconds(value)


_TEN_YEARS_S = 10 * 366 * 86_400.0
_CHOICES: dict[str, Callable[[Any], bool]] = {
    "on_partial": lambda value: value in ON_PARTIAL,
    "required_definitions": lambda value: isinstance(value, list) and all(type(name) is str for name in value),
    "wait_for": lambda value: value in ("all", "any") or _is_number(value),
    "fail_fast": lambda value: isinstance(value, bool),
    "until": lambda value: value in UNTIL,
    "not_found_grace": is_seconds,
    "queue_timeout": _is_limit,
    "stall_timeout": _is_limit,
    "episodes": lambda value: value is None or _is_number(value),
}


def one_of(name: str, value: Any, valid: Sequence[str]) -> str:
    """:raises ParameterError: listing the valid ones."""
    if not isinstance(value, str) or value not in valid:
        raise ParameterError(f"{name} must be one of {', '.join(valid)}, not {shown(value)}")
    return str(value)


def check(policy: Policy, kind: JobKind) -> Policy:
    """:raises ParameterError: naming the argument, for one that is wrong or contradicts another."""
    one_of("on_partial", policy.on_partial, ON_PARTIAL)
    one_of("until", policy.until, UNTIL)
    if not (isinstance(policy.wait_for, str) and policy.wait_for in {"all", "any"}) and not _is_number(policy.wait_for):
        raise ParameterError(
            f"wait_for must be 'all', 'any', or how many jobs (1 or more), not {shown(policy.wait_for)}"
        )
    flag("fail_fast", policy.fail_fast)
    _check_partial(policy, kind)
    return policy


def _check_partial(policy: Policy, kind: JobKind) -> None:
    required: tuple[Any, ...] = policy.required_definitions
    for name in required:
        if isinstance(name, str):
            check_text("required_definitions", name)
    if not all(isinstance(name, str) and name.strip() for name in required):
        raise ParameterError(
            f"required_definitions must be names of definitions or template ids, not {shown(required)}"
        )
    if required and not kind.renditions:
        raise ParameterError(
            f"{kind.name}: required_definitions: the vendor tells no renditions of this kind of job; leave it out, or "
            "give () where default_args give others"
        )
    if required and policy.on_partial == "accept":
        raise ParameterError("on_partial='accept' accepts any renditions: leave out it or required_definitions")
    if policy.until != "succeeded" and (required or policy.on_partial != "fail"):
        name = "required_definitions" if required else "on_partial"
        raise ParameterError(
            f"{name} does not go with until={shown(policy.until)}, which asks for no success; leave out one"
        )


def check_count(policy: Policy, jobs: int) -> None:
    """:raises ParameterError: where ``wait_for`` asks for more jobs than there are."""
    if policy.needed(jobs) > jobs:
        raise ParameterError(f"wait_for={policy.wait_for} of {jobs} job{'s' * (jobs > 1)}: so many can never succeed")


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_JOBS
