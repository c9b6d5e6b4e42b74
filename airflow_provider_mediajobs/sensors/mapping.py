# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Checks the arguments of ``.partial(…)`` when the DAG file is parsed; Airflow creates mapped tasks only on workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow.sdk import BaseOperator

from ..core import policy
from ..core.arguments import limit, seconds
from ..core.errors import ParameterError
from ..core.policy import LEAST_POLL_INTERVAL_S, Policy
from ..core.sendable import check_nesting
from ..vendors import KINDS
from ..vendors import kind as kind_of
from .arguments import is_template
from .errors import AirflowErrors
from .setting import check_flags

_READ: Mapping[str, Callable[[str, Any], object]] = {
    "kind": lambda _, value: kind_of(value),
    "timeout": seconds,
    "not_found_grace": seconds,
    "queue_timeout": limit,
    "stall_timeout": limit,
    "poll_interval": lambda name, value: seconds(name, value, LEAST_POLL_INTERVAL_S),
    "on_timeout": lambda name, value: policy.one_of(name, value, policy.ON_LIMIT),
    "on_queue_timeout": lambda name, value: policy.one_of(name, value, policy.ON_LIMIT),
    "silent_fail": lambda name, value: refuse(name) if value else None,
    "exponential_backoff": lambda name, value: refuse(name) if value else None,
}
_FLAGS = ("deferrable", "start_in_triggerer", "finish_in_triggerer", "soft_fail", "never_fail", "wait_for_completion")
_TOGETHER = ("on_partial", "until", "wait_for", "fail_fast")
_UNSUPPORTED = {
    "silent_fail": "errors that may pass never end a wait, and all others must end it",
    "exponential_backoff": "looks would come later and later; set poke_interval",
}


class CheckedPartial:
    """Airflow's ``partial``, with a check of its arguments."""

    def __get__(self, task: object, owner: type) -> Callable[..., Any]:
        made: Callable[..., Any] = vars(BaseOperator)["partial"].__get__(task, owner)

        def partial(**given: Any) -> Any:
            with AirflowErrors():
                check_partial(given)
            return made(**given)

        return partial


def check_partial(given: Mapping[str, Any]) -> None:
    """Check the arguments that all mapped tasks share. Expanded arguments and ids are checked when a task is created.

    :raises ParameterError: naming the argument.
    """
    for name, value in given.items():
        check_nesting(name, value, is_template)
    known = {name: value for name, value in given.items() if not is_template(value)}
    for name, read in _READ.items():
        if name in known:
            read(name, known[name])
    check_flags(**{name: known[name] for name in _FLAGS if name in known})
    together = {name: known[name] for name in _TOGETHER if name in known}
    policy.check(Policy(**together), next(iter(KINDS.values())))  # these options are checked alike for every kind


def refuse(name: str) -> None:
    """Refuse an argument of Airflow's sensors that this one does not support.

    :raises ParameterError: always, with the reason.
    """
    raise ParameterError(f"{name} is not supported: {_UNSUPPORTED[name]}")
