"""Intelligent Media Services' snapshot jobs, as the emulator answers for them: see :mod:`ice_jobs`."""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob
from ..ice_jobs import operations, small_kind

KIND = small_kind("alibaba.ice.snapshot")


def _own(job: EmulatedJob) -> dict[str, Any]:
    """Three single pictures under one name."""
    output = {"Type": "OSS", "Media": f"oss://emulator/{job['job_id']}/{{Count}}.jpg"}
    return {"Type": "Normal", "Count": 3, "Async": True, "Output": output}


OPERATIONS = operations(KIND, "SnapshotJob", _own, ("Input", "Output", "TemplateConfig"))
