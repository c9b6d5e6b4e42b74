"""A vendor's error codes: what each is to us, and what it says to whoever tries a permission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .errors import ApiError
from .permission import PermissionStatus


class Code(NamedTuple):
    """One row of a vendor's table.

    :param sort: our error.
    :param permission: what the code, met in a trial, says of the permission.
    :param proves: operations that answer with it only after they have looked at the permission; no others do.
    """

    sort: type[ApiError]
    permission: PermissionStatus
    proves: frozenset[str] = frozenset()

    def permission_status(self, action: str) -> PermissionStatus:
        """On one permission, by its name."""
        return PermissionStatus.ALLOWED if action in self.proves else self.permission


def rows(sort: type[ApiError], permission: PermissionStatus, codes: str, *proves: str) -> Mapping[str, Code]:
    """Several codes that mean the same.

    :param codes: with blanks between them.
    """
    return dict.fromkeys(codes.split(), Code(sort, permission, frozenset(proves)))
