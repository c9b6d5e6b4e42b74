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
from .....core.submit import told

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
