# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The interface between the emulator and the vendors' emulations.

A vendor's emulation implements paths, parameters, signatures, status words and errors: the contents of the vendor's
pages. The emulator's world holds keys, jobs, the clock, faults and quotas: what a test sets. The interface is in
``core`` because a vendor's package may not import the emulator.
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
