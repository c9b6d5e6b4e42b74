# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the create operations of Alibaba's products have in common."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from .....core.errors import ParameterError
from .....core.submit import LONGEST_KEY, Order, opened, told, with_key

USER_DATA_BYTES = 512
"""That Intelligent Media Services take of an author's own data."""

_ALWAYS = frozenset({"MissingParameter", "InvalidParameter", "InvalidParameter.Format", "UnsupportedParameter"})


def refusals(names: Collection[str], *further: str) -> frozenset[str]:
    """Codes about the parameters of one operation.

    :param names: of the parameters.
    """
    of_each = {code for name in names for code in (f"Missing{name}", f"Invalid{name}.Malformed")}
    return _ALWAYS | of_each | set(further)


def as_text(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Objects and lists as JSON text, which these operations take them as."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list | tuple) else value
        for name, value in parameters.items()
    }


def refuse_own(names: Mapping[str, str], parameters: Mapping[str, Any], name: str) -> None:
    """:raises ParameterError: for a parameter that only the operator may set."""
    if parameters.get(name) is not None:
        raise ParameterError(f"{told(names, name)} is set by the operator, which tells its job by it; leave it out")


def check_own_data(names: Mapping[str, str], parameters: Mapping[str, Any]) -> None:
    """That ``UserData`` is an object, and has room for our key.

    :raises ParameterError: where it is not, or has none.
    """
    if (own := parameters.get("UserData")) is not None:
        name = told(names, "UserData")
        opened(name, own, Mapping, "an object")
        with_key(name, own, LONGEST_KEY, USER_DATA_BYTES)


def with_own_data(names: Mapping[str, str], order: Order) -> dict[str, Any]:
    """The parameters, with our key in their ``UserData``.

    :raises ParameterError: see :func:`with_key`.
    """
    own = order.parameters.get("UserData")
    return {**order.parameters, "UserData": with_key(told(names, "UserData"), own, order.key, USER_DATA_BYTES)}
