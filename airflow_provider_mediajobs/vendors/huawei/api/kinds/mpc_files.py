# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads the facts of output files from MPC's records, whose resources use two sets of names and units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .....core import facts, shapes
from .....core.output import Output


def _seconds_of_milliseconds(about: Mapping[str, Any]) -> float | None:
    """Seconds, where ``duration_ms`` is in milliseconds."""
    milliseconds = facts.number(about.get("duration_ms"))
    return milliseconds / 1000 if milliseconds is not None else facts.number(about.get("duration"))


def _bytes_of_kilobytes(about: Mapping[str, Any]) -> int | None:
    """Bytes, where ``size`` is in KB and ``size_byte`` in bytes."""
    kilobytes = facts.integer(about.get("size"))
    size = facts.integer(about.get("size_byte"))
    return size if size is not None else kilobytes * 1024 if kilobytes is not None else None


def seconds(about: Mapping[str, Any]) -> float | None:
    """Seconds, where ``duration_ms`` is in seconds with decimals, in spite of its name."""
    exact = facts.number(about.get("duration_ms"))
    return exact if exact is not None else facts.number(about.get("duration"))


def in_bytes(about: Mapping[str, Any]) -> int | None:
    """Bytes, where ``size`` is in bytes."""
    return facts.integer(about.get("size"))


def output(
    place: Mapping[str, Any],
    file_name: str | None,
    about: Any,
    duration: Callable[[Mapping[str, Any]], float | None] = _seconds_of_milliseconds,
    size: Callable[[Mapping[str, Any]], int | None] = _bytes_of_kilobytes,
) -> Output:
    """One output file.

    :param place: the record of its location in OBS: bucket, and object or directory.
    :param file_name: name of the file in that directory; ``None`` where ``place`` is the file.
    :param about: the vendor's record of its facts.
    :param duration: reads the duration in seconds from that record; pages have it in different units.
    :param size: reads the size in bytes from that record, likewise.
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
        md5=facts.text(record.get("md5")),  # empty unless the vendor has enabled it for the tenant
    )


def _first(value: Any) -> dict[str, Any]:
    """The first record of a list of streams; empty where there is none."""
    return next(iter(shapes.known_records(value)), {})


def uri(place: Mapping[str, Any], file_name: str | None) -> str | None:
    """The address ``obs://bucket/directory/name``, as far as the parts are known; ``None`` without a bucket."""
    bucket = facts.text(place.get("bucket"))
    if bucket is None:
        return None
    directory = (facts.text(place.get("object")) or "").strip("/")
    return "obs://" + "/".join(part for part in (bucket, directory, file_name) if part)


def names(value: Any) -> list[str]:
    """The file names in a value that is one name, a list of names, or such a list as JSON text."""
    found = value
    if isinstance(value, str) and value.lstrip().startswith("["):
        with suppress(ValueError):
            found = facts.decoded(value)
    items = found if isinstance(found, list) else [found]
    return [name for item in items if (name := facts.text(item))]
