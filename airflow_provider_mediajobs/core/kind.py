r"""What a vendor module declares: kinds of jobs, their ids, states and quotas, and how to ask.

An **exchange** is a generator that holds one conversation with the vendor: it yields :class:`HttpRequest`
values, is sent the :class:`HttpResponse` for each (or thrown the :class:`MediaJobsError` it met), and returns
what it learnt. Paging and follow-up calls are more ``yield``\ s. ``client.run`` and ``client.arun`` drive it,
so nothing is written twice for sync and async.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from .declared import Declared
from .errors import MediaJobsError, ParameterError, WrongPlace
from .job import JobRef, JobSnapshot, JobState, least
from .output import Rendition
from .sendable import check_text
from .storable import CONTROLS, plain

if TYPE_CHECKING:
    from .account import Account
    from .credentials import AuthMethod
    from .http import HttpRequest, HttpResponse
    from .permission import PermissionStatus

T = TypeVar("T")

LONGEST_ID = 1024
NOTHING: Mapping[Any, Any] = MappingProxyType({})
Exchange = Generator["HttpRequest", "HttpResponse", T]

Answer = JobSnapshot | MediaJobsError
"""What a look learnt about one reference: the job, or the error that this reference alone met."""

Answers = Mapping[JobRef, Answer]


class Quota(Declared):
    """A limit the vendor sets for the whole account.

    :param name: of the bucket; kinds with the same name share it. Also the key of an override in the connection.
    :param calls: how many,
    :param seconds: in how many seconds.
    :param source: where the number comes from.
    """

    name: str
    calls: float
    seconds: float
    source: str


class Page(Declared):
    """One page of a vendor's list of all jobs.

    :param total: records in the whole list.
    :param rows: records on this page.
    :param newest_first: the order, as far as the page's times of creation show it.
    :param answers: for the references that were asked for and are on it.
    :param places: where in the whole list each of them is.
    """

    total: int
    rows: int
    newest_first: bool | None
    answers: Answers
    places: Mapping[JobRef, int]


class JobKind(Declared):
    """One way to ask about one sort of job.

    :param name: ``vendor.product.job``.
    :param title: for people.
    :param page: the vendor's page the facts come from.
    :param ids: required ids, in order.
    :param optional: ids that may be given.
    :param states: the vendor's exact words; any other word is ``UNKNOWN``.
    :param quota: the bucket its calls come out of.
    :param look: ``look(account, refs)``: an exchange that returns an answer for each reference it found; a
        reference without one is not visible (yet). All refs share the ids named in ``group_by``.
    :param group_by: ids that one call has in common.
    :param batch_size: references one ``look`` may be given.
    :param console: where people look at these jobs.
    :param actions: permissions that ``look`` needs, by the vendor's names.
    :param probe_actions: those that ``probe`` needs; without them each job is asked for singly.
    :param cancel_actions: those that ``cancel`` needs.
    :param collection_id: an id that, left out, makes the reference mean several jobs (all episodes of a studio).
    :param run_id: an id that names one run; left out, the reference means the newest run of the same medium.
    :param renditions: the vendor's exact words for the state of a rendition, where it tells of each.
    :param lowered: by the state of a record's word and that of one of its renditions, which contradict each other: what
        the record comes to. It is never more than the word says.
    :param cancel: ``cancel(account, ref)``: an exchange that cancels a job which has not started.
    :param probe: ``probe(account, refs)``: an exchange that tells which references surely still run, by a list that is
        wider but less exact than ``look``; the others are to be looked at. All have been seen running; the mapping's
        values are their times of creation, where known.
    :param probe_size: references one ``probe`` may be given.
    :param read_page: ``read_page(account, offset, refs)``: an exchange that reads one page of the vendor's list of all
        jobs, from a record on, and answers for those of the references that are on it.
    :param needs: optional ids that say something only beside another one: that one's name.
    :param check: further checks of the ids; raises :class:`ParameterError`.
    """

    name: str
    title: str
    page: str
    ids: tuple[str, ...]
    states: Mapping[str, JobState]
    quota: Quota
    look: Callable[[Account, Sequence[JobRef]], Exchange[Answers]]
    console: str = ""
    actions: tuple[str, ...] = ()
    probe_actions: tuple[str, ...] = ()
    cancel_actions: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    batch_size: int = 1
    collection_id: str | None = None
    run_id: str | None = None
    renditions: Mapping[str, JobState] = NOTHING
    lowered: Mapping[tuple[JobState, JobState], JobState] = NOTHING
    cancel: Callable[[Account, JobRef], Exchange[None]] | None = None
    needs: Mapping[str, str] = NOTHING
    check: Callable[[Mapping[str, str]], None] | None = None
    probe: Callable[[Account, Mapping[JobRef, datetime | None]], Exchange[frozenset[JobRef]]] | None = None
    probe_size: int = 1
    read_page: Callable[[Account, int, Collection[JobRef]], Exchange[Page]] | None = None

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def state(self, word: str) -> JobState:
        """Exact words only: no case folding, no prefix rules."""
        return self.states.get(word, JobState.UNKNOWN)

    def state_of(self, word: str, renditions: Iterable[Rendition] | None) -> JobState:
        """What a record comes to: what its word says, or less where its own renditions contradict it.

        :param renditions: as far as the record tells of any.
        """
        said = self.state(word)
        made = {JobState(rendition.state) for rendition in renditions or ()}
        return least([said, *(self.lowered.get((said, state), said) for state in made)])

    def ref(self, ids: Mapping[str, Any]) -> JobRef:
        """A checked reference.

        :raises ParameterError: for a missing or unknown id, or a value that is no id.
        """
        self.check_names(ids)
        self.check_values(ids)
        return JobRef(self.name, tuple((name, ids[name]) for name in self.all_ids if name in ids))

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Required, then optional."""
        return self.ids + self.optional

    def check_names(self, ids: Mapping[str, Any]) -> None:
        """:raises ParameterError: for a missing or unknown id name."""
        if missing := [name for name in self.ids if name not in ids]:
            raise ParameterError(f"{self.name}: {missing[0]} is missing ({self._valid_ids()})")
        if unknown := [name for name in ids if name not in self.ids and name not in self.optional]:
            raise ParameterError(f"{self.name}: there is no id {unknown[0]!r} ({self._valid_ids()})")
        if alone := [name for name, other in self.needs.items() if name in ids and other not in ids]:
            raise ParameterError(
                f"{self.name}: {alone[0]} goes with {self.needs[alone[0]]}: give both, or leave it out"
            )

    def _valid_ids(self) -> str:
        return f"required: {', '.join(self.ids)}" + (f"; optional: {', '.join(self.optional)}" if self.optional else "")

    def check_values(self, ids: Mapping[str, Any]) -> None:
        """For some of the ids too, as far as that goes.

        :raises ParameterError: for a value that is no id.
        """
        for name, value in ids.items():
            check_id(f"{self.name}: {name}", value)
        if self.check is not None:
            self.check(ids)

    def means_several(self, ids: Mapping[str, Any]) -> bool:
        """Whether these ids name a set of jobs rather than one."""
        return self.collection_id is not None and self.collection_id not in ids

    def batches(self, refs: Iterable[JobRef]) -> Iterator[list[JobRef]]:
        r"""The references, once each, in as few ``look``\ s as the vendor allows."""
        groups: dict[tuple[str | None, ...], list[JobRef]] = {}
        for ref in dict.fromkeys(refs):
            groups.setdefault(tuple(ref.get(name) for name in self.group_by), []).append(ref)
        for group in groups.values():
            for start in range(0, len(group), self.batch_size):
                yield group[start : start + self.batch_size]


