# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A protocol of the operator for the modules that its class imports, which cannot import the class."""

from __future__ import annotations

from typing import Any, Protocol

from ..core.choices import Choices
from ..sensors.protocols import RunningSensor


class RunningOperator(RunningSensor, Protocol):
    """The attributes of an operator that its running task uses: see :class:`MediaJobOperator`."""

    parameters: Any
    choices: Choices
    wait_for_completion: bool
    running_ti: Any
    underway: str
