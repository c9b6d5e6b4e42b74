# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks and encoding of parameters that the create operations of Alibaba Cloud's products share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from .....core.errors import ParameterError
from .....core.sendable import as_json
from .....core.submit import LONGEST_KEY, Order, opened, told, with_key

USER_DATA_BYTES = 512
"""The most bytes of ``UserData`` that Intelligent Media Services take."""

# Codes about parameters that every operation may answer with.
_ALWAYS = frozenset({"MissingParameter", "InvalidParameter", "InvalidParameter.Format", "UnsupportedParameter"})


def refusals(names: Collection[str], *further: str) -> frozenset[str]:
    """The error codes by which an operation refuses parameters, so that they prove that no job was made.

    :param names: the vendor's names of the parameters.
    :param further: codes that the operation's page adds.
    """
    of_each = {code for name in names for code in (f"Missing{name}", f"Invalid{name}.Malformed")}
    return _ALWAYS | of_each | set(further)


def as_text(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, with objects and lists as JSON text, since these operations take them in that form."""
    return {
        name: as_json(value) if isinstance(value, Mapping | list | tuple) else value
        for name, value in parameters.items()
    }


def refuse_own(names: Mapping[str, str], parameters: Mapping[str, Any], name: str) -> None:
    """Check that the author does not set a parameter that the operator sets.

    :param names: the vendor's names of the parameters by the operator's.
    :param name: the vendor's name of the parameter.
    :raises ParameterError: where it is set.
    """
    if parameters.get(name) is not None:
        raise ParameterError(f"{told(names, name)} is set by the operator, to recognise its job; leave it out")


def check_own_data(names: Mapping[str, str], parameters: Mapping[str, Any]) -> None:
    """Check that ``UserData`` is an object with room for the operator's key, if it is given.

    :param names: the vendor's names of the parameters by the operator's.
    :raises ParameterError: where it is no object, or would be too long.
    """
    if (own := parameters.get("UserData")) is not None:
        name = told(names, "UserData")
        opened(name, own, Mapping, "an object")
        with_key(name, own, LONGEST_KEY, USER_DATA_BYTES)


def with_own_data(names: Mapping[str, str], order: Order) -> dict[str, Any]:
    """The order's parameters, with its key in ``UserData``.

    :param names: the vendor's names of the parameters by the operator's.
    :raises ParameterError: see :func:`with_key`.
    """
    own = order.parameters.get("UserData")
    return {**order.parameters, "UserData": with_key(told(names, "UserData"), own, order.key, USER_DATA_BYTES)}
