# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Submits transcoding jobs of ApsaraVideo Media Processing: ``SubmitJobs`` (product ``mts``, 2014-06-18).

A submitted job is found again in ``ListJob``. Facts of the pages: each output is a job, and may be refused by itself in
an answer with status 200; no token makes the vendor recognise a repeated request; ``UserData`` of an output (1,024
bytes) comes back in the query and in the list, which has the jobs of the last 90 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .....core import facts, shapes
from .....core.errors import ApiError, ParameterError
from .....core.shown import shown
from .....core.submit import LONGEST_KEY, Candidates, Order, Submit, demand, made_id, opened, told, with_key
from .. import quotas
from ..rpc import call, permission
from .lists import KeyedList
from .parameters import as_text, refusals

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.http import HttpResponse
    from .....core.kind import Exchange

PAGE = "https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-submitjobs"
USER_DATA_BYTES = 1024
"""The most bytes of an output's ``UserData``, by the vendor's page of parameter details (``Output``)."""

PARAMETERS = {
    "input": "Input",
    "output": "Outputs",
    "output_bucket": "OutputBucket",
    "output_location": "OutputLocation",
    "pipeline_id": "PipelineId",
}
_TEXTS = ("OutputBucket", "OutputLocation", "PipelineId")
_CARRIER = "output.UserData"


def check(parameters: Mapping[str, Any], whole: bool) -> None:
    """Check the parameters that the author gave: see :class:`Submit`.

    :param whole: whether all parameters are known; otherwise missing ones are not an error.
    """
    if whole:
        demand(PARAMETERS, parameters, ("Input", "Outputs", "OutputBucket", "PipelineId"))
    for name in _TEXTS:
        if (value := parameters.get(name)) is not None and not isinstance(value, str):
            raise ParameterError(f"{told(PARAMETERS, name)} must be text, not {shown(value)}")
    if parameters.get("Input") is not None:
        _check_texts("input", opened("input (Input)", parameters["Input"], Mapping, "an object"), "Bucket", "Object")
    if parameters.get("Outputs") is not None:
        output = _output(parameters["Outputs"])
        _check_texts("output", output, "OutputObject", "TemplateId")
        with_key(_CARRIER, output.get("UserData"), LONGEST_KEY, USER_DATA_BYTES)


def _check_texts(name: str, value: Mapping[str, Any], *fields: str) -> None:
    """Check that an object has these fields as text.

    :param name: the operator's name of the parameter.
    :raises ParameterError: for a field that is missing, empty or no text.
    """
    for field in fields:
        if not isinstance(value.get(field), str) or not value[field].strip():
            raise ParameterError(f"{told(PARAMETERS, PARAMETERS[name])} must have {field} as text")


def _output(value: Any) -> Mapping[str, Any]:
    """The only output, which may stand in a list, as in the vendor's parameter.

    :raises ParameterError: for anything else, such as several outputs.
    """
    found: Any = opened("output (Outputs)", value, (Mapping, list), "an object")
    if isinstance(found, list):
        if len(found) != 1 or not isinstance(found[0], Mapping):
            raise ParameterError(
                "output (Outputs) must be one object: each output is a job of its own, and this task submits one job; "
                "for several outputs map the operator over them, with expand()"
            )
        (found,) = found
    output: Mapping[str, Any] = found
    return output


def create(account: Account, order: Order) -> Exchange[Mapping[str, str]]:
    """Submit one job by ``SubmitJobs``: see :class:`Submit`.

    :return: the ids to wait by.
    :raises UnreadableResponse: for an answer without an id; a job may have been made nevertheless.
    """
    output = _output(order.parameters["Outputs"])
    carried = with_key(_CARRIER, output.get("UserData"), order.key, USER_DATA_BYTES)
    query = as_text({**order.parameters, "Outputs": [{**output, "UserData": carried}]})
    response = yield call(account, "mts", "SubmitJobs", query)
    return {"job_id": made_id(response, _job(response), "JobId")}


def _job(response: HttpResponse) -> dict[str, Any]:
    """The record of the job that was made.

    :raises ApiError: for an output that the vendor refuses, in an answer with status 200.
    :raises UnreadableResponse: for an answer that does not have exactly one output's result.
    """
    name, element = "JobResultList", "JobResult"
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        listed = shapes.listed(name, body.get(name), element, ("Success", "Job", "Code"), shapes.capitalised)
        if len(listed.records) != 1 or listed.unread is not None:
            raise shapes.WrongShape(f"{name}.{element}", "is not the result of one output")
        (result,) = listed.records
        job = shapes.record("Job", result.get("Job"), shapes.capitalised)
        if str(result.get("Success")).lower() == "false" and not job.get("JobId"):
            raise _refusal(result, facts.text(body.get("RequestId")))
        return job


def _refusal(result: Mapping[str, Any], request_id: str | None) -> ApiError:
    """The error for an output's refusal."""
    from ..errors import classify  # here, not above: importing a sensor in a DAG file must not load it

    code = facts.text(result.get("Code")) or ""
    error_class = classify(code, 400)  # the status by which the vendor refuses a whole request for such a reason
    return error_class(code, facts.text(result.get("Message")) or "", request_id=request_id)


def _carried(job: Mapping[str, Any]) -> Any:
    """``UserData`` of a record, which has it under ``Output``."""
    return shapes.known_record(job.get("Output"), shapes.capitalised).get("UserData")


_LIST = KeyedList(
    product="mts",
    action="ListJob",
    field="JobList",
    element="Job",
    marks=("JobId", "State"),
    id_field="JobId",
    id_name="job_id",
    times=("StartOfJobCreatedTimeRange", "EndOfJobCreatedTimeRange"),
    token="NextPageToken",  # noqa: S106 - a parameter's name
    span=timedelta(days=90),
    carried=_carried,
)


def find(account: Account, order: Order) -> Exchange[Candidates]:
    """The jobs that carry a key of the order's task instance."""
    query = {"State": "All", "MaximumPageSize": 100}
    return Candidates((yield from _LIST.find(account, order, query)))


SUBMIT = Submit(
    operation="SubmitJobs",
    page=PAGE,
    actions=("mts:SubmitJobs",),
    find_actions=("mts:ListJob",),
    find_permissions=(permission("mts:ListJob", {"MaximumPageSize": 1}, "JobList"),),
    parameters=PARAMETERS,
    check=check,
    create=create,
    find=find,
    refusals=refusals(tuple(PARAMETERS.values()), "InvalidParameter.NullValue", "InvalidParameter.ResourceNotFound"),
    carrier="Outputs[0].UserData",
    shows_key=True,
    doubt="nothing, once the list shows the job: it is found by its key",
    quota=quotas.MTS_SUBMIT,
    find_quota=quotas.MTS_LIST,
)
