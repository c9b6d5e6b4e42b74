# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a record of MPC's tells of a file: the same facts in all of its resources, under two sets of names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .....core import facts, shapes
from .....core.output import Output


def _milliseconds(about: Mapping[str, Any]) -> float | None:
    milliseconds = facts.number(about.get("duration_ms"))
    return milliseconds / 1000 if milliseconds is not None else facts.number(about.get("duration"))


def _kilobytes(about: Mapping[str, Any]) -> int | None:
    kilobytes = facts.integer(about.get("size"))  # `size` is in KB, `size_byte` in bytes
    size = facts.integer(about.get("size_byte"))
    return size if size is not None else kilobytes * 1024 if kilobytes is not None else None


def seconds(about: Mapping[str, Any]) -> float | None:
    """Where ``duration_ms`` is in seconds, with decimals."""
    exact = facts.number(about.get("duration_ms"))
    return exact if exact is not None else facts.number(about.get("duration"))


def in_bytes(about: Mapping[str, Any]) -> int | None:
    """Where ``size`` is in bytes."""
    return facts.integer(about.get("size"))


def output(
    place: Mapping[str, Any],
    file_name: str | None,
    about: Any,
    duration: Callable[[Mapping[str, Any]], float | None] = _milliseconds,
    size: Callable[[Mapping[str, Any]], int | None] = _kilobytes,
) -> Output:
    """One file.

    :param place: its object in OBS, or the directory that it is in.
    :param about: the vendor's record of its facts.
    :param duration: reads the seconds out of that record, where a page has other units for them.
    :param size: the same for the bytes.
    """
    record = shapes.known_record(about)
    video = _first(record.get("video_info")) or _first(record.get("video"))
    audio = _first(record.get("audio_info")) or _first(record.get("audio"))
    return Output(
        uri=uri(place, file_name),
        format=facts.text(record.get("format")),
        duration_s=duration(record),
        size_bytes=size(record),
        width=facts.integer(video.get("width")),
        height=facts.integer(video.get("height")),
        video_codec=facts.text(video.get("codec")),
        audio_codec=facts.text(audio.get("codec")),
        md5=facts.text(record.get("md5")),  # empty unless the tenant had it switched on
    )


def _first(value: Any) -> dict[str, Any]:
    return next(iter(shapes.known_records(value)), {})


def uri(place: Mapping[str, Any], file_name: str | None) -> str | None:
    """Where a file lies: bucket, directory and name, as far as they are known."""
    bucket = facts.text(place.get("bucket"))
    if bucket is None:
        return None
    directory = (facts.text(place.get("object")) or "").strip("/")
    return "obs://" + "/".join(part for part in (bucket, directory, file_name) if part)


def names(value: Any) -> list[str]:
    """Names of files: one, several, or several as JSON text."""
    found = value
    if isinstance(value, str) and value.lstrip().startswith("["):
        with suppress(ValueError):
            found = facts.decoded(value)
    items = found if isinstance(found, list) else [found]
    return [name for item in items if (name := facts.text(item))]
