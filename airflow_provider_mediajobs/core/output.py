# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Outputs, renditions and errors of a job, as parts of a result."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .storable import is_cut

_FAILED = "failed"  # the state as text: states are made of this module's words
_BETWEEN_NAMES = r"[\s,;\uff0c\u3001]+"  # also the full-width commas of Chinese keyboards

RAW_CAP = 16 * 1024
"""Bytes of the vendor's record that a result carries."""
CUT_MARK = "_cut"
"""Field of a raw record that says that it was cut or changed."""
RAW_CAP_TOGETHER = 256 * 1024
"""Bytes of raw records for all jobs of one wait together."""


class Output(NamedTuple):  # no dataclass: defining one takes five times as long, in every DAG parse
    """One file that the job made. Facts that the vendor does not state are ``None``."""

    uri: str | None = None
    media_id: str | None = None
    format: str | None = None
    duration_s: float | None = None
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    md5: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON, in the order of the result's schema."""
        return self._asdict()


class JobFault(NamedTuple):
    """Why the job failed, in the vendor's words."""

    code: str | None
    message: str | None

    def __str__(self) -> str:
        # A message of several parts may name the code already.
        told = self.code and re.search(rf"(^|: ){re.escape(self.code)}(: |; |$)", self.message or "")
        return ": ".join(part for part in (None if told else self.code, self.message) if part)


class Rendition(NamedTuple):
    """One of the outputs that a transcoding task was asked for.

    :param definition: the vendor's name of its quality (``LD``, ``HD``, …), or several, separated by commas.
    :param template_id: the transcoding template that it follows.
    :param job_id: the vendor's id of its job.
    :param state: a :class:`JobState`, as text.
    :param raw_state: the vendor's word for the state.
    :param progress: percent.
    :param uri: of its file, once it has succeeded.
    """

    definition: str | None
    template_id: str | None
    job_id: str | None
    state: str
    raw_state: str
    progress: int | None = None
    uri: str | None = None
    error: JobFault | None = None

    @property
    def name(self) -> str:
        """A name for messages: definition, template or job id."""
        return self.definition or self.template_id or "rendition"

    def is_called(self, name: str) -> bool:
        """Whether a name in ``required_definitions`` means it: its template id, or one of its definitions."""
        return name in {self.definition, self.template_id, *re.split(_BETWEEN_NAMES, self.definition or "")} - {""}

    def to_dict(self) -> dict[str, Any]:
        """As JSON, in the order of the result's schema."""
        return self._asdict() | {"error": self.error and self.error._asdict()}


def fault_of(renditions: Iterable[Rendition]) -> JobFault | None:
    """Why a job has not made them all: the first failed one's code; the message names each that has failed."""
    failed = [rendition for rendition in renditions if rendition.state == _FAILED]
    if not failed:
        return None
    texts = [": ".join([rendition.name, *([str(rendition.error)] if rendition.error else [])]) for rendition in failed]
    return JobFault(failed[0].error and failed[0].error.code, "; ".join(texts))


def raw_cap(jobs: int) -> int:
    """Bytes of raw record for each of so many jobs, so that together they stay within a limit."""
    return min(RAW_CAP, RAW_CAP_TOGETHER // max(1, jobs))


def cap_raw(raw: Mapping[str, Any], cap: int = RAW_CAP) -> dict[str, Any]:
    """The vendor's record; a long one is replaced by its beginning as text, with a mark.

    A record that was cut already stays unchanged: one that passes through the triggerer comes here twice. A record in
    which a value was replaced because it could not be stored is marked as well.
    """
    if _is_capped(raw, cap):
        return dict(raw)
    if is_cut(raw):
        raw = {CUT_MARK: True, **raw}  # first, since a long record loses its end
    text = json.dumps(raw, ensure_ascii=False)
    data = text.encode()
    if len(data) <= cap:
        loaded: dict[str, Any] = json.loads(text)  # a copy, which shares nothing with the snapshot
        return loaded
    return {"truncated": True, "size_bytes": len(data), "text": data[:cap].decode("utf-8", "ignore")}


def _is_capped(raw: Mapping[str, Any], cap: int) -> bool:
    match raw:
        case {"truncated": True, "size_bytes": int(size), "text": str(text)} if len(raw) == 3:
            return size > cap and len(text.encode()) <= cap
    return False
