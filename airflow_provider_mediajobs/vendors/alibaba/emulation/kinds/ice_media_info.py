# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Intelligent Media Services' media information jobs, as the emulator answers for them: see :mod:`ice_jobs`.

The submission's page shows the whole job in its answer, also one that has ended at once; here it has its id only.
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, VendorContext
from ..ice import SUCCESS
from ..ice_jobs import FAILURE, operations, small_kind
from ..operation import Given, Operation

KIND = small_kind("alibaba.ice.media_info")


def _own(job: EmulatedJob) -> dict[str, Any]:
    """Numbers are text. Code and message of a failure are not among the fields of the page.

    A video stream has ``Codec_name``, and an audio stream ``CodecName``: so the vendor's SDK has them.
    """
    own: dict[str, Any] = {"Async": True, "Input": {"Type": "OSS", "Media": f"oss://emulator/{job['job_id']}.mp4"}}
    if job.state == KIND.failure:
        return own | {"Code": None, "Message": None, "SubmitResultJson": dict(FAILURE)}
    if job.state == SUCCESS:
        file = {"FormatName": "mp4", "Duration": "12.0", "FileSize": "600000", "Width": "640", "Height": "360"}
        streams = {"VideoStreamInfoList": [{"Codec_name": "h264"}], "AudioStreamInfoList": [{"CodecName": "aac"}]}
        own["MediaInfoProperty"] = {"FileBasicInfo": {**file, "FileType": "source_file"}, **streams}
    return own


def _whole(operation: Operation) -> Operation:
    """The submission answers with the job."""

    def submit_media_info_job(context: VendorContext, given: Given) -> dict[str, Any]:
        return {"MediaInfoJob": {**operation.answer(context, given), "Status": "Init"}}

    return operation._replace(answer=submit_media_info_job)


_GET, _SUBMIT = operations(KIND, "MediaInfoJob", _own, ("Input",))
OPERATIONS = (_GET, _whole(_SUBMIT))
