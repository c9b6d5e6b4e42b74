# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The declaration of a kind of job: its ids, states, quotas, and the exchanges that query, list or cancel its jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .arguments import check_id
from .declared import Declared
from .errors import ParameterError
from .exchange import (
    Answer,
    Answers,
    Cancel,
    Exchange,
    ListPages,
    Page,
    Permission,
    Probe,
    Quota,
    of_these,
)
from .job import JobRef, JobSnapshot, JobState, least, together
from .output import Rendition
from .shown import shown

if TYPE_CHECKING:
    from .account import Account
    from .submit import Submit

__all__ = (
    "Answer",
    "Answers",
    "Cancel",
    "Exchange",
    "JobKind",
    "ListPages",
    "Page",
    "Permission",
    "Probe",
    "Quota",
    "of_these",
)

NOTHING: Mapping[Any, Any] = MappingProxyType({})
_MADE = frozenset({JobState.SUCCEEDED, JobState.PARTIAL})


class JobKind(Declared):
    """A kind of job: everything that is known of it, declared in one module of a vendor.

    :param name: ``vendor.product.job``.
    :param title: the kind's name for people.
    :param page: URL of the vendor's page that the facts come from.
    :param ids: required ids, in order.
    :param optional: ids that may be given.
    :param states: states by the vendor's exact status words; any other word is ``UNKNOWN``.
    :param quota: the quota that status queries count against, and all other calls that name none of their own.
    :param details_quota: the quota of further calls that a status query makes, where that is another one.
    :param look: ``look(account, refs)``: the status query, an exchange that returns an answer for each reference it
        found; a reference without one is not visible (yet). All refs share the ids named in ``group_by``.
    :param group_by: names of the ids that all references of one ``look`` must share.
    :param batch_size: the most references that one ``look`` may be given.
    :param console: URL of the vendor's console page for these jobs.
    :param console_list: URL of the page there that lists such jobs, where a page of the vendor's has it.
    :param permissions: the permissions that ``look`` needs.
    :param collection_id: an id that, left out, makes the reference mean several jobs (all episodes of a studio).
    :param run_id: an id that names one run; left out, the reference means the newest run of the same medium.
    :param newest_run: whether the ids name a medium and no run has an id: the reference always means the newest run.
    :param renditions: states by the vendor's exact words for a rendition, where records report each rendition.
    :param lowered: the job's state where its word and a rendition contradict each other, by the state of the word and
        the state of the rendition. It must promise less than the word's state.
    :param told_by_renditions: words that say that a job has ended, but not how (``states`` maps them to no end): the
        end follows from the renditions, once all of them are reported and have ended.
    :param cancel: cancels a job that has not started.
    :param probe: asks in one call which of many jobs still run.
    :param read_page: reads one page of the vendor's list of all jobs.
    :param submit: how such jobs are submitted.
    :param needs: optional ids that are valid only together with another id: the other's name by theirs.
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
    console_list: str = ""
    permissions: tuple[Permission, ...] = ()
    optional: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    batch_size: int = 1
    collection_id: str | None = None
    run_id: str | None = None
    newest_run: bool = False
    renditions: Mapping[str, JobState] = NOTHING
    lowered: Mapping[tuple[JobState, JobState], JobState] = NOTHING
    told_by_renditions: frozenset[str] = frozenset()
    cancel: Cancel | None = None
    needs: Mapping[str, str] = NOTHING
    check: Callable[[Mapping[str, str]], None] | None = None
    probe: Probe | None = None
    read_page: ListPages | None = None
    submit: Submit | None = None
    details_quota: Quota | None = None

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __post_init__(self) -> None:
        """Check the declaration.

        :raises TypeError: for a permission without an exchange that tries it.
        :raises ValueError: for a ``lowered`` state that promises no less than the word's, or a word of
            ``told_by_renditions`` that ``states`` maps to an end.
        """
        probed = self.probe.permissions if self.probe else ()
        for permission in (*self.permissions, *probed):
            if not callable(getattr(permission, "attempt", None)):
                raise TypeError(f"{self.name}: the permission {permission!r} has no exchange that tries it")
        for (said, _), comes_to in self.lowered.items():
            if not comes_to.promises_less_than(said):
                raise ValueError(f"{self.name}: a rendition lowers {said} to less, not to {comes_to}")
        if ends := sorted(word for word in self.told_by_renditions if self.state(word).ended):
            raise ValueError(f"{self.name}: {', '.join(ends)} cannot be an end that only the renditions tell of")

    @property
    def actions(self) -> tuple[str, ...]:
        """Permissions that ``look`` needs, by the vendor's names."""
        return tuple(permission.action for permission in self.permissions)

    @property
    def probe_actions(self) -> tuple[str, ...]:
        """Permissions that ``probe`` needs, by the vendor's names."""
        return tuple(permission.action for permission in self.probe.permissions) if self.probe else ()

    @property
    def cancel_actions(self) -> tuple[str, ...]:
        """Permissions that ``cancel`` needs, by the vendor's names."""
        return self.cancel.actions if self.cancel else ()

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """The quotas that the kind's calls count against, each once, that of status queries first."""
        return tuple(dict.fromkeys(self.calls.values()))

    @property
    def calls(self) -> dict[str, Quota]:
        """The quota of each sort of call that the kind has."""
        own: dict[str, Quota | None] = {"query": self.quota}
        if self.details_quota is not None:
            own["details"] = self.details_quota
        if self.probe is not None:
            own["probe"] = self.probe.quota
        if self.read_page is not None:
            own["list"] = None
        if self.submit is not None:
            own["create"] = self.submit.quota
            if self.submit.find is not None:
                own["find"] = self.submit.find_quota
        if self.cancel is not None:
            own["cancel"] = self.cancel.quota
        return {call: quota or self.quota for call, quota in own.items()}

    @property
    def probe_size(self) -> int:
        """The most references that one ``probe`` may be given; 1 without a probe."""
        return self.probe.size if self.probe else 1

    def state(self, word: str) -> JobState:
        """The state that a status word means by itself. Words are compared exactly, with regard to case."""
        return self.states.get(word, JobState.UNKNOWN)

    def state_of(
        self, word: str, renditions: Iterable[Rendition] | None = None, *, told_later: bool = False
    ) -> JobState:
        """The state of a job by its record: the one rule, wherever a snapshot is made or read.

        Renditions that contradict the word lower its state (see ``lowered``) and never raise it. Only a word of
        ``told_by_renditions`` gets its end from the renditions, if all are reported and have ended.

        :param word: the record's status word.
        :param renditions: the renditions that the record reports, if any.
        :param told_later: whether a later status query may report more renditions.
        """
        said = self.state(word)
        if not renditions and word not in self.told_by_renditions:
            return said  # of most kinds, at every look at every job
        made = [JobState(rendition.state) for rendition in renditions or ()]
        if word in self.told_by_renditions and not told_later:
            whole = together(made)
            return whole if whole.ended else said
        return least([said, *(self.lowered.get((said, state), said) for state in set(made))])

    def may_come_to(self, word: str, state: JobState) -> bool:
        """Whether a job whose record has this word may be in that state, depending on its renditions."""
        said = self.state(word)
        return state is said or state.promises_less_than(said) or (word in self.told_by_renditions and state.ended)

    def says_made(self, word: str) -> bool:
        """Whether the word means that the job has ended and may have outputs."""
        return self.state(word) in _MADE or word in self.told_by_renditions

    def tells_later(self, job: JobSnapshot) -> bool:
        """Whether a later status query may report renditions that change the job's end."""
        return job.told_later and (job.renditions is None or job.raw_state in self.told_by_renditions)

    def snapshot(
        self,
        ids: Mapping[str, str],
        word: str,
        renditions: tuple[Rendition, ...] | None = None,
        *,
        told_later: bool = False,
        **facts: Any,
    ) -> JobSnapshot:
        """A snapshot of one job, by its record. Its state is that of :meth:`state_of`.

        Every snapshot with a vendor's word is made here, so that no module decides on the state otherwise.

        :param ids: the job's ids.
        :param word: the record's status word.
        :param renditions: the renditions that the record reports; ``None`` where it reports none.
        :param told_later: whether a later status query may report more renditions.
        :param facts: further fields of :class:`JobSnapshot`; a time of the end is left out while the job has not ended.
        """
        state = self.state_of(word, renditions, told_later=told_later)
        if not state.ended:
            facts["finished_at"] = None
        return JobSnapshot(self.name, ids, state, word, renditions=renditions, told_later=told_later, **facts)

    def names_run(self, ids: Mapping[str, Any]) -> bool:
        """Whether these ids name one run, as opposed to the newest run of a medium."""
        return not self.newest_run if self.run_id is None else bool(ids.get(self.run_id))

    @property
    def jobs_page(self) -> str:
        """Where a link to these jobs leads."""
        return self.console_list or self.console

    def ref(self, ids: Mapping[str, Any]) -> JobRef:
        """A reference to a job, by ids that are checked.

        :raises ParameterError: for a missing or unknown id, or a value that cannot be an id.
        """
        self.check_names(ids)
        self.check_values(ids)
        return JobRef(self.name, tuple([(name, ids[name]) for name in self.all_ids if name in ids]))

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Names of all ids: the required ones, then the optional ones."""
        return self.ids + self.optional

    def check_names(self, ids: Mapping[str, Any]) -> None:
        """Check the names of a job's ids.

        :raises ParameterError: for a missing or unknown id, or one that needs another one that is missing.
        """
        if ids.keys() == set(self.ids):  # the usual ones; ``needs`` is of optional ones
            return
        if missing := [name for name in self.ids if name not in ids]:
            raise ParameterError(f"{self.name}: {missing[0]} is missing ({self._valid_ids()})")
        if unknown := [name for name in ids if name not in self.ids and name not in self.optional]:
            raise ParameterError(f"{self.name}: there is no id {shown(unknown[0])} ({self._valid_ids()})")
        if alone := [name for name, other in self.needs.items() if name in ids and other not in ids]:
            raise ParameterError(
                f"{self.name}: {alone[0]} goes with {self.needs[alone[0]]}: give both, or leave it out"
            )

    def _valid_ids(self) -> str:
        return f"required: {', '.join(self.ids)}" + (f"; optional: {', '.join(self.optional)}" if self.optional else "")

    def check_values(self, ids: Mapping[str, Any]) -> None:
        """Check the values of a job's ids, or of some of them.

        :raises ParameterError: for a value that cannot be an id.
        """
        for name, value in ids.items():
            check_id(f"{self.name}: {name}", value)
        if self.check is not None:
            self.check(ids)

    def means_several(self, ids: Mapping[str, Any]) -> bool:
        """Whether these ids name a set of jobs rather than one."""
        return self.collection_id is not None and self.collection_id not in ids

    def batches(self, refs: Iterable[JobRef]) -> Iterator[list[JobRef]]:
        """The references without duplicates, in lists that one ``look`` each may be given."""
        groups: dict[tuple[str | None, ...], list[JobRef]] = {}
        for ref in dict.fromkeys(refs):
            groups.setdefault(tuple(ref.get(name) for name in self.group_by), []).append(ref)
        for group in groups.values():
            for start in range(0, len(group), self.batch_size):
                yield group[start : start + self.batch_size]
