# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a kind declares of creating jobs: the request, how a job is found again, what proves that there is none."""

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
"""The name of our key in a vendor's field for the caller's own data."""
NEVER_SENT = frozenset({"DNS", "refused"})
"""Values of ``TransportError.trouble`` after which no connection existed that could have carried a request."""
VISIBLE_S = 120.0
"""Seconds after the request for which a job is searched. No vendor's page says how soon a new job is shown."""
SKEW = timedelta(minutes=2)
"""Greatest difference assumed between the vendor's clock and ours where only times of creation tell jobs apart."""
WIDEST_SKEW = timedelta(minutes=20)
"""The same where jobs carry a key, which decides: vendors accept requests whose date is up to 15 minutes off."""

_DIGITS = 24
_KEY = re.compile(rf"mj([0-9a-f]{{{_DIGITS}}})-([0-9]{{1,9}})-([0-9]{{1,5}})(?:-([0-9a-f]{{6}}))?", re.ASCII)


class Key(NamedTuple):
    """Identifies one job that a task instance creates: at most 48 characters, of letters, digits and ``-``.

    :param task: digest of the DAG's id, the run's id, the task's id and the map index.
    :param generation: Airflow's ``max_tries``, which rises when the task is cleared.
    :param number: number of the job in that generation, from 0.
    :param nonce: random text, empty where it cannot be stored. It tells apart two Airflow installations that run the
        same DAG on one vendor account.
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
        """Parse a key; ``None`` if the text is anything else than one key."""
        found = _KEY.fullmatch(text) if isinstance(text, str) else None
        return None if found is None else cls(found[1], int(found[2]), int(found[3]), found[4] or "")


def task_digest(dag_id: str, run_id: str, task_id: str, map_index: int, installation: str = "") -> str:
    """Return the digest that identifies a task instance in all its tries.

    :param installation: the option ``[mediajobs] installation``, which tells Airflow installations apart that use one
        vendor account; empty if it is not set.
    """
    from hashlib import sha256  # here, not above: importing a sensor in a DAG file must not load it

    parts = (dag_id, run_id, task_id, str(map_index), *([installation] if installation else []))
    return sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]


class Order(NamedTuple):
    """One job to create or to find.

    :param parameters: by the vendor's names.
    :param key: the key that the request carries if the vendor has a field for it.
    :param since: a time before the request was first sent.
    :param now: the current time, used by searches.
    """

    parameters: Mapping[str, Any]
    key: Key
    since: datetime
    now: datetime


class Ours(NamedTuple):
    """A job that carries one of our keys.

    :param ids: the ids by which the job is waited for.
    """

    key: Key
    ids: Mapping[str, str]


class Candidates(NamedTuple):
    """The jobs that a search has found.

    :param ours: jobs that carry a key of this task instance.
    :param plausible: ids of other jobs created since the request. Each may be ours or somebody else's.
    """

    ours: tuple[Ours, ...] = ()
    plausible: tuple[Mapping[str, str], ...] = ()


class Submit(Declared):
    """How jobs of one kind are created.

    :param operation: the vendor's name of the operation.
    :param page: address of the vendor's page about it.
    :param actions: permissions that ``create`` needs. They are never tried, since that would create a job.
    :param parameters: the operators' names of the commonest parameters, each with the vendor's name.
    :param check: ``check(parameters, whole)``: raises :class:`ParameterError` for parameters, by the vendor's names,
        that the page does not allow. It is called when a DAG file is parsed, without templated parameters, and again
        before anything is sent.
    :param create: ``create(account, order)``: an exchange that creates the job and returns the ids to wait by. It
        raises the vendor's errors, and ``UnreadableResponse`` for an answer without an id.
    :param refusals: error codes that prove that no job was created, beside the error classes that always prove it.
    :param find: ``find(account, order)``: an exchange that searches for the job that ``order`` asked for.
    :param find_actions: permissions that ``find`` needs.
    :param find_permissions: those of ``find_actions`` that no wait needs, each with the exchange that tries it.
    :param carrier: the vendor's field that carries the key; empty if there is none.
    :param shows_key: whether ``find`` returns that field, so that a job can be proved to be ours.
    :param deduplicates: whether the vendor creates no second job for a second request with the same key: it refuses the
        request, or answers with the first job's id.
    :param ready: ``ready(account, order)``: an exchange made before anything is stored or sent. It raises an error if
        the job cannot be created yet.
    :param doubt: for documentation: what stays unclear if the answer to ``create`` is lost.
    :param quota: the quota of ``create`` if it differs from that of looks.
    :param find_quota: the quota of ``find`` if it differs from that of looks.
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


