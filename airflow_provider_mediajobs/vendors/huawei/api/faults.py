# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads the reason of a job's failure from each field in which Huawei Cloud's records may state it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....core import facts, shapes
from ....core.output import JobFault

_CODES = ("error_code", "errorCode")
_MESSAGES = ("description", "error_msg", "errorMsg", "error_message", "errorMessage", "exec_description", "exec_desc")
_NESTED = ("error", "xcode_error")


def fault(record: Mapping[str, Any]) -> JobFault | None:
    """The code and message of a failed job; ``None`` where its record has neither.

    They may stand beside the status, in a nested record, or in the records of single files (MPC v1).
    """
    told = [record, *(shapes.known_record(record.get(name)) for name in _NESTED)]
    files = [_message(file) for file in shapes.known_records(record.get("output_file_info"))]
    messages = [_message(part) for part in told]
    messages += [text for name in _NESTED if isinstance(text := record.get(name), str) and not _is_json(text)]
    code = next(filter(None, (_first(part, _CODES) for part in told)), None)
    message = next(filter(None, messages), None) or "; ".join(dict.fromkeys(filter(None, files)))
    return JobFault(code, message or None) if code or message else None


def _message(record: Mapping[str, Any]) -> str | None:
    """The message in a record; ``None`` without one."""
    return _first(record, _MESSAGES)


def _is_json(text: str) -> bool:
    """Whether a text is a JSON object, which is read as a record and not as a message."""
    return bool(shapes.known_record(text))


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The text in the first of these fields that has one; ``None`` where none has."""
    return next(filter(None, (facts.text(record.get(name)) for name in names)), None)
