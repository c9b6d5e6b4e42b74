"""Which harmless call tries which IAM permission, and what its answer means.

Each asks for an id that cannot exist. The gateway looks at the key, the project and the permission; only the service
behind it looks at the id, so an error about the id proves the permission. Which codes are such is a closed list
(``codes``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....core.kind import Exchange
from .codes import known
from .kinds.vod_editing import PATH
from .rest import call, check_empty

if TYPE_CHECKING:
    from ....core.account import Account
    from ....core.permission import PermissionStatus

NO_ID = "0"


def try_permission(account: Account, action: str) -> Exchange[None]:
    """One call. Returns where it is answered, raises what it is refused with."""
    if action.startswith("vod:"):
        response = yield call(account, "vod", "GET", PATH, (("task_id", NO_ID),))
        check_empty(response, "tasks", "total")
    else:
        version = account.api_versions.get("mpc", "v2")
        path = f"/{version}/{{project_id}}/editing/jobs"
        response = yield call(account, "mpc", "GET", path, (("job_id", NO_ID),))
        check_empty(response, "job_array", "jobs", "total")


def explain_code(code: str, action: str) -> PermissionStatus | None:
    """By the tables; a code that is in none of them proves nothing."""
    row = known(code)
    return None if row is None else row.permission_status(action)


def policy(actions: Sequence[str]) -> dict[str, Any]:
    """An IAM custom policy."""
    return {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": list(actions)}]}