# Errors that prove it, whatever their code: of requests never sent, or refused by the vendor's gateway.
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
    """Return whether the error proves that its request created no job. After any error not listed here it may have."""
    if isinstance(error, _PROVEN):
        return not _may_be_of_the_key(error)
    if isinstance(error, errors.TransportError):
        return error.trouble in NEVER_SENT
    if not isinstance(error, errors.RequestRejected | errors.JobNotFound) or error.code not in refusals:
        return False
    # A refusal with an id beside it, or with the status of a failure, contradicts itself.
    return not error.beside and (error.status or 0) < 500


def says_key_was_there(error: MediaJobsError) -> bool:
    """Return whether an error may mean that the vendor knows the key already. No page names a code for that."""
    return isinstance(error, errors.RequestRejected) or _may_be_of_the_key(error)


def _may_be_of_the_key(error: MediaJobsError) -> bool:
    # 403 with a code that no page names: not only a missing permission is refused so, and a proxy may have sent the
    # request twice.
    return isinstance(error, errors.PermissionDenied) and error.by_status and bool(error.code)


def demand(names: Mapping[str, str], parameters: Mapping[str, Any], required: Collection[str]) -> None:
    """Check that no required parameter is missing or empty.

    :param names: ``Submit.parameters``.
    :param required: by the vendor's names.
    :raises ParameterError: naming the first that is missing.
    """
    if missing := next((name for name in required if _is_empty(parameters.get(name))), None):
        raise ParameterError(f"{told(names, missing)} is missing or empty; the vendor demands it")


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {}) or (isinstance(value, str) and not value.strip())


def told(names: Mapping[str, str], name: str) -> str:
    """Return a parameter's name for messages: the operators' name, if there is one, and the vendor's."""
    ours = next((ours for ours, vendors in names.items() if vendors == name), name)
    return shown_name(name) if ours == name else f"{ours} ({name})"


def opened(name: str, value: Any, shape: type | tuple[type, ...], words: str) -> Any:
    """Return a value of a given type, decoded if it is JSON text.

    :param shape: the type, or several.
    :param words: the type's name in the message.
    :raises ParameterError: the value is of another type.
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
    """Return the text of a field for the caller's own data: the author's data with our key added.

    :param name: the field, for messages.
    :param own: the author's data: a JSON object, its text, or any other text; ``None`` for nothing.
    :param longest: the most bytes that the vendor accepts.
    :raises ParameterError: the text is too long, or the author's object holds a member with our name.
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
    """Return the key that :func:`with_key` has added to a field; ``None`` if there is none.

    It counts only in its own place, since the author's data may repeat the record of another job, with its key.

    :param carried: the field as the vendor returns it: an object, its text, or text that ends with the key.
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
"""A key of the greatest length, for checks while a DAG file is parsed."""


def made_id(response: HttpResponse, body: Mapping[str, Any], name: str) -> str:
    """Return an id in the answer to a create request, as text; some vendors send numbers.

    :raises UnreadableResponse: the answer has no such id. A job may have been created nevertheless.
    """
    with shapes.reading(response):
        found = shapes.ident(name, body.get(name))
        if found is None:
            raise shapes.WrongShape(name, "is missing")
    return found
