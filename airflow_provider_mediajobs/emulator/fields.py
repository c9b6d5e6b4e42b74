# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks of the fields of JSON documents that are sent to the control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import ParameterError

Document = Mapping[str, Any]
Shape = tuple[type, ...]

TEXT: Shape = (str,)
WHOLE: Shape = (int,)
NUMBER: Shape = (float, int)
OBJECT: Shape = (dict,)
SCRIPT: Shape = (list, str)
BODY: Shape = (dict, list, str)
TRUTH: Shape = (bool,)
_JSON_NAMES = {
    TEXT: "a string",
    WHOLE: "a whole number",
    NUMBER: "a number",
    OBJECT: "an object",
    SCRIPT: "a list of pairs or one word",
    BODY: "an object, a list or a string",
    TRUTH: "true or false",
}


def checked(document: Document, shapes: Mapping[str, Shape], *required: str) -> dict[str, Any]:
    """The fields of a document, each checked for its JSON type. A field that is ``null`` is left out.

    :param shapes: the JSON type of each known field.
    :param required: names of fields that must be given.
    :raises ParameterError: for an unknown or missing field, or one of another type.
    """
    if unknown := [name for name in document if name not in shapes]:
        raise ParameterError(f"{unknown[0]}: there is no such field; there are {', '.join(shapes)}")
    given = {name: value for name, value in document.items() if value is not None}
    for name in required:
        if name not in given:
            raise ParameterError(f"{name}: this field is required")
    for name, value in given.items():
        if isinstance(value, bool) is not (shapes[name] is TRUTH) or not isinstance(value, shapes[name]):
            raise ParameterError(f"{name} must be {_JSON_NAMES[shapes[name]]}")
    return given
