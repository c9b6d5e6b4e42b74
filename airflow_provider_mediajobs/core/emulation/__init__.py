# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the emulator's world and the vendors' emulations say to each other.

A vendor's emulation knows paths, parameters, signatures, status words and errors: what stands on the vendor's pages.
The world knows keys, jobs, the clock, faults and limits: what a test wants to set. They meet here, because a vendor may
not import the emulator.
"""

from __future__ import annotations

from .context import VendorContext
from .job import EmulatedJob, EmulatedKind, Steps
from .request import Call, EmulatedKey, Limit, Refusal, Token
from .vendor import EmulatedVendor, limits_of, modules_in

__all__ = (
    "Call",
    "EmulatedJob",
    "EmulatedKey",
    "EmulatedKind",
    "EmulatedVendor",
    "Limit",
    "Refusal",
    "Steps",
    "Token",
    "VendorContext",
    "limits_of",
    "modules_in",
)
