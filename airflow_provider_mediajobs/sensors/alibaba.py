# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Sensors for Alibaba Cloud: a signature and a docstring each; all logic is :class:`MediaJobSensor`'s."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core.policy import WHERE
from .arguments import LEFT_OUT, IdField, LeftOut
from .job import MediaJobSensor

if TYPE_CHECKING:
    from airflow.sdk import XComArg

    from .arguments import Ids

__all__ = [
    "AlibabaIceDynamicImageSensor",
    "AlibabaIceLiveEditingSensor",
    "AlibabaIceMediaInfoSensor",
    "AlibabaIcePackageSensor",
    "AlibabaIceProducingSensor",
    "AlibabaIceSnapshotSensor",
    "AlibabaIceTranscodeSensor",
    "AlibabaLiveEditingSensor",
    "AlibabaMpsSnapshotSensor",
    "AlibabaMpsTranscodeSensor",
    "AlibabaVodTranscodeSensor",
    "AlibabaVodUrlUploadSensor",
]


class AlibabaLiveEditingSensor(MediaJobSensor):
    """Wait for an ApsaraVideo Live editing task (``GetEditingJobInfo``).

    The vendor identifies a task by studio and episode only, and shows neither an id nor a time. A second edit of an
    episode can be told from the first one only by the file that it makes.

    :param caster_id: id of the production studio (templated).
    :param show_id: id of the episode (templated), or a list. Left out, the wait is for every episode of the studio.
    :param output_vod_id: wait only for the task that makes this medium (templated, or a list): ``vodId`` in the answer
        of ``EditShowAndReplace``.
    :param file_name: wait only for the task that makes this file (templated).
    :param episodes: how many episodes the studio must list, when ``show_id`` is left out.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-geteditingjobinfo
    """

    template_fields = ("caster_id", "show_id", "output_vod_id", "file_name", *WHERE)
    caster_id = IdField("caster_id")
    show_id = IdField("show_id")
    output_vod_id = IdField("output_vod_id")
    file_name = IdField("file_name")

    def __init__(
        self,
        *,
        caster_id: Ids,
        show_id: Ids | LeftOut = LEFT_OUT,
        output_vod_id: Ids | LeftOut = LEFT_OUT,
        file_name: str | XComArg | LeftOut = LEFT_OUT,
        episodes: int | None = None,
        **kwargs: Any,
    ) -> None:
        ids = {"caster_id": caster_id, "show_id": show_id, "output_vod_id": output_vod_id, "file_name": file_name}
        super().__init__(kind="alibaba.live.editing", ids=ids, episodes=episodes, **kwargs)


class AlibabaIceLiveEditingSensor(MediaJobSensor):
    """Wait for a live editing job of Intelligent Media Services (``GetLiveEditingJob``).

    :param job_id: id of the job (templated), or a list: ``JobId`` in the answer of ``SubmitLiveEditingJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getliveeditingjob
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.live_editing", ids={"job_id": job_id}, **kwargs)


class AlibabaIceProducingSensor(MediaJobSensor):
    """Wait for an editing job of Intelligent Media Services (``GetMediaProducingJob``).

    :param job_id: id of the job (templated), or a list: ``JobId`` in the answer of ``SubmitMediaProducingJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getmediaproducingjob
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.producing", ids={"job_id": job_id}, **kwargs)


