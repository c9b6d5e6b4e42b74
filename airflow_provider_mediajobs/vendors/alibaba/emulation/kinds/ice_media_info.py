# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated media information jobs of Intelligent Media Services: see :mod:`ice_jobs`.

The page of the submission shows the whole job in the answer, which may have ended at once. Here the answer has the
job's id and the status ``Init`` only.
"""

from __future__ import annotations

from typing import Any

from .....core.emulation import EmulatedJob, VendorContext
from ..ice import SUCCESS
from ..ice_jobs import FAILURE, operations, small_kind
from ..operation import Given, Operation

KIND = small_kind("alibaba.ice.media_info")


def _own(job: EmulatedJob) -> dict[str, Any]:
    """The input, and of a successful job what was found in it. A failed job has its error in ``SubmitResultJson`` only.

    ``CreateTime``, ``Code`` and ``Message`` are missing in the vendor's record, so ``None`` removes them.

    Numbers are text. The codec is ``Codec_name`` in video streams and ``CodecName`` in audio streams, as in the
    vendor's SDK.
    """
    source = {"Type": "OSS", "Media": f"oss://emulator/{job['job_id']}.mp4"}
    own: dict[str, Any] = {"Async": True, "Input": source, "CreateTime": None}
    if job.state == KIND.failure:
        return own | {"Code": None, "Message": None, "SubmitResultJson": dict(FAILURE)}
    if job.state == SUCCESS:
        file = {"FormatName": "mp4", "Duration": "12.0", "FileSize": "600000", "Width": "640", "Height": "360"}
        streams = {"VideoStreamInfoList": [{"Codec_name": "h264"}], "AudioStreamInfoList": [{"CodecName": "aac"}]}
        own["MediaInfoProperty"] = {"FileBasicInfo": {**file, "FileType": "source_file"}, **streams}
    return own


def _with_record(operation: Operation) -> Operation:
    """The submission, with an answer that wraps the job's id as a record."""

    def submit_media_info_job(context: VendorContext, given: Given) -> dict[str, Any]:
        """Create a job, and answer with its record."""
        return {"MediaInfoJob": {**operation.answer(context, given), "Status": "Init"}}

    return operation._replace(answer=submit_media_info_job)


_GET, _SUBMIT = operations(KIND, "MediaInfoJob", _own, ("Input",))
OPERATIONS = (_GET, _with_record(_SUBMIT))
