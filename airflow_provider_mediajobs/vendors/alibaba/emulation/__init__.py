# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulation of Alibaba Cloud, written from the vendor's pages."""

from __future__ import annotations

from .gateway import EMULATION
from .metadata import METADATA

EMULATED = (EMULATION, METADATA)
"""The emulated services, in the order in which they are tried for a request."""
