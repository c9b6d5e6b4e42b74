# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Hooks: one small module for each vendor, imported when needed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..core.vendor import Vendor

if TYPE_CHECKING:
    from .media import MediaHook


def hook_class(vendor: Vendor) -> type[MediaHook]:
    """The hook class of a vendor."""
    found: type[MediaHook] = getattr(import_module(f".{vendor.name}", __name__), vendor.hook_class)
    return found
