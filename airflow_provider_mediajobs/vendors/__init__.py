# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The register of all vendors and their kinds of jobs, and look-ups in it by name."""

from __future__ import annotations

from typing import Any

from ..core.errors import ParameterError
from ..core.kind import JobKind
from ..core.shown import shown
from ..core.vendor import Vendor
from .alibaba import ALIBABA
from .huawei import HUAWEI

VENDORS: tuple[Vendor, ...] = (ALIBABA, HUAWEI)

_BY_NAME = {vendor.name: vendor for vendor in VENDORS}

KINDS: dict[str, JobKind] = {kind.name: kind for vendor in VENDORS for kind in vendor.kinds}


def kind(name: str) -> JobKind:
    """The kind with this name, such as ``alibaba.vod.transcode``.

    :raises ParameterError: for an unknown kind; the message lists the valid ones.
    """
    given: Any = name
    if not isinstance(given, str) or given not in KINDS:
        raise ParameterError(f"kind {shown(name)} is unknown; valid kinds: {', '.join(KINDS)}")
    return KINDS[name]


def vendor_of(name: str) -> Vendor:
    """The vendor of a kind.

    :param name: the kind's name.
    :raises ParameterError: for an unknown kind.
    """
    return vendor(kind(name).name.partition(".")[0])


def vendor(name: str) -> Vendor:
    """The vendor with this name, such as ``alibaba``.

    :raises ParameterError: for an unknown vendor; the message lists the valid ones.
    """
    given: Any = name
    if not isinstance(given, str) or given not in _BY_NAME:
        raise ParameterError(f"vendor {shown(name)} is unknown; valid vendors: {', '.join(_BY_NAME)}")
    return _BY_NAME[name]
