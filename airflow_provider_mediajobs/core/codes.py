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
    """

    sort: type[ApiError]
    permission: PermissionStatus


def rows(sort: type[ApiError], permission: PermissionStatus, codes: str) -> Mapping[str, Code]:
    """Several codes that mean the same.

    :param codes: with blanks between them.
    """
    return dict.fromkeys(codes.split(), Code(sort, permission))
