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
