"""Alibaba Cloud as the emulator plays it, written from the vendor's pages."""

from __future__ import annotations

from .gateway import EMULATION
from .metadata import METADATA

EMULATED = (EMULATION, METADATA)