class Vendor(Declared):
    """One cloud.

    :param name: first part of its kinds' names, and its hook's module.
    :param title: for people.
    :param hook_class: class in ``hooks/<name>.py``.
    :param hook_name: what Airflow's connection form calls it.
    :param conn_type: Airflow connection type.
    :param signatures: algorithms to choose from, the default first.
    :param products: products that have endpoints of their own.
    :param regions: suggested by the form, the usual one first; nothing falls back to one, since jobs are regional.
    :param sign: ``sign(request, account, now, nonce)``: the request as it is sent.
    :param check: ``check(response, request)``: raises the :class:`MediaJobsError` that an answer means.
    :param probe: a harmless exchange that proves the credentials and returns a sentence for people.
    :param try_permission: ``try_permission(account, action)``: a harmless exchange about a job that cannot exist,
        which needs that one permission and is refused without it.
    :param explain_code: ``explain_code(code, action)``: what an error code, met while that permission is tried, says
        of it.
    :param policy: ``policy(actions)``: the least document of the vendor's access management that permits them.
    :param auth_methods: the ways to come by credentials, the default first.
    :param find_project: looks up the project id that requests name, by the account's region, where the connection has
        none; ``None`` for a vendor without projects.
    :param api_versions: generations by product, the default first, where a product has several.
    """

    name: str
    title: str
    hook_class: str
    hook_name: str
    conn_type: str
    signatures: tuple[str, ...]
    products: tuple[str, ...]
    kinds: tuple[JobKind, ...]
    sign: Callable[[HttpRequest, Account, datetime, str], HttpRequest]
    check: Callable[[HttpResponse, HttpRequest | None], None]
    probe: Callable[[Account], Exchange[str]]
    try_permission: Callable[[Account, str], Exchange[None]]
    explain_code: Callable[[str, str], PermissionStatus | None]
    policy: Callable[[Sequence[str]], dict[str, Any]]
    regions: tuple[str, ...]
    auth_methods: tuple[AuthMethod, ...] = ()
    find_project: Callable[[Account], Exchange[str]] | None = None
    api_versions: Mapping[str, tuple[str, ...]] = NOTHING

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def needs_project(self) -> bool:
        """Whether requests name a project, and quotas are a project's."""
        return self.find_project is not None

    @property
    def default_conn_id(self) -> str:
        return f"{self.conn_type}_default"


