# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Status queries for several jobs in one call, as MPC takes them: up to ten ids; one bad id has all refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ....core import batches, facts, shapes
from ....core.job import JobRef
from ....core.kind import Answers, Exchange

if TYPE_CHECKING:
    from ....core.http import HttpResponse


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
    jobs: shapes.Listed,
    id_field: str,
    read: batches.Read,
) -> Answers:
    """The answers that one response holds, with the request id from its header: see :func:`core.batches.answers`."""
    request_id = facts.text(response.headers.get("x-request-id"))
    return batches.answers(response, request_id, wanted, jobs, id_field, read)
