# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A vendor's error codes: what each is to us, and what it says to whoever tries a permission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .errors import ApiError
from .permission import PermissionStatus


class Code(NamedTuple):
    """One row of a vendor's table.

    :param sort: the error class.
    :param permission: what the code, as answer to a call that tries a permission, says of that permission.
    """

    sort: type[ApiError]
    permission: PermissionStatus


def rows(sort: type[ApiError], permission: PermissionStatus, codes: str) -> Mapping[str, Code]:
    """Rows for several codes with the same meaning.

    :param codes: separated by blanks.
    """
    return dict.fromkeys(codes.split(), Code(sort, permission))
