"""Sensors for Alibaba Cloud: a signature and a docstring each; all logic is :class:`MediaJobSensor`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.policy import WHERE
from .arguments import LEFT_OUT, IdField, LeftOut
from .job import MediaJobSensor

if TYPE_CHECKING:
    from airflow.sdk import XComArg


class AlibabaLiveEditingSensor(MediaJobSensor):
    """Wait for an ApsaraVideo Live editing task (``GetEditingJobInfo``).

    :param caster_id: id of the production studio (templated).
    :param show_id: id of the episode (templated). Left out, the wait is for every episode of the studio.
    :param episodes: how many episodes must be there, when ``show_id`` is left out.

    Further arguments: see :class:`MediaJobSensor`.
    """

    template_fields = ("caster_id", "show_id", *WHERE)
    caster_id = IdField("caster_id")
    show_id = IdField("show_id")

    def __init__(
        self,
        *,
        caster_id: str | XComArg,
        show_id: str | XComArg | LeftOut = LEFT_OUT,
        episodes: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kind="alibaba.live.editing", ids={"caster_id": caster_id, "show_id": show_id}, episodes=episodes, **kwargs
        )


class AlibabaIceLiveEditingSensor(MediaJobSensor):
    """Wait for a live editing job of Intelligent Media Services (``GetLiveEditingJob``).

    :param job_id: id of the job (templated).

    Further arguments: see :class:`MediaJobSensor`.
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: str | XComArg, **kwargs: Any) -> None:
        super().__init__(kind="alibaba.ice.live_editing", ids={"job_id": job_id}, **kwargs)


class AlibabaVodTranscodeSensor(MediaJobSensor):
    """Wait for an ApsaraVideo VOD transcoding task (``ListTranscodeTask``).

    :param video_id: id of the video (templated).
    :param transcode_task_id: id of the task (templated). Left out, the video's newest task decides.
    :param start_time: only tasks from this time on, UTC ``yyyy-MM-ddTHH:mm:ssZ`` (templated).
    :param end_time: only tasks up to this time, later than ``start_time`` (templated).

    Further arguments: see :class:`MediaJobSensor`.
    """

    template_fields = ("video_id", "transcode_task_id", "start_time", "end_time", *WHERE)
    video_id = IdField("video_id")
    transcode_task_id = IdField("transcode_task_id")
    start_time = IdField("start_time")
    end_time = IdField("end_time")

    def __init__(
        self,
        *,
        video_id: str | XComArg,
        transcode_task_id: str | XComArg | LeftOut = LEFT_OUT,
        start_time: str | XComArg | LeftOut = LEFT_OUT,
        end_time: str | XComArg | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        ids = {
            "video_id": video_id,
            "transcode_task_id": transcode_task_id,
            "start_time": start_time,
            "end_time": end_time,
        }
        super().__init__(kind="alibaba.vod.transcode", ids=ids, **kwargs)
