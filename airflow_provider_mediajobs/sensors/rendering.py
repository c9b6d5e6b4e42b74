"""Ids are text, also in a DAG that renders its templates to Python's objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import BaseSensorOperator, Context


def render_exactly(sensor: BaseSensorOperator, content: Any, context: Context, rendered: Any) -> Any:
    """What a text template renders to, as text where Jinja's native types have made another value of its letters.

    They take ``30647`` for a number, ``1_000`` for 1000, ``1e5`` for an inexact one, and ``True`` and ``None`` for what
    they are in Python. Texts stay, whose quotes somebody may have set for that reason; lists and objects stay, too.

    :param rendered: what Airflow has made of it.
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
