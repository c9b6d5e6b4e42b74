"""What a job made, and why it did not: facts of the result that have no state of their own to decide by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .storable import is_cut

_BETWEEN_NAMES = r"[\s,;\uff0c\u3001]+"  # also as Chinese keyboards write commas

RAW_CAP = 16 * 1024
"""Bytes of the vendor's record that a result carries."""
CUT_MARK = "_cut"
"""Field of a raw record that says that not all of it is as the vendor sent it."""
RAW_CAP_TOGETHER = 256 * 1024
"""The same for the jobs of one wait together."""


class Output(NamedTuple):  # like others here no dataclass: those take five times as long to make, at every DAG parse
    """One file the job made. What the vendor does not say is ``None``."""

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
        """In the result's order."""
        return self._asdict()


class JobFault(NamedTuple):
    """Why the job failed, in the vendor's words."""

    code: str | None
    message: str | None

    def __str__(self) -> str:
        # A message over several parts names the code in its own part.
        told = self.code and re.search(rf"(^|: ){re.escape(self.code)}(: |; |$)", self.message or "")
        return ": ".join(part for part in (None if told else self.code, self.message) if part)


class Rendition(NamedTuple):
    """One of the outputs that a transcoding task was asked for.

    :param definition: the vendor's name of its quality (``LD``, ``HD``, …), or several, separated by commas.
    :param template_id: the transcoding template that it follows.
    :param job_id: the vendor's id of its job.
    :param state: one of our states, as text.
    :param raw_state: the vendor's word.
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
        """What people call it."""
        return self.definition or self.template_id or "rendition"

    def is_called(self, name: str) -> bool:
        """Whether an author who writes this name means it. One of several definitions goes by each of them."""
        return name in {self.definition, self.template_id, *re.split(_BETWEEN_NAMES, self.definition or "")} - {""}

    def to_dict(self) -> dict[str, Any]:
        """In the result's order."""
        return self._asdict() | {"error": self.error and self.error._asdict()}


def raw_cap(jobs: int) -> int:
    """Bytes of raw record for each of so many jobs: five hundred whole ones would be megabytes."""
    return min(RAW_CAP, RAW_CAP_TOGETHER // max(1, jobs))


def cap_raw(raw: Mapping[str, Any], cap: int = RAW_CAP) -> dict[str, Any]:
    """The vendor's record, or its first 16 KiB as text with a mark: XCom is no place for megabytes.

    One that was cut stays as it is: on its way through the triggerer a record comes here twice. Where something in it
    was replaced when it was decoded, since it could not be stored, a mark says so, too.
    """
    if _is_capped(raw, cap):
        return dict(raw)
    if is_cut(raw):
        raw = {CUT_MARK: True, **raw}  # first: a long one is cut at its end
    text = json.dumps(raw, ensure_ascii=False)
    data = text.encode()
    if len(data) <= cap:
        loaded: dict[str, Any] = json.loads(text)  # a copy of plain JSON: nothing of the snapshot is shared
        return loaded
    return {"truncated": True, "size_bytes": len(data), "text": data[:cap].decode("utf-8", "ignore")}


def _is_capped(raw: Mapping[str, Any], cap: int) -> bool:
    match raw:
        case {"truncated": True, "size_bytes": int(size), "text": str(text)} if len(raw) == 3:
            return size > cap and len(text.encode()) <= cap
    return False