def of_these(refs: Iterable[JobRef], error: MediaJobsError) -> dict[JobRef, Answer]:
    """An error as the answer about these references alone: trouble of their waits, not of those looked at along.

    :raises WrongPlace: as it is: whatever is asked for there is refused with it.
    """
    if isinstance(error, WrongPlace):
        raise error
    return dict.fromkeys(refs, error)


def single(request: HttpRequest) -> Exchange[dict[str, Any]]:
    """One request of any operation and the JSON of its answer; ``{}`` for an answer without a body (204)."""
    response = yield replace(request, foreign=True)
    found: dict[str, Any] = plain(response.json()) if response.body else {}
    return found


def check_id(name: str, value: Any) -> str:
    """A value that can be an id: non-empty text without surrounding blanks and control characters.

    Numbers are refused rather than turned into text: Jinja's native rendering has already turned ``1234_5678``
    into 12345678 and ``1e5`` into 100000.0 by the time we see one.

    :raises ParameterError: naming the parameter, what was wrong and what to do.
    """
    if value is None or value == "None":  # "None" is how a template renders an XCom that is not there
        raise ParameterError(f"{name} is None: the template or XCom behind it gave nothing")
    if not isinstance(value, str):
        article = "a list" if isinstance(value, list | tuple | set) else f"{type(value).__name__}"
        raise ParameterError(
            f"{name} must be one id as text, not {article} ({value!r}); for a number write it in quotes"
        )
    if not value.strip():
        raise ParameterError(f"{name} is empty; give the vendor's id")
    if value != value.strip():
        raise ParameterError(f"{name} has blanks around it: {value!r}; strip them")
    check_text(name, value)
    if len(value) > LONGEST_ID or re.search(CONTROLS, value):
        raise ParameterError(
            f"{name} must have at most {LONGEST_ID} characters and no control characters, not {ascii(value)[:100]}"
        )
    return value
