# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The lists of Intelligent Media Services (2020-11-09) by which submitted jobs are found again.

Their records show ``UserData``, in which a submitted job carries its key. ``ListMediaProducingJobs`` has editing jobs,
``ListTranscodeJobs`` transcoding jobs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .lists import KeyedList

if TYPE_CHECKING:
    from .....core.account import Account
    from .....core.kind import Exchange
    from .....core.submit import Order, Ours

EDITING = KeyedList(
    product="ice",
    action="ListMediaProducingJobs",
    field="MediaProducingJobList",
    element="MediaProducingJob",
    marks=("JobId", "Status"),
    id_field="JobId",
    id_name="job_id",
    times=("StartTime", "EndTime"),
    token="NextToken",  # noqa: S106 - a parameter's name
    span=timedelta(days=30),
)
TRANSCODING = KeyedList(
    product="ice",
    action="ListTranscodeJobs",
    field="Jobs",
    element="Job",
    marks=("ParentJobId", "Status"),
    id_field="ParentJobId",
    id_name="parent_job_id",
    times=("StartOfCreateTime", "EndOfCreateTime"),
    token="NextPageToken",  # noqa: S106 - a parameter's name
)
_SIZE = 100  # records a page, the most that both operations allow


def find_editing(account: Account, order: Order, job_type: str) -> Exchange[tuple[Ours, ...]]:
    """The editing jobs that carry a key of the order's task instance: see :meth:`KeyedList.find`.

    :param job_type: the value of ``JobType`` for these jobs in the list.
    """
    query = {"JobType": job_type, "SortBy": "CreationTime:Desc", "MaxResults": _SIZE}
    return (yield from EDITING.find(account, order, query))


def find_transcoding(account: Account, order: Order) -> Exchange[tuple[Ours, ...]]:
    """The transcoding jobs that carry a key of the order's task instance: see :meth:`KeyedList.find`."""
    query = {"OrderBy": "CreateTimeDesc", "PageSize": _SIZE}
    return (yield from TRANSCODING.find(account, order, query))
