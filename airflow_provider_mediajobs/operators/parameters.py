# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What of an operator's parameters can be checked when, and how those with a name of ours become the vendor's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.arguments import check_id, is_nothing
from ..core.errors import ParameterError
from ..core.sendable import check_json, check_nesting
from ..core.shown import shown
from ..core.submit import told
from ..sensors.arguments import LEFT_OUT, LeftOut, holds_template, is_template
from ..sensors.checks import complete
from ..vendors import KINDS
from ..vendors import kind as kind_of

if TYPE_CHECKING:
    from ..core.submit import Submit


def submit_of(kind: str) -> Submit:
    """The kind's declaration of how its jobs are submitted.

    :raises ParameterError: for a kind whose jobs no operator submits.
    """
    found = kind_of(kind).submit
    if found is None:
        made = ", ".join(name for name, known in KINDS.items() if known.submit is not None)
        raise ParameterError(f"jobs of kind {shown(kind)} are not submitted by this package; those of {made} are")
    return found


def merged(kind: str, named: Mapping[str, Any], parameters: Any) -> Any:
    """All parameters by the vendor's names.

    :param named: values of the operator's own arguments, by the names of the arguments.
    :param parameters: other parameters, by the vendor's names.
    :raises ParameterError: for a parameter that is given twice, and where ``parameters`` is no mapping.
    """
    names = submit_of(kind).parameters
    own = {names[name]: value for name, value in named.items() if value is not LEFT_OUT}
    if isinstance(parameters, LeftOut):
        return own
    if not isinstance(parameters, Mapping):
        raise ParameterError(
            f"parameters must be a mapping by the vendor's names, not {type(parameters).__name__}; an XCom may be the "
            "value of one of them"
        )
    if twice := next((name for name in own if name in parameters), None):
        raise ParameterError(f"{told(names, twice)} is given twice: leave it out of parameters")
    return {**parameters, **own}


def check_at_parse(kind: str, parameters: Any) -> None:
    """Check the parameters as far as they are known before their templates are rendered.

    :raises ParameterError: naming the parameter.
    """
    submit = submit_of(kind)
    if is_template(parameters):
        return
    _check_names(submit, parameters)
    for name, value in parameters.items():
        check_json(told(submit.parameters, name), value, is_template)
    known = {name: value for name, value in parameters.items() if not holds_template(value)}
    _check_values(kind, submit, known)
    submit.check(known, len(known) == len(parameters))


def check_ends(kind: str, parameters: Any) -> None:
    """That whoever walks through the parameters comes to an end.

    :raises ParameterError: naming the parameter.
    """
    named = parameters if isinstance(parameters, Mapping) else {"parameters": parameters}
    for name, value in named.items():
        check_nesting(told(submit_of(kind).parameters, name), value)


def rendered(kind: str, parameters: Any, ti: Any) -> dict[str, Any]:
    """The rendered parameters, checked, as they are sent.

    :param ti: the task instance; ``None`` outside a task.
    :raises ParameterError: naming the parameter, where it rendered to an invalid value.
    """
    submit = submit_of(kind)
    _check_names(submit, parameters)
    found = {name: complete(told(submit.parameters, name), value, ti) for name, value in parameters.items()}
    _check_values(kind, submit, found)
    submit.check(found, True)
    return found


def _check_names(submit: Submit, parameters: Any) -> None:
    if not isinstance(parameters, Mapping) or not all(isinstance(name, str) for name in parameters):
        raise ParameterError(f"parameters must be a mapping by the vendor's names, not {type(parameters).__name__}")
    vendors = submit.parameters.values()
    meant = {name.lower(): name for name in vendors} | dict(submit.parameters)
    if wrong := next((name for name in parameters if name not in vendors and name.lower() in meant), None):
        raise ParameterError(f"parameters must hold the vendor's name {meant[wrong.lower()]}, not {wrong}")


def _check_values(kind: str, submit: Submit, parameters: Mapping[str, Any]) -> None:
    """``None`` cannot say "not given": a missing XCom renders to it, or to its name."""
    if empty := next((name for name, value in parameters.items() if is_nothing(value)), None):
        raise ParameterError(
            f"{told(submit.parameters, empty)} is None: the template or XCom behind it gave nothing; leave it out "
            "where it is not wanted"
        )
    for name, value in parameters.items():
        check_json(told(submit.parameters, name), value)
    # What the job is waited for by must be an id before the job is made, not only after.
    known = kind_of(kind)
    for ours, name in submit.parameters.items():
        if ours in (*known.ids, *known.optional) and name in parameters:
            check_id(told(submit.parameters, name), parameters[name])
