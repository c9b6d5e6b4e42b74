# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The sensor and operator classes of kinds, and their required arguments. Needs Airflow."""

from __future__ import annotations

import ast
import inspect
from textwrap import dedent

from airflow_provider_mediajobs import operators, sensors
from airflow_provider_mediajobs.operators import MediaJobOperator
from airflow_provider_mediajobs.sensors import MediaJobSensor


def named_sensors() -> dict[str, type[MediaJobSensor]]:
    """The sensor class of each kind."""
    classes = [getattr(sensors, name) for name in sensors.__all__]
    return {_kind_of(one): one for one in classes if one is not MediaJobSensor}


def named_operators() -> dict[str, type[MediaJobOperator]]:
    """The operator class of each kind that is submitted."""
    classes = [getattr(operators, name) for name in operators.__all__]
    return {_kind_of(one): one for one in classes if one is not MediaJobOperator}


def _kind_of(of: type[MediaJobSensor | MediaJobOperator]) -> str:
    """The kind that a named class passes to its base class, read from its source, since no instance is made."""
    source = ast.parse(dedent(inspect.getsource(of.__init__)))
    nodes = list(ast.walk(source))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "kind"]
    named = [node.value for node in nodes if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "kind"]
    (kind,) = named or given
    return str(ast.literal_eval(kind))


def required_arguments(of: type[MediaJobSensor | MediaJobOperator]) -> list[str]:
    """Names of the arguments that a named class requires."""
    parameters = inspect.signature(of.__init__).parameters.values()
    return [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty]
