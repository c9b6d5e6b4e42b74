# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Status queries for several jobs in one call, as MPS and VOD take them: up to ten ids, separated by commas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ....core import batches, facts, shapes
from ....core.errors import ParameterError
from ....core.job import JobRef
from ....core.kind import Answers, Exchange
from ....core.shown import shown
from .rpc import check_empty

if TYPE_CHECKING:
    from ....core.http import HttpResponse

IDS_PER_CALL = 10


def look(refs: Sequence[JobRef], ask: batches.Ask) -> Exchange[Answers]:
    """Query all jobs by one call; if that is refused, query each singly: see :func:`core.batches.look`."""
    return batches.look(refs, ask, _is_listed)


def _is_listed(code: str) -> bool:
    """Whether the vendor's tables list an error code."""
    from .codes import known  # here, not above: importing a sensor in a DAG file must not load it

    return known(code) is not None


def answers(
    response: HttpResponse,
    wanted: Mapping[str, JobRef],
    place: tuple[str, str, str],
    marks: tuple[str, ...],
    read: batches.Read,
) -> Answers:
    """The answers that one response holds. A job that the vendor does not know has no record, and hence no answer.

    :param wanted: references by the ids of their jobs.
    :param place: the field that holds the records, the name that a record may be wrapped under, and the field that
        lists the ids unknown to the vendor.
    :param marks: fields of which a record has at least one; the first holds its id.
    :param read: reads a record.
    :raises ApiError: the vendor's error, sent with the status of a success.
    :raises UnreadableResponse: for an answer that cannot be read, or is not the vendor's.
    """
    name, element, unknown = place
    with shapes.reading(response):
        body = shapes.capitalised(response.json())
        jobs = shapes.listed(name, body.get(name), element, marks, shapes.capitalised)
    if not jobs.sent:
        check_empty(response, "RequestId", name, unknown)
    return batches.answers(response, facts.text(body.get("RequestId")), wanted, jobs, marks[0], read)


def check_single(kind: str, ids: Mapping[str, str]) -> None:
    """Check that each value is one id.

    :param kind: name of the kind, for the message.
    :param ids: values by the names of the kind's ids.
    :raises ParameterError: for a value with a comma, which the vendor would read as several ids.
    """
    for name, value in ids.items():
        if "," in value:
            raise ParameterError(f"{kind}: {name} must be one id, not {shown(value)}; for several jobs give a list")
