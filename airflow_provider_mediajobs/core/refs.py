# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Turns the ids that a DAG author gives into references to one job or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from .arguments import instant, is_list
from .errors import ParameterError
from .job import JobRef
from .kind import JobKind
from .policy import MOST_JOBS, Policy, check_count
from .shown import shown

ANY_RUN = "any"
"""Value of ``created_after`` for any run; in a mapped task ``None`` could be a missing XCom."""


class Refs(NamedTuple):
    """The jobs of a wait.

    :param refs: each job once, in the order given.
    :param many: whether a list was given, even of one job: the result then is that of several jobs.
    """

    refs: tuple[JobRef, ...]
    many: bool


def refs(kind: JobKind, ids: Any) -> Refs:
    """References for rendered ids.

    :param ids: the ids by name; with some of them lists of one length, or as a list of such, several jobs. A kind with
        one required id takes a list of its values, too.
    :raises ParameterError: for invalid ids, and for an empty list.
    """
    given = spread(kind, ids)
    if given is None:
        return Refs((kind.ref(ids),), many=False)
    if not given:
        raise ParameterError(
            f"{kind.name}: the list of ids is empty, and a gate over no job would prove nothing; soft_fail=True skips"
        )
    found = dict.fromkeys(_ref(kind, item, place) for place, item in enumerate(given))
    if several := next((ref for ref in found if kind.means_several(dict(ref.ids))), None):
        raise ParameterError(
            f"{several} means all its jobs and cannot be part of a list: give {kind.collection_id} as well"
        )
    return Refs(tuple(found), many=True)


def checked_refs(kind: JobKind, policy: Policy, ids: Any) -> Refs:
    """References for rendered ids, checked against the policy.

    :raises ParameterError: as :func:`refs`, and where the policy does not fit the number of jobs.
    """
    requested = refs(kind, ids)
    several = not requested.many and kind.means_several(dict(requested.refs[0].ids))
    check_episodes(kind, policy, several=several)
    check_count(policy, policy.episodes or 1 if several else len(requested.refs))
    return requested


def check_episodes(kind: JobKind, policy: Policy, *, several: bool) -> None:
    """:raises ParameterError: where the number of episodes is missing or wrong, or is given for one job or a list."""
    episodes: Any = policy.episodes
    if several and (isinstance(episodes, bool) or not isinstance(episodes, int) or not 1 <= episodes <= MOST_JOBS):
        raise ParameterError(
            f"{kind.name}: without {kind.collection_id} the wait is for the whole studio, which would open before "
            f"an episode is listed; give episodes=n, how many must be there (1 or more), not {shown(episodes)}"
        )
    if not several and episodes is not None:
        raise ParameterError(
            f"{kind.name}: episodes goes only with a studio as a whole: leave out episodes{_or(kind.collection_id)}, "
            "or give episodes=None where default_args give a number"
        )


def _or(collection_id: str | None) -> str:
    return f" or {collection_id}" if collection_id else ""


def listed_refs(kind: JobKind, given: Any) -> list[JobRef]:
    """References for an iterable of ids by name, each as often as it is there.

    :raises ParameterError: for invalid ids, and for anything but such an iterable.
    """
    if not isinstance(given, Iterable) or isinstance(given, Mapping | str | bytes):
        raise ParameterError(f"refs must be a list of ids by name, not {shown(given)}")
    found = []
    for place, ids in enumerate(given):
        if place >= MOST_JOBS:
            raise ParameterError(f"refs must be at most {MOST_JOBS} jobs")
        found.append(_ref(kind, ids, place))
    return found


def run_start(kind: JobKind, requested: Sequence[JobRef], created_after: Any) -> datetime | None:
    """The time from which on runs count; ``None`` where any does, or where the ids name the runs.

    :param created_after: rendered value of the argument.
    :raises ParameterError: for anything that is not a time.
    """
    any_run = isinstance(created_after, str) and created_after == ANY_RUN
    if created_after is None or any_run or name_runs(kind, requested):
        return None
    return instant("created_after", created_after)


def name_runs(kind: JobKind, requested: Sequence[JobRef]) -> bool:
    """Whether the ids say of each job which run of it is meant."""
    return all(kind.names_run(dict(ref.ids)) for ref in requested)


def spread(kind: JobKind, ids: Any) -> list[Any] | None:
    """The ids of each job; ``None`` for the ids of a single job. Lists of equal length are combined item by item.

    :raises ParameterError: for anything but ids by name or a list, and for lists of different lengths.
    """
    if is_list(ids):
        bare = len(kind.ids) == 1
        return [{kind.ids[0]: item} if bare and not isinstance(item, Mapping) else item for item in _plain_list(ids)]
    if not isinstance(ids, Mapping):
        raise _no_ids(kind, ids)
    lists = [name for name, value in ids.items() if is_list(value)]
    if not lists:
        return None
    columns = {name: _plain_list(ids[name]) for name in lists}
    if len({len(column) for column in columns.values()}) > 1:
        counts = " and ".join(f"{name} {len(column)}" for name, column in columns.items())
        example = ", ".join(f"'{name}': …" for name in lists)
        raise ParameterError(
            f"{kind.name}: {' and '.join(map(str, lists))} are lists of different lengths ({counts}), so that nothing "
            f"says what belongs together: give MediaJobSensor ids=[{{{example}}}, …]"
        )
    return [{**ids, **dict(zip(columns, values, strict=True))} for values in zip(*columns.values(), strict=True)]


def _plain_list(given: Sequence[Any]) -> list[Any]:
    try:
        return list(given[:])  # of the XComs of a mapped task one request for all of them
    except TypeError:  # of a deque, for one
        return list(given)


def _ref(kind: JobKind, ids: Any, place: int) -> JobRef:
    try:
        if not isinstance(ids, Mapping):
            raise _no_ids(kind, ids)
        return kind.ref(ids)
    except ParameterError as error:
        raise ParameterError(f"{error} (at place {place} of the list)") from None


def _no_ids(kind: JobKind, ids: Any) -> ParameterError:
    example = dict.fromkeys(kind.ids, "…")
    return ParameterError(
        f"{kind.name}: ids must be the ids by name, or a list, not {shown(ids)}; for example {example}"
    )
