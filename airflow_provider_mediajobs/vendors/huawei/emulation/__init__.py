"""Huawei Cloud as the emulator plays it, written from the vendor's pages."""

from __future__ import annotations

from .gateway import EMULATION
from .iam import IAM
from .metadata import METADATA

EMULATED = (IAM, EMULATION, METADATA)
"""The first that recognises a request answers it: IAM's paths look like those of the cloud's other products."""
