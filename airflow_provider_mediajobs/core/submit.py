# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a vendor module declares of making jobs: what is sent, how a job is found again, what a refusal proves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from . import errors, shapes
from .declared import Declared
from .errors import MediaJobsError, ParameterError
from .facts import decoded
from .sendable import as_json, check_json, check_text
from .shown import shown_name

if TYPE_CHECKING:
    from .account import Account
    from .exchange import Exchange, Permission, Quota
    from .http import HttpResponse

NAME = "mediajobs"
"""Under which a vendor's field for the caller's own data carries our key."""
NEVER_SENT = frozenset({"DNS", "refused"})
"""Sorts of trouble of a transport in which no connection was made that could have carried a request."""
VISIBLE_S = 120.0
"""How soon a new job is shown is stated by no page: it is looked for until so long after the request."""
SKEW = timedelta(minutes=2)
"""By which the vendor's clock may differ from ours, where times of creation alone tell what may be ours."""
WIDEST_SKEW = timedelta(minutes=20)
"""Likewise, where jobs carry a key, which decides: vendors take requests that are dated fifteen minutes off."""

_DIGITS = 24
_KEY = re.compile(rf"mj([0-9a-f]{{{_DIGITS}}})-([0-9]{{1,9}})-([0-9]{{1,5}})(?:-([0-9a-f]{{6}}))?", re.ASCII)


class Key(NamedTuple):
    """Names one job that this task instance wants made; 48 characters at most, of letters, digits and ``-``.

    :param task: digest of DAG, run, task and map index.
    :param generation: what a clear of the task raises.
    :param number: of the job in that generation.
    :param nonce: drawn for the job, where that can be written down: two installations may have a DAG in common, and a
        vendor's account.
    """

    task: str
    generation: int
    number: int = 0
    nonce: str = ""

    def __str__(self) -> str:
        nonce = f"-{self.nonce}" if self.nonce else ""
        return f"mj{self.task}-{self.generation}-{self.number}{nonce}"

    @classmethod
    def read(cls, text: Any) -> Key | None:
        """The key that a text is as a whole; ``None`` for anything else."""
        found = _KEY.fullmatch(text) if isinstance(text, str) else None
        return None if found is None else cls(found[1], int(found[2]), int(found[3]), found[4] or "")


def task_digest(dag_id: str, run_id: str, task_id: str, map_index: int, installation: str = "") -> str:
    """Of what Airflow calls a task instance, whichever try of it.

    :param installation: tells this Airflow from others that use the same account; empty where nothing does.
    """
    from hashlib import sha256  # here, not above: importing a sensor in a DAG file must not load it

    parts = (dag_id, run_id, task_id, str(map_index), *([installation] if installation else []))
    return sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]


class Order(NamedTuple):
    """One job to be made, or to be found.

    :param parameters: by the vendor's names.
    :param key: that the request carries, where the vendor takes one.
    :param since: before the request was sent for the first time.
    :param now: for what looks for it.
    """

    parameters: Mapping[str, Any]
    key: Key
    since: datetime
    now: datetime


class Ours(NamedTuple):
    """A job that carries a key of ours.

    :param ids: to wait by.
    """

    key: Key
    ids: Mapping[str, str]


class Candidates(NamedTuple):
    """What the vendor shows.

    :param ours: jobs that carry a key of this task instance.
    :param plausible: ids of others that were made since, and may be ours or a colleague's.
    """

    ours: tuple[Ours, ...] = ()
    plausible: tuple[Mapping[str, str], ...] = ()


class Submit(Declared):
    """How jobs of one kind are made.

    :param operation: the vendor's name for it.
    :param page: of the vendor.
    :param actions: permissions that ``create`` needs, never tried, since that makes a job; likewise ``find_actions``.
    :param find_permissions: those of ``find_actions`` that no wait needs, each with the exchange that tries it.
    :param parameters: names that the operators have for the commonest parameters, and the vendor's.
    :param check: raises :class:`ParameterError` for parameters, by the vendor's names, that the page does not allow. It
        is asked twice: when a DAG is parsed, without those that only rendering will tell, and before anything is sent.
    :param create: ``create(account, order)``: an exchange that makes the job and returns the ids to wait by. It raises
        what the vendor says, and for an answer without an id an ``UnreadableResponse``.
    :param refusals: codes, beside those for which the sort of error says it, that prove that nothing was made.
    :param find: ``find(account, order)``: an exchange that tells which jobs may be the one that was asked for.
    :param carrier: the vendor's field in which the key travels; empty where there is none.
    :param shows_key: whether ``find`` shows that field, so that a job can be proved to be ours.
    :param deduplicates: whether the vendor makes no second job of a second request with the same key: it refuses it, or
        answers with the first one's id.
    :param ready: ``ready(account, order)``: an exchange before anything is written down or sent, which raises what
        stands in the way of the job.
    :param doubt: for people: what stays unclear after a lost answer.
    :param quota: the bucket that ``create`` comes out of, where that is not the one of looks; likewise ``find_quota``.
    """

    operation: str
    page: str
    actions: tuple[str, ...]
    parameters: Mapping[str, str]
    check: Callable[[Mapping[str, Any], bool], None]
    create: Callable[[Account, Order], Exchange[Mapping[str, str]]]
    refusals: frozenset[str] = frozenset()
    find: Callable[[Account, Order], Exchange[Candidates]] | None = None
    find_actions: tuple[str, ...] = ()
    find_permissions: tuple[Permission, ...] = ()
    carrier: str = ""
    shows_key: bool = False
    deduplicates: bool = False
    ready: Callable[[Account, Order], Exchange[None]] | None = None
    doubt: str = ""
    quota: Quota | None = None
    find_quota: Quota | None = None

    __eq__ = object.__eq__
    __hash__ = object.__hash__


