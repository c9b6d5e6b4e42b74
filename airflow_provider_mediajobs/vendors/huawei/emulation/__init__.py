# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulation of Huawei Cloud, written from the vendor's pages."""

from __future__ import annotations

from .gateway import EMULATION
from .iam import IAM
from .metadata import METADATA

EMULATED = (IAM, EMULATION, METADATA)
"""The emulated services, in the order in which they are tried: IAM first, since its paths resemble other products'."""
