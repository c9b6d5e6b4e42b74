# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated animated image jobs of Intelligent Media Services: see :mod:`ice_jobs`."""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob
from ..ice import SUCCESS
from ..ice_jobs import operations, small_kind

KIND = small_kind("alibaba.ice.dynamic_image")


def _own(job: EmulatedJob) -> dict[str, Any]:
    """The requested location, by URL and by parts, and of a successful job the URL of the image."""
    name = f"{job['job_id']}.gif"
    file = {"Bucket": "emulator", "Location": "oss-cn-shanghai", "Object": name}
    own: dict[str, Any] = {"Output": {"Type": "OSS", "Media": f"oss://emulator/{name}", "OssFile": file}}
    made = {"OutputUrl": f"https://emulator.oss-cn-shanghai.aliyuncs.com/{name}"}
    return own | (made if job.state == SUCCESS else {})


OPERATIONS = operations(KIND, "DynamicImageJob", _own, ("Input", "Output", "TemplateConfig"))