# Sorts that prove it, whatever the code: what was never sent, and what a vendor's gateway refuses before the operation.
_PROVEN = (
    errors.ParameterError,
    errors.ConfigError,
    errors.ConnectionUnavailable,
    errors.CredentialsUnavailable,
    errors.LookCut,
    errors.Throttled,
    errors.AuthError,
    errors.PermissionDenied,
    errors.WrongPlace,
)


def proves_nothing_made(error: MediaJobsError, refusals: frozenset[str]) -> bool:
    """Whether no job has come of the request that met this error. It is a closed list: all else is unclear."""
    if isinstance(error, _PROVEN):
        return not _may_be_of_the_key(error)
    if isinstance(error, errors.TransportError):
        return error.trouble in NEVER_SENT
    if not isinstance(error, errors.RequestRejected | errors.JobNotFound) or error.code not in refusals:
        return False
    # A refusal with an id beside it, or with the status of a failure, contradicts itself.
    return not error.beside and (error.status or 0) < 500


def says_key_was_there(error: MediaJobsError) -> bool:
    """Whether a refusal of a key that was sent before may be one for that reason: which code that has is on no page."""
    return isinstance(error, errors.RequestRejected) or _may_be_of_the_key(error)


def _may_be_of_the_key(error: MediaJobsError) -> bool:
    # 403 with a code that no page names: not only a missing permission is refused so, and a proxy may have sent the
    # request twice.
    return isinstance(error, errors.PermissionDenied) and error.by_status and bool(error.code)


def demand(names: Mapping[str, str], parameters: Mapping[str, Any], required: Collection[str]) -> None:
    """That what the vendor demands is there.

    :param names: see :class:`Submit`.
    :param required: by the vendor's names.
    :raises ParameterError: for what is missing.
    """
    if missing := next((name for name in required if _is_empty(parameters.get(name))), None):
        raise ParameterError(f"{told(names, missing)} is missing or empty; the vendor demands it")


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {}) or (isinstance(value, str) and not value.strip())


def told(names: Mapping[str, str], name: str) -> str:
    """A parameter, for people, by the vendor's name and that of the operators."""
    ours = next((ours for ours, vendors in names.items() if vendors == name), name)
    return shown_name(name) if ours == name else f"{ours} ({name})"


def opened(name: str, value: Any, shape: type | tuple[type, ...], words: str) -> Any:
    """A value of one shape, or of several, or JSON text of it.

    :param words: what the shape is called.
    :raises ParameterError: for anything else.
    """
    if isinstance(value, str):
        try:
            value = decoded(value)
        except ValueError:
            value = None
    if not isinstance(value, shape):
        raise ParameterError(f"{name} must be {words}, or JSON text of that")
    check_json(name, value)
    return value


def with_key(name: str, own: Any, key: Key, longest: int) -> str:
    """What the author wants to have carried along, with our key beside it.

    :param own: a JSON object, its text, or any other text; ``None`` for nothing.
    :param longest: bytes that the vendor takes.
    :raises ParameterError: where both have no room, or the author's own has our name in it.
    """
    try:
        held = {} if own in (None, "") else opened(name, own, Mapping, "an object")
    except ParameterError:
        if not isinstance(own, str):
            raise
        text = f"{own} {NAME}:{key}"
    else:
        if NAME in held:
            raise ParameterError(f"{name} must not hold the name {NAME!r}: the operator finds its job by it")
        text = as_json({**held, NAME: str(key)})
    check_text(name, text)
    if (size := len(text.encode())) > longest:
        raise ParameterError(
            f"{name} has {size} bytes with the key that the operator finds its job by; the vendor takes {longest}"
        )
    return text


def carried_key(carried: Any) -> Key | None:
    """The key that :func:`with_key` has put into a vendor's field; ``None`` where there is none.

    Only in its own place: what an author has had carried along may hold keys of other jobs, whose record it repeats.

    :param carried: as the vendor shows it: an object, its text, or a text that ends with the key.
    """
    held = carried
    if isinstance(carried, str):
        try:
            held = decoded(carried)
        except ValueError:
            held = None
    if isinstance(held, Mapping):
        return Key.read(held.get(NAME))
    words = carried.split() if isinstance(carried, str) else []
    own, mark, key = words[-1].rpartition(f"{NAME}:") if words else ("", "", "")
    return Key.read(key) if mark and not own else None


LONGEST_KEY = Key("0" * _DIGITS, 10**9 - 1, 10**5 - 1, "0" * 6)
"""For checks while a DAG is parsed."""


def made_id(response: HttpResponse, body: Mapping[str, Any], name: str) -> str:
    """An id in the answer to a create, as text: some vendors send numbers.

    :raises UnreadableResponse: where it has none: a job may have been made nevertheless.
    """
    with shapes.reading(response):
        found = shapes.ident(name, body.get(name))
        if found is None:
            raise shapes.WrongShape(name, "is missing")
    return found
