# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Keeps ids as text in DAGs that render templates to native Python objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import BaseSensorOperator, Context


def render_exactly(sensor: BaseSensorOperator, content: Any, context: Context, rendered: Any) -> Any:
    """What a text template renders to; as text where Jinja's native types have turned it into a number, bool or None.

    They read ``30647`` and ``1_000`` as integers, ``1e5`` as a float, and ``True`` and ``None`` as Python's constants.
    Strings, lists and objects stay as they are.

    :param rendered: Airflow's result.
    """
    if not isinstance(content, str) or not isinstance(rendered, int | float | complex | bytes | None):
        return rendered
    environment = _text_environment(sensor)
    in_a_file = content.endswith(tuple(sensor.template_ext))
    template = environment.get_template(content) if in_a_file else environment.from_string(content)
    return template.render(context)


def _text_environment(sensor: BaseSensorOperator) -> Any:
    from airflow.sdk.definitions._internal.templater import SandboxedEnvironment

    dag = sensor.get_dag()
    return SandboxedEnvironment(cache_size=0) if dag is None else dag.get_template_env(force_sandboxed=True)
