# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated packaging jobs of Intelligent Media Services: see :mod:`ice_jobs`."""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob
from ..ice import SUCCESS
from ..ice_jobs import operations, small_kind

KIND = small_kind("alibaba.ice.package")


def _own(job: EmulatedJob) -> dict[str, Any]:
    """The requested location, and of a successful job the URL of the playlist."""
    name = f"{job['job_id']}/master.m3u8"
    own: dict[str, Any] = {"Priority": 6, "Output": {"Type": "OSS", "Media": f"oss://emulator/{name}"}}
    made = {"OutputUrl": f"https://emulator.oss-cn-shanghai.aliyuncs.com/{name}"}
    return own | (made if job.state == SUCCESS else {})


OPERATIONS = operations(KIND, "PackageJob", _own, ("Inputs", "Output"))
