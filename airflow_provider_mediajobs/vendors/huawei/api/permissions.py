# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The status of an IAM permission, by the error of a call that tried it, and the smallest policy that grants some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .codes import known

if TYPE_CHECKING:
    from ....core.permission import PermissionStatus


def explain_code(code: str) -> PermissionStatus | None:
    """The status that the tables give for a code; ``None`` for a code in none of them, which proves nothing."""
    row = known(code)
    return None if row is None else row.permission


def policy(actions: Sequence[str]) -> dict[str, Any]:
    """A custom policy of IAM that grants these permissions.

    :param actions: the vendor's names of the permissions.
    """
    return {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": list(actions)}]}
