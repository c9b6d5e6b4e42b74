# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated editing jobs of Intelligent Media Services.

Written from the pages GetMediaProducingJob and SubmitMediaProducingJob (2020-11-09). What they share with live editing
jobs is in :mod:`ice`.
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, EmulatedKind, Limit, Refusal, VendorContext
from ..ice import SUCCESS, edited, list_media_producing_jobs, the_job
from ..operation import ICE, Given, Operation, json_parameter, made_up_id, malformed, own_data, required, token

KIND = EmulatedKind(
    name="alibaba.ice.producing",
    ids=("job_id",),
    course=(("Init", 0.0), ("Queuing", 0.1), ("Processing", 0.2), ("Success", 1.0)),
    failure="Failed",
    unstarted=frozenset({"Init", "Queuing"}),
    unfinished=frozenset({"Init", "Queuing", "Processing"}),
)


def get_media_producing_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``GetMediaProducingJob``: one job by its id.

    :raises Refusal: for a missing or unknown id.
    """
    return {"MediaProducingJob": _producing_job(the_job(context, given, KIND.name))}


def _producing_job(job: EmulatedJob) -> dict[str, Any]:
    """A job's record, with its progress."""
    made = job.state == SUCCESS
    progress = {"Progress": 100 if made else job.progress, "Timeline": "{}"}
    record = job.over(edited(job) | progress | ({"Duration": 12.0} if made else {}))
    return {
        name: value for name, value in record.items() if name != "OutputMediaConfig"
    }  # the query's page does not have it


_SOURCES = ("Timeline", "TemplateId", "ProjectId")
_USER_DATA_BYTES = 512


def submit_media_producing_job(context: VendorContext, given: Given) -> dict[str, Any]:
    """``SubmitMediaProducingJob``: creates a job from a timeline, a template or a project.

    A second request with the same ``ClientToken`` creates no job and answers with the first one's id. A job whose
    timeline or output settings contain "broken" will fail.

    :raises Refusal: for a parameter that is missing or malformed.
    """
    config = _checked(given)
    key = token(given)
    job_id = made_up_id("producing", key) if key else context.new_id()
    if not context.knows(KIND.name, job_id=job_id):
        texts = {name: given[name] for name in (*_SOURCES, "UserData") if name in given}
        broken = "broken" in given.get("Timeline", "") + given["OutputMediaConfig"]
        context.create(KIND.name, {"job_id": job_id}, {**texts, "OutputMediaConfig": config}, broken=broken)
    project = given.get("ProjectId") or made_up_id("project", job_id)
    return {"JobId": job_id, "ProjectId": project, "MediaId": made_up_id("media", job_id)}


def _checked(given: Given) -> dict[str, Any]:
    """The output's settings, after all parameters have been checked.

    :raises Refusal: without exactly one source, for a template without ``ClipsParam``, and for malformed parameters.
    """
    sources = [name for name in _SOURCES if given.get(name)]
    if not sources:
        raise Refusal(400, "MissingTimeline", "Timeline is mandatory for this action.")
    if len(sources) > 1:
        raise malformed(sources[1])
    if sources == ["TemplateId"]:
        required(given, "ClipsParam")
    for name in ("Timeline", "ClipsParam", "EditingProduceConfig", "MediaMetadata", "ProjectMetadata"):
        json_parameter(given, name, dict)
    own_data(given, "UserData", _USER_DATA_BYTES)
    config: dict[str, Any] | None = json_parameter(given, "OutputMediaConfig", dict)
    if config is None:
        raise Refusal(400, "MissingOutputMediaConfig", "OutputMediaConfig is mandatory for this action.")
    return config


_EDITING = {"JobType": "EditingJob"}
_BY_ADVANCED_TEMPLATE = {"JobType": "VETemplateJob"}
_SUBMIT = Limit("alibaba.ice.SubmitMediaProducingJob", 30, 1.0)
OPERATIONS = (
    Operation(ICE, "GetMediaProducingJob", KIND.name, {"JobId": "job_id"}, get_media_producing_job),
    Operation(ICE, "ListMediaProducingJobs", KIND.name, {}, list_media_producing_jobs, where=_EDITING),
    Operation(ICE, "ListMediaProducingJobs", KIND.name, {}, list_media_producing_jobs, where=_BY_ADVANCED_TEMPLATE),
    Operation(ICE, "SubmitMediaProducingJob", KIND.name, {}, submit_media_producing_job, _SUBMIT),
)
