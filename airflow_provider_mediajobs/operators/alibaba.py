# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Operators for Alibaba Cloud: a signature and a docstring each; all logic is :class:`MediaJobOperator`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..sensors.arguments import LEFT_OUT, LeftOut
from ..sensors.errors import AirflowErrors
from .job import MediaJobOperator
from .parameters import merged

if TYPE_CHECKING:
    from airflow.sdk import XComArg

    Text = str | XComArg | LeftOut
    Object = Mapping[str, Any] | str | XComArg | LeftOut


class AlibabaIceSubmitLiveEditingOperator(MediaJobOperator):
    """Submit a live editing job of Intelligent Media Services (``SubmitLiveEditingJob``), and wait for it.

    All parameters are templated.

    :param clips: the parts of the stream to put together, in this order: objects with ``StartTime`` and ``EndTime`` in
        UTC, and with ``AppName``, ``DomainName`` and ``StreamName`` where a clip has a stream of its own.
    :param live_stream_config: the stream of all clips: ``AppName``, ``DomainName``, ``StreamName``.
    :param output_media_config: where the output goes: ``MediaURL``, or ``StorageLocation`` and ``FileName``; also
        ``Width``, ``Height``, ``Bitrate`` (kbit/s), ``VodTemplateGroupId``.
    :param output_media_target: ``oss-object`` or ``vod-media``.
    :param media_produce_config: settings of the production, such as ``Mode``; an object.
    :param editing_project_id: the live editing project (``ProjectId``).
    :param user_data: an object of your own, which is sent together with the operator's key: 512 bytes in all.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-submitliveeditingjob
    """

    def __init__(
        self,
        *,
        clips: Sequence[Mapping[str, Any]] | str | XComArg,
        live_stream_config: Object = LEFT_OUT,
        output_media_config: Object = LEFT_OUT,
        output_media_target: Text = LEFT_OUT,
        media_produce_config: Object = LEFT_OUT,
        editing_project_id: Text = LEFT_OUT,
        user_data: Object = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "clips": clips,
            "live_stream_config": live_stream_config,
            "output_media_config": output_media_config,
            "output_media_target": output_media_target,
            "media_produce_config": media_produce_config,
            "editing_project_id": editing_project_id,
            "user_data": user_data,
        }
        kind = "alibaba.ice.live_editing"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class AlibabaVodSubmitTranscodeOperator(MediaJobOperator):
    """Submit an ApsaraVideo VOD transcoding task (``SubmitTranscodeJobs``), and wait for it.

    All parameters are templated. The operator sets ``SessionId``, by which the vendor refuses a second request within
    seven days.

    :param video_id: id of the video.
    :param template_group_id: id of the template group.
    :param pipeline_id: id of the queue.
    :param priority: from 1 to 10, among the tasks in the queue.
    :param encrypt_config: settings of HLS encryption; an object.
    :param override_params: watermarks and subtitles that replace the template's; an object.
    :param user_data: settings of the vendor's callbacks; an object.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://www.alibabacloud.com/help/en/vod/developer-reference/api-vod-2017-03-21-submittranscodejobs
    """

    def __init__(
        self,
        *,
        video_id: str | XComArg,
        template_group_id: str | XComArg,
        pipeline_id: Text = LEFT_OUT,
        priority: int | Text = LEFT_OUT,
        encrypt_config: Object = LEFT_OUT,
        override_params: Object = LEFT_OUT,
        user_data: Object = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "video_id": video_id,
            "template_group_id": template_group_id,
            "pipeline_id": pipeline_id,
            "priority": priority,
            "encrypt_config": encrypt_config,
            "override_params": override_params,
            "user_data": user_data,
        }
        kind = "alibaba.vod.transcode"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class AlibabaLiveEditShowOperator(MediaJobOperator):
    """Edit an episode of an ApsaraVideo Live studio (``EditShowAndReplace``), and wait for that very edit.

    All parameters are templated. The vendor shows one edit of an episode: a second edit hides the first.

    :param caster_id: id of the production studio.
    :param show_id: id of the episode.
    :param storage_info: where the file goes: ``StorageLocation`` and ``FileName``. The operator puts its key before
        the extension of the name, because the vendor's answers show no other field of the request.
    :param start_time: seconds from the start of the episode; this or ``end_time`` must be given.
    :param end_time: seconds from the start of the episode.
    :param user_data: a text of your own, which the vendor returns nowhere.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-editshowandreplace
    """

    def __init__(
        self,
        *,
        caster_id: str | XComArg,
        show_id: str | XComArg,
        storage_info: Mapping[str, str] | str | XComArg,
        start_time: float | Text = LEFT_OUT,
        end_time: float | Text = LEFT_OUT,
        user_data: Text = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "caster_id": caster_id,
            "show_id": show_id,
            "storage_info": storage_info,
            "start_time": start_time,
            "end_time": end_time,
            "user_data": user_data,
        }
        kind = "alibaba.live.editing"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class AlibabaIceSubmitProducingOperator(MediaJobOperator):
    """Submit an editing job of Intelligent Media Services (``SubmitMediaProducingJob``), and wait for it.

    All parameters are templated. Exactly one of ``timeline``, ``template_id`` and ``editing_project_id`` must be given.
    The operator sets ``ClientToken``, by which a second request makes no second job.

    :param output_media_config: where the output goes: ``MediaURL``, or ``StorageLocation`` and ``FileName``; also
        ``Width``, ``Height``, ``Bitrate`` (kbit/s).
    :param timeline: tracks of clips and effects; an object.
    :param template_id: id of a template.
    :param clips_param: what is put into the template; an object.
    :param editing_project_id: the editing project (``ProjectId``).
    :param output_media_target: ``oss-object``, ``vod-media`` or ``S3``.
    :param editing_produce_config: settings of the production, such as ``CoverConfig``; an object.
    :param media_metadata: title and the like of the medium that is made; an object.
    :param project_metadata: title and the like of the project; an object.
    :param user_data: an object of your own, which is sent together with the operator's key: 512 bytes in all.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-submitmediaproducingjob
    """

    def __init__(
        self,
        *,
        output_media_config: Mapping[str, Any] | str | XComArg,
        timeline: Object = LEFT_OUT,
        template_id: Text = LEFT_OUT,
        clips_param: Object = LEFT_OUT,
        editing_project_id: Text = LEFT_OUT,
        output_media_target: Text = LEFT_OUT,
        editing_produce_config: Object = LEFT_OUT,
        media_metadata: Object = LEFT_OUT,
        project_metadata: Object = LEFT_OUT,
        user_data: Object = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "output_media_config": output_media_config,
            "timeline": timeline,
            "template_id": template_id,
            "clips_param": clips_param,
            "editing_project_id": editing_project_id,
            "output_media_target": output_media_target,
            "editing_produce_config": editing_produce_config,
            "media_metadata": media_metadata,
            "project_metadata": project_metadata,
            "user_data": user_data,
        }
        kind = "alibaba.ice.producing"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class AlibabaIceSubmitTranscodeOperator(MediaJobOperator):
    """Submit a transcoding job of Intelligent Media Services (``SubmitTranscodeJob``), and wait for it.

    All parameters are templated. The operator sets ``ClientToken``, by which a second request makes no second job. The
    vendor's page says that the operation is discontinued after 2025-12-31: ask the vendor whether your account still
    has it.

    :param input_group: the source, or several that are merged: objects with ``Type`` (``OSS`` or ``Media``) and
        ``Media``.
    :param output_group: objects with ``Output`` (``Type`` and ``Media``) and ``ProcessConfig``, such as
        ``{"Transcode": {"TemplateId": …}}``. Each becomes a job of its own under one parent job, for which
        the operator waits.
    :param name: name of the job.
    :param schedule_config: ``PipelineId`` and ``Priority``.
    :param user_data: an object of your own, which is sent together with the operator's key: 512 bytes in all.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-submittranscodejob
    """

    def __init__(
        self,
        *,
        input_group: Sequence[Mapping[str, Any]] | str | XComArg,
        output_group: Sequence[Mapping[str, Any]] | str | XComArg,
        name: Text = LEFT_OUT,
        schedule_config: Object = LEFT_OUT,
        user_data: Object = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "input_group": input_group,
            "output_group": output_group,
            "name": name,
            "schedule_config": schedule_config,
            "user_data": user_data,
        }
        kind = "alibaba.ice.transcode"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class AlibabaMpsSubmitTranscodeOperator(MediaJobOperator):
    """Submit a transcoding job of ApsaraVideo Media Processing (``SubmitJobs``), and wait for it.

    All parameters are templated. The vendor makes one job for each output, so a task submits one output; for several,
    map the operator over them: ``AlibabaMpsSubmitTranscodeOperator.partial(…).expand(output=[…])``.

    :param input: the source: ``Bucket``, ``Location`` and ``Object``, a path that must be URL-encoded.
    :param output: ``OutputObject`` (a path that must be URL-encoded), ``TemplateId`` and the vendor's other parameters
        of an output. Your own ``UserData``, an object or a text, is sent with the operator's key: 1,024 bytes in all.
    :param output_bucket: the bucket that the output goes to.
    :param pipeline_id: id of the queue.
    :param output_location: region of that bucket, such as ``oss-cn-shanghai``.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-submitjobs
    """

    def __init__(
        self,
        *,
        input: Mapping[str, str] | str | XComArg,  # noqa: A002 - the vendor's name
        output: Mapping[str, Any] | str | XComArg,
        output_bucket: str | XComArg,
        pipeline_id: str | XComArg,
        output_location: Text = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "input": input,
            "output": output,
            "output_bucket": output_bucket,
            "pipeline_id": pipeline_id,
            "output_location": output_location,
        }
        kind = "alibaba.mps.transcode"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)
