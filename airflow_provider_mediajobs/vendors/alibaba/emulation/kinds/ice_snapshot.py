# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated snapshot jobs of Intelligent Media Services: see :mod:`ice_jobs`."""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob
from ..ice_jobs import operations, small_kind

KIND = small_kind("alibaba.ice.snapshot")


def _own(job: EmulatedJob) -> dict[str, Any]:
    """A job of three single pictures, which one URL with a placeholder names."""
    output = {"Type": "OSS", "Media": f"oss://emulator/{job['job_id']}/{{Count}}.jpg"}
    return {"Type": "Normal", "Count": 3, "Async": True, "Output": output}


OPERATIONS = operations(KIND, "SnapshotJob", _own, ("Input", "Output", "TemplateConfig"))
