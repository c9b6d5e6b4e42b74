# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``@task.media_job``: a function says what to submit, and the task submits it and waits for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk.bases.decorator import DecoratedOperator, task_decorator_factory

from ..sensors.errors import AirflowErrors
from .job import MediaJobOperator
from .parameters import check_ends

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.bases.decorator import TaskDecorator


class DecoratedMediaJobOperator(DecoratedOperator, MediaJobOperator):
    """A :class:`MediaJobOperator` whose parameters a function returns, by the vendor's names.

    The function's own arguments are templated. It is called when a try begins, also in a retry that waits for the job
    of an earlier try. What it returns is checked as ``parameters`` are; templates in it are not rendered.
    """

    template_fields: Sequence[str] = (*DecoratedOperator.template_fields, *MediaJobOperator.template_fields)
    template_fields_renderers: ClassVar[dict[str, str]] = {
        **DecoratedOperator.template_fields_renderers,
        **MediaJobOperator.template_fields_renderers,
    }
    custom_operator_name = "@task.media_job"
    overwrite_rtif_after_execution = True  # Airflow's UI shows what the function has returned
    told_when_run = True

    def __init__(self, **given: Any) -> None:
        super().__init__(parameters={}, **given)

    def execute(self, context: Context) -> dict[str, Any]:
        """Call the function, submit, and wait: see :meth:`MediaJobOperator.execute`."""
        arguments = self.determine_kwargs({**context, **self.op_kwargs})
        found = self.python_callable(*self.op_args, **arguments)
        with AirflowErrors():
            check_ends(self.kind, found)  # before it is an attribute, in which Airflow looks for XComs
        self.parameters = found
        result: dict[str, Any] = super().execute(context)
        return result

    def execute_complete(self, context: Context, event: Any = None, **given: Any) -> dict[str, Any]:
        """See :meth:`MediaJobOperator.execute_complete`. The function is not called again."""
        self.overwrite_rtif_after_execution = False
        return super().execute_complete(context, event, **given)


def media_job_task(python_callable: Callable[..., Any] | None = None, **given: Any) -> TaskDecorator:
    """Make an operator of a function that returns a job's parameters: ``@task.media_job(kind=…)``.

    :param python_callable: the decorated function; it returns the parameters by the vendor's names.
    :param given: arguments of :class:`MediaJobOperator`, without ``parameters``.
    """
    return task_decorator_factory(python_callable, decorated_operator_class=DecoratedMediaJobOperator, **given)