class AlibabaIceTranscodeSensor(MediaJobSensor):
    """Wait for a transcoding job of Intelligent Media Services, with all of its outputs (``GetTranscodeJob``).

    :param parent_job_id: id of the job (templated), or a list: ``TranscodeParentJob.ParentJobId`` in the answer of
        ``SubmitTranscodeJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-gettranscodejob
    """

    template_fields = ("parent_job_id", *WHERE)
    parent_job_id = IdField("parent_job_id")

    def __init__(self, *, parent_job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.transcode", ids={"parent_job_id": parent_job_id}, **kwargs)


class AlibabaIceSnapshotSensor(MediaJobSensor):
    """Wait for a snapshot job of Intelligent Media Services (``GetSnapshotJob``).

    :param job_id: id of the job (templated), or a list: ``JobId`` in the answer of ``SubmitSnapshotJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getsnapshotjob
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.snapshot", ids={"job_id": job_id}, **kwargs)


class AlibabaIcePackageSensor(MediaJobSensor):
    """Wait for a packaging job of Intelligent Media Services (``GetPackageJob``).

    :param job_id: id of the job (templated), or a list: ``JobId`` in the answer of ``SubmitPackageJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getpackagejob
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.package", ids={"job_id": job_id}, **kwargs)


class AlibabaIceDynamicImageSensor(MediaJobSensor):
    """Wait for an animated image job of Intelligent Media Services (``GetDynamicImageJob``).

    :param job_id: id of the job (templated), or a list: ``JobId`` in the answer of ``SubmitDynamicImageJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getdynamicimagejob
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.dynamic_image", ids={"job_id": job_id}, **kwargs)


class AlibabaIceMediaInfoSensor(MediaJobSensor):
    """Wait for a media information job of Intelligent Media Services (``GetMediaInfoJob``).

    :param job_id: id of the job (templated), or a list: ``MediaInfoJob.JobId`` in the answer of ``SubmitMediaInfoJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getmediainfojob
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.media_info", ids={"job_id": job_id}, **kwargs)


class AlibabaVodTranscodeSensor(MediaJobSensor):
    """Wait for an ApsaraVideo VOD transcoding task (``ListTranscodeTask``).

    :param video_id: id of the video (templated), or a list.
    :param transcode_task_id: id of the task (templated), or a list. Left out, the video's newest task decides.
    :param template_group_id: count only tasks with this template group (templated).
    :param trigger: count only tasks that were started in this way: ``Auto`` or ``Manual`` (templated).
    :param created_after: without ``transcode_task_id``, older tasks do not count (templated): see
        :class:`MediaJobSensor`.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-listtranscodetask
    """

    template_fields = (
        "video_id",
        "transcode_task_id",
        "template_group_id",
        "trigger",
        "created_after",
        *WHERE,
    )
    video_id = IdField("video_id")
    transcode_task_id = IdField("transcode_task_id")
    template_group_id = IdField("template_group_id")
    trigger = IdField("trigger")

    def __init__(
        self,
        *,
        video_id: Ids,
        transcode_task_id: Ids | LeftOut = LEFT_OUT,
        template_group_id: str | XComArg | LeftOut = LEFT_OUT,
        trigger: str | XComArg | LeftOut = LEFT_OUT,
        created_after: datetime | str | XComArg | LeftOut | None = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        ids = {
            "video_id": video_id,
            "transcode_task_id": transcode_task_id,
            "template_group_id": template_group_id,
            "trigger": trigger,
        }
        super().__init__(kind="alibaba.vod.transcode", ids=ids, created_after=created_after, **kwargs)


class AlibabaVodUrlUploadSensor(MediaJobSensor):
    """Wait for an upload by URL to ApsaraVideo VOD (``GetURLUploadInfos``).

    :param job_id: id of the upload (templated), or a list: ``UploadJobs[].JobId`` in the answer of
        ``UploadMediaByURL``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-geturluploadinfos
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.vod.url_upload", ids={"job_id": job_id}, **kwargs)


class AlibabaMpsTranscodeSensor(MediaJobSensor):
    """Wait for a transcoding job of ApsaraVideo Media Processing (``QueryJobList``).

    :param job_id: id of the job (templated), or a list: ``JobResultList.JobResult[].Job.JobId`` in the answer of
        ``SubmitJobs``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-queryjoblist
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.mps.transcode", ids={"job_id": job_id}, **kwargs)


class AlibabaMpsSnapshotSensor(MediaJobSensor):
    """Wait for a snapshot job of ApsaraVideo Media Processing (``QuerySnapshotJobList``).

    :param job_id: id of the job (templated), or a list: ``SnapshotJob.Id`` in the answer of ``SubmitSnapshotJob``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.mps.snapshot", ids={"job_id": job_id}, **kwargs)
