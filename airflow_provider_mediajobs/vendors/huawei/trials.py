"""Which harmless call tries which IAM permission, and what its answer means.

Each asks for an id that cannot exist. The gateway looks at the key, the project and the permission; only the service
behind it looks at the id, so an error about the id proves the permission.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...core.diagnosis import Verdict
from ...core.kind import Exchange
from .rest import call, check_empty
from .vod_editing import PATH

if TYPE_CHECKING:
    from ...core.account import Account

NO_ID = "0"

_VERDICTS = {
    # About the id.
    "VOD.10053": Verdict.ALLOWED,
    "VOD.10081": Verdict.ALLOWED,
    "VST.10001": Verdict.ALLOWED,
    "MPC.10202": Verdict.ALLOWED,
    # About the project: "tenant id check failed"; a path that this host does not publish.
    "VOD.10057": Verdict.WRONG_PLACE,
    "MPC.10208": Verdict.WRONG_PLACE,
    "APIGW.0101": Verdict.WRONG_PLACE,
    "APIG.0101": Verdict.WRONG_PLACE,
    # About the account: not verified, abnormal, overdue.
    "VOD.10055": Verdict.NOT_IN_ORDER,
    "VOD.10056": Verdict.NOT_IN_ORDER,
    "VOD.10120": Verdict.NOT_IN_ORDER,
}


def trial(account: Account, action: str) -> Exchange[None]:
    """One call. Returns where it is answered, raises what it is refused with."""
    if action.startswith("vod:"):
        response = yield call(account, "vod", "GET", PATH, (("task_id", NO_ID),))
        check_empty(response, "tasks", "total")
    else:
        version = account.api_versions.get("mpc", "v2")
        path = f"/{version}/{{project_id}}/editing/jobs"
        response = yield call(account, "mpc", "GET", path, (("job_id", NO_ID),))
        check_empty(response, "job_array", "jobs", "total")


def blame(code: str) -> Verdict | None:
    """An account that is not in order, or another's project, is refused with the codes of a missing permission."""
    return _VERDICTS.get(code)


def policy(actions: Sequence[str]) -> dict[str, Any]:
    """An IAM custom policy."""
    return {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": list(actions)}]}
