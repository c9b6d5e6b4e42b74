"""Which harmless call tries which RAM permission, and what its answer means.

Each asks for an id that cannot exist. The gateway looks at the key, then at the permission; only the product behind it
looks at the id, so an error about the id proves the permission. Which codes are such is a closed list (``codes``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....core.kind import Exchange
from .codes import known
from .rpc import call, check_empty

if TYPE_CHECKING:
    from ....core.account import Account
    from ....core.permission import PermissionStatus

NO_ID = "0" * 32
"""As long as the vendor's ids, and none of them."""

# Parameters by permission, and fields of which the operation's own answer has one.
_TRIALS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "live:GetEditingJobInfo": ({"CasterId": NO_ID}, ("EditingTasksInfo",)),
    "ice:GetLiveEditingJob": ({"JobId": NO_ID}, ("LiveEditingJob",)),
    "ice:ListMediaProducingJobs": ({"JobType": "LiveEditingJob", "MaxResults": 1}, ("MediaProducingJobList",)),
    "vod:ListTranscodeTask": ({"VideoId": NO_ID, "PageSize": 1}, ("TranscodeTaskList",)),
    "vod:GetTranscodeTask": ({"TranscodeTaskId": NO_ID}, ("TranscodeTask",)),
    "vod:GetTranscodeSummary": ({"VideoIds": NO_ID}, ("TranscodeSummaryList", "NonExistVideoIds")),
}


def try_permission(account: Account, action: str) -> Exchange[None]:
    """One call. Returns where it is answered, raises what it is refused with."""
    product, _, operation = action.partition(":")
    parameters, fields = _TRIALS[action]
    response = yield call(account, product, operation, parameters)
    check_empty(response, "RequestId", *fields)


def explain_code(code: str, action: str) -> PermissionStatus | None:
    """By the table; a code that is not in it proves nothing."""
    row = known(code)
    return None if row is None else row.permission_status(action)


def policy(actions: Sequence[str]) -> dict[str, Any]:
    """A RAM policy. None of these operations can be narrowed to a resource."""
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
