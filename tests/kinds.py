# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The facts of each kind of job, written by hand from the vendors' pages. Tests compare the code with them.

Add the facts of a new kind here: all tests that iterate over the kinds read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Example:
    """The kind's DAG in ``example_dags``: the job that it waits for, and the output that it must publish.

    :param ids: ids of the job, as the kind names them.
    :param published: what the publish step prints.
    :param record: fields of the vendor's record of the job.
    :param params: params of the DAG, where they have other names than the ids.
    """

    ids: Mapping[str, str]
    published: str
    record: Mapping[str, str] | None = None
    params: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Facts:
    """The facts of one kind.

    :param sensor: name of the kind's sensor class.
    :param states: the state that each of the vendor's words means. Of a word whose end the renditions decide: its own.
    :param course: the words of a job that succeeds, in their order, as the emulator shows them.
    :param failed: the word of a job that has failed.
    :param quota: the limit that status queries count against: name, calls, seconds.
    :param limit: the emulator's bucket for status queries: name (``vendor.product``, or ``vendor.product.Operation``
        for a limit of the operation's own), calls, seconds.
    :param actions: permissions for status queries; then those for probes, and those for cancelling.
    :param cancels: whether jobs can be cancelled, where no page names a permission for that.
    :param ids: the required ids; then the optional ones.
    :param group_by: ids that all jobs of one status query must have in common, and how many jobs one query may name.
    :param job: the ids of one job, as the emulator stores it.
    :param record: the record of a job that has succeeded, as the vendor sends it: the fields that are read.
    :param place: the field of an answer that holds the records; the name under which a single record may be wrapped.
    :param one: whether that field holds one record, rather than a list.
    :param word: the field of a record that holds the status word.
    :param named: the fields of a record that hold ids, whatever the vendor calls them, each with the id's name.
    :param deciding: the fields of a record on which the state or the identity of the job depends, those of the ids and
        the word included.
    :param renditions_in: the field that holds the renditions, where these affect the state. It is a list, in any form.
    :param detail: the answer of a second call about the job: its field, and the record in it.
    :param alone: fields of a record with which the word alone decides.
    :param samples: answers of the vendor's pages in the ``samples`` folder of the kind's test, with the ids of a job in
        each. The job may have any known state.
    :param reached: the state that a word reaches whose end the renditions decide, as the emulator shows it.
    :param choosing: ids that choose among records, but are in no field of a record.
    """

    name: str
    sensor: str
    console: str
    states: Mapping[str, str]
    course: tuple[str, ...]
    failed: str
    quota: tuple[str, float, float]
    limit: tuple[str, float, float]
    actions: tuple[str, ...]
    ids: tuple[str, ...]
    job: Mapping[str, str]
    record: Mapping[str, Any]
    place: tuple[str, str]
    word: str
    named: Mapping[str, str]
    deciding: tuple[str, ...]
    samples: Mapping[str, Mapping[str, str]]
    example: Example
    one: bool = False
    optional: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    batch_size: int = 1
    probe_actions: tuple[str, ...] = ()
    cancel_actions: tuple[str, ...] = ()
    cancels: bool = False
    collection_id: str | None = None
    renditions_in: str | None = None
    run_id: str | None = None
    newest_run: bool = False
    renditions: Mapping[str, str] = field(default_factory=dict)
    told_by_renditions: frozenset[str] = frozenset()
    reached: Mapping[str, str] = field(default_factory=dict)
    detail: tuple[str, Mapping[str, Any]] | None = None
    alone: Mapping[str, Any] = field(default_factory=dict)
    choosing: Mapping[str, str] = field(default_factory=dict)
    console_list: str = ""

    @property
    def vendor(self) -> str:
        return self.name.partition(".")[0]

    @property
    def requested(self) -> dict[str, str]:
        """The ids that a wait for the job gives: without the run's id, so that the newest run is meant."""
        return {name: value for name, value in self.job.items() if name in {*self.ids, self.collection_id}}

    @property
    def success(self) -> frozenset[str]:
        """The words of full success."""
        return frozenset(word for word, state in self.states.items() if state == "succeeded")

    @property
    def opening(self) -> frozenset[str]:
        """The words of full success, and those that are one if the renditions say so."""
        return self.success | self.told_by_renditions

    @property
    def done(self) -> str:
        """The last word of a job that succeeds."""
        return self.course[-1]

    @property
    def waiting(self) -> str:
        """The word of a job that has not started; where there is none, of a job that runs."""
        words = [word for word, state in self.states.items() if state == "pending"]
        return words[-1] if words else self.running

    @property
    def running(self) -> str:
        """The word of a job that runs."""
        return next(word for word in self.course if self.states[word] == "running")

    @property
    def before(self) -> list[str]:
        """The words of a job that succeeds, without the last one."""
        return list(self.course[:-1])

    def body(self, record: Any) -> dict[str, Any]:
        """The body of an answer with one record, to any call of a status query."""
        found = {"RequestId": "r", "total": 1, self.place[0]: record if self.one else [record]}
        return found | ({} if self.detail is None else {self.detail[0]: record})

    @property
    def whole_record(self) -> dict[str, Any]:
        """The record, with the facts that a second call adds."""
        return {**self.record, **(self.detail[1] if self.detail else {})}


_RENDITION = {
    "TranscodeJobId": "j1",
    "TranscodeJobStatus": "TranscodeSuccess",
    "Definition": "LD",
    "OutputFile": {"OutputFileUrl": "u", "Filesize": 1, "VideoStreamList": '[{"CodecName": "h264"}]'},
}

_ALL = (
    Facts(
        "alibaba.live.editing",
        sensor="AlibabaLiveEditingSensor",
        console="https://live.console.aliyun.com",
        states={"0": "pending", "1": "running", "2": "running", "3": "succeeded", "-1": "failed"},
        course=("0", "1", "2", "3"),
        failed="-1",
        quota=("live", 10, 1),
        limit=("alibaba.live", 10, 1.0),
        actions=("live:GetEditingJobInfo",),
        ids=("caster_id",),
        optional=("show_id", "output_vod_id", "file_name"),
        group_by=("caster_id",),
        batch_size=10_000,
        collection_id="show_id",
        job={"caster_id": "c1", "show_id": "s1"},
        record={"OutputVodId": "v", "TaskStatus": 3, "StorageInfo": {"FileName": "f"}, "ShowId": "s1"},
        place=("EditingTasksInfo", "EditingTask"),
        word="TaskStatus",
        named={"ShowId": "show_id"},
        deciding=("TaskStatus", "ShowId"),
        samples={
            "get_editing_job_info.json": {
                "caster_id": "53200b81-b761-4c10-842a-a0726d97****",
                "show_id": "42200b81-b761-4c10-842a-a0726d97****",
            }
        },
        choosing={"output_vod_id": "OutputVodId"},
        example=Example(
            {"caster_id": "studio-1", "show_id": "episode-1"},
            "publish media-1 stored as {'StorageLocation': 'outin-emulator.oss-cn-shanghai.aliyuncs.com', 'FileName': ",
            record={"OutputVodId": "media-1"},
        ),
    ),
    Facts(
        "alibaba.ice.live_editing",
        sensor="AlibabaIceLiveEditingSensor",
        console="https://ims.console.aliyun.com",
        states={
            "Init": "pending",
            "Queuing": "pending",
            "Processing": "running",
            "Success": "succeeded",
            "Failed": "failed",
        },
        course=("Init", "Queuing", "Processing", "Success"),
        failed="Failed",
        quota=("ice", 10, 1),
        limit=("alibaba.ice", 10, 1.0),
        actions=("ice:GetLiveEditingJob",),
        probe_actions=("ice:ListMediaProducingJobs",),
        ids=("job_id",),
        group_by=("job_id",),
        job={"job_id": "j1"},
        record={"JobId": "j1", "Status": "Success", "CreationTime": "2026-11-28T11:30:00Z", "MediaURL": "u"},
        place=("LiveEditingJob", "LiveEditingJob"),
        one=True,
        word="Status",
        named={"JobId": "job_id"},
        deciding=("JobId", "Status"),
        samples={"get_live_editing_job.json": {"job_id": "****cdb3e74639973036bc84****"}},
        example=Example(
            {"job_id": "ice-1"}, "publish https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4 finished at 20"
        ),
    ),
    Facts(
        "alibaba.ice.producing",
        sensor="AlibabaIceProducingSensor",
        console="https://ims.console.aliyun.com",
        states={
            "Init": "pending",
            "Queuing": "pending",
            "Processing": "running",
            "Success": "succeeded",
            "Failed": "failed",
        },
        course=("Init", "Queuing", "Processing", "Success"),
        failed="Failed",
        quota=("ice", 10, 1),
        limit=("alibaba.ice", 10, 1.0),
        actions=("ice:GetMediaProducingJob",),
        probe_actions=("ice:ListMediaProducingJobs",),
        ids=("job_id",),
        group_by=("job_id",),
        job={"job_id": "j1"},
        record={
            "JobId": "j1",
            "Status": "Success",
            "Progress": 100,
            "CreateTime": "2026-11-28T11:30:00Z",
            "MediaURL": "u",
            "Duration": 12.0,
        },
        place=("MediaProducingJob", "MediaProducingJob"),
        one=True,
        word="Status",
        named={"JobId": "job_id"},
        deciding=("JobId", "Status"),
        samples={"get_media_producing_job.json": {"job_id": "****cdb3e74639973036bc84****"}},
        example=Example(
            {"job_id": "edit-1"}, "publish https://emulator.oss-cn-shanghai.aliyuncs.com/test.mp4 12.0 s\n"
        ),
    ),
    Facts(
        "alibaba.ice.transcode",
        sensor="AlibabaIceTranscodeSensor",
        console="https://ims.console.aliyun.com",
        states={"Init": "running", "Processing": "running", "Success": "running", "Fail": "failed"},
        course=("Init", "Processing", "Success"),
        failed="Fail",
        quota=("ice", 10, 1),
        limit=("alibaba.ice", 10, 1.0),
        actions=("ice:GetTranscodeJob",),
        ids=("parent_job_id",),
        group_by=("parent_job_id",),
        renditions={
            "Init": "pending",
            "Processing": "running",
            "Success": "succeeded",
            "Fail": "failed",
            "Deleted": "cancelled",
        },
        told_by_renditions=frozenset({"Success"}),
        reached={"Success": "succeeded"},
        job={"parent_job_id": "p1"},
        record={
            "ParentJobId": "p1",
            "Status": "Success",
            "Percent": 100,
            "JobCount": 1,
            "CreateTime": "2026-11-28T11:40:00Z",
            "TranscodeJobList": [
                {"JobId": "j1", "Status": "Success", "Output": {"Type": "OSS", "Media": "oss://b/a.mp4"}}
            ],
        },
        place=("TranscodeParentJob", "TranscodeParentJob"),
        one=True,
        word="Status",
        named={"ParentJobId": "parent_job_id"},
        deciding=("ParentJobId", "Status", "JobCount"),
        renditions_in="TranscodeJobList",
        alone={"TranscodeJobList": None},
        samples={"get_transcode_job.json": {"parent_job_id": "8b360e54ac024120ac380ca8ca33****"}},
        example=Example(
            {"parent_job_id": "p-1"},
            "publish oss://emulator/p-1/sd.mp4 640 x 360\npublish oss://emulator/p-1/hd.mp4 1280 x 720\n",
        ),
    ),
    Facts(
        "alibaba.ice.snapshot",
        sensor="AlibabaIceSnapshotSensor",
        console="https://ims.console.aliyun.com",
        states={"Init": "running", "Success": "succeeded", "Fail": "failed"},
        course=("Init", "Success"),
        failed="Fail",
        quota=("ice", 10, 1),
        limit=("alibaba.ice", 10, 1.0),
        actions=("ice:GetSnapshotJob",),
        ids=("job_id",),
        group_by=("job_id",),
        job={"job_id": "j1"},
        record={
            "JobId": "j1",
            "Status": "Success",
            "CreateTime": "2026-11-28T11:40:00Z",
            "Count": 8,
            "Output": {"Type": "OSS", "Media": "oss://b/{Count}.jpg"},
        },
        place=("SnapshotJob", "SnapshotJob"),
        one=True,
        word="Status",
        named={"JobId": "job_id"},
        deciding=("JobId", "Status"),
        samples={"get_snapshot_job.json": {"job_id": "****d80e4e4044975745c14b****"}},
        example=Example({"job_id": "snap-1"}, "publish oss://emulator/snap-1/{Count}.jpg\n"),
    ),
    Facts(
        "alibaba.ice.package",
        sensor="AlibabaIcePackageSensor",
        console="https://ims.console.aliyun.com",
        states={"Init": "running", "Success": "succeeded", "Fail": "failed"},
        course=("Init", "Success"),
        failed="Fail",
        quota=("ice", 10, 1),
        limit=("alibaba.ice", 10, 1.0),
        actions=("ice:GetPackageJob",),
        ids=("job_id",),
        group_by=("job_id",),
        job={"job_id": "j1"},
        record={
            "JobId": "j1",
            "Status": "Success",
            "CreateTime": "2026-11-28T11:40:00Z",
            "OutputUrl": "https://b/master.m3u8",
        },
        place=("PackageJob", "PackageJob"),
        one=True,
        word="Status",
        named={"JobId": "job_id"},
        deciding=("JobId", "Status"),
        samples={"get_package_job.json": {"job_id": "****7b6d7b6d4b6d8a7e9c3f****"}},
        example=Example(
            {"job_id": "pack-1"}, "publish https://emulator.oss-cn-shanghai.aliyuncs.com/pack-1/master.m3u8\n"
        ),
    ),
    Facts(
        "alibaba.ice.dynamic_image",
        sensor="AlibabaIceDynamicImageSensor",
        console="https://ims.console.aliyun.com",
        states={"Init": "running", "Success": "succeeded", "Fail": "failed"},
        course=("Init", "Success"),
        failed="Fail",
        quota=("ice", 10, 1),
        limit=("alibaba.ice", 10, 1.0),
        actions=("ice:GetDynamicImageJob",),
        ids=("job_id",),
        group_by=("job_id",),
        job={"job_id": "j1"},
        record={
            "JobId": "j1",
            "Status": "Success",
            "CreateTime": "2026-11-28T11:40:00Z",
            "OutputUrl": "https://b/a.gif",
        },
        place=("DynamicImageJob", "DynamicImageJob"),
        one=True,
        word="Status",
        named={"JobId": "job_id"},
        deciding=("JobId", "Status"),
        samples={"get_dynamic_image_job.json": {"job_id": "****cdb3e74639973036bc84****"}},
        example=Example({"job_id": "gif-1"}, "publish https://emulator.oss-cn-shanghai.aliyuncs.com/gif-1.gif\n"),
    ),
    Facts(
        "alibaba.ice.media_info",
        sensor="AlibabaIceMediaInfoSensor",
        console="https://ims.console.aliyun.com",
        states={"Init": "running", "Success": "succeeded", "Fail": "failed"},
        course=("Init", "Success"),
        failed="Fail",
        quota=("ice", 10, 1),
        limit=("alibaba.ice", 10, 1.0),
        actions=("ice:GetMediaInfoJob",),
        ids=("job_id",),
        group_by=("job_id",),
        job={"job_id": "j1"},
        record={
            "JobId": "j1",
            "Status": "Success",
            "SubmitTime": "2026-11-28T11:40:00Z",
            "Input": {"Type": "OSS", "Media": "oss://b/a.mp4"},
            "MediaInfoProperty": {"FileBasicInfo": {"Duration": "12.0", "Width": "640"}},
        },
        place=("MediaInfoJob", "MediaInfoJob"),
        one=True,
        word="Status",
        named={"JobId": "job_id"},
        deciding=("JobId", "Status"),
        samples={"get_media_info_job.json": {"job_id": "2c6c9de4****"}},
        example=Example({"job_id": "info-1"}, "publish oss://emulator/info-1.mp4 12.0 s 640 x 360\n"),
    ),
    Facts(
        "alibaba.vod.transcode",
        sensor="AlibabaVodTranscodeSensor",
        console="https://vod.console.aliyun.com",
        console_list="https://vod.console.aliyun.com/#/media/video/list",
        states={
            "Processing": "running",
            "Partial": "running",
            "CompleteAllSucc": "succeeded",
            "CompeleteAllSucc": "succeeded",
            "CompleteAllSucces": "succeeded",
            "CompletePartialSucc": "partial",
            "CompleteAllFail": "failed",
        },
        course=("Processing", "Partial", "CompleteAllSucc"),
        failed="CompleteAllFail",
        quota=("vod", 15, 1),
        limit=("alibaba.vod", 15, 1.0),
        actions=("vod:ListTranscodeTask", "vod:GetTranscodeTask"),
        probe_actions=("vod:GetTranscodeSummary",),
        ids=("video_id",),
        optional=("transcode_task_id", "template_group_id", "trigger"),
        group_by=("video_id",),
        batch_size=10_000,
        run_id="transcode_task_id",
        renditions={"Transcoding": "running", "TranscodeSuccess": "succeeded", "TranscodeFail": "failed"},
        job={"video_id": "v1", "transcode_task_id": "t1"},
        record={"TranscodeTaskId": "t1", "VideoId": "v1", "TaskStatus": "CompleteAllSucc", "Trigger": "Auto"},
        place=("TranscodeTaskList", "TranscodeTask"),
        word="TaskStatus",
        named={"TranscodeTaskId": "transcode_task_id", "VideoId": "video_id"},
        deciding=("TranscodeTaskId", "VideoId", "TaskStatus", "Trigger"),
        samples={
            "list_transcode_task.json": {
                "video_id": "d4860fcc6a5*****bce9fed52e893824",
                "transcode_task_id": "b1b65ab107*****ba3dbb900f6c1fe0",
            }
        },
        detail=(
            "TranscodeTask",
            {"TranscodeTaskId": "t1", "TaskStatus": "CompleteAllSucc", "TranscodeJobInfoList": [_RENDITION]},
        ),
        alone={"TranscodeJobInfoList": None},
        choosing={
            "transcode_task_id": "TranscodeTaskId",
            "template_group_id": "TranscodeTemplateGroupId",
            "trigger": "Trigger",
        },
        example=Example(
            {"video_id": "video-1", "transcode_task_id": "task-1"},
            "publish http://emulator.oss-cn-shanghai.aliyuncs.com/video-1/ld.mp4 640 x 360\n"
            "publish http://emulator.oss-cn-shanghai.aliyuncs.com/video-1/sd.mp4 960 x 540\n",
        ),
    ),
    Facts(
        "alibaba.vod.url_upload",
        sensor="AlibabaVodUrlUploadSensor",
        console="https://vod.console.aliyun.com",
        console_list="https://vod.console.aliyun.com/#/media/video/list",
        states={
            "PENDING": "pending",
            "PROCESSING": "running",
            "DOWNLOADING": "running",
            "DOWNLOAD_SUCCESS": "running",
            "UPLOADING": "running",
            "UPLOAD_SUCCESS": "running",
            "SUCCESS": "succeeded",
            "DOWNLOAD_FAIL": "failed",
            "UPLOAD_FAIL": "failed",
        },
        course=("PENDING", "DOWNLOADING", "DOWNLOAD_SUCCESS", "UPLOADING", "UPLOAD_SUCCESS", "SUCCESS"),
        failed="DOWNLOAD_FAIL",
        quota=("vod-url-upload", 100, 1),
        limit=("alibaba.vod.GetURLUploadInfos", 100, 1.0),
        actions=("vod:GetURLUploadInfos",),
        cancel_actions=("vod:CancelUrlUploadJobs",),
        ids=("job_id",),
        batch_size=10,
        job={"job_id": "j1"},
        record={
            "JobId": "j1",
            "Status": "SUCCESS",
            "MediaId": "m1",
            "ErrorCode": "200",
            "CreationTime": "2026-11-28T11:40:00Z",
        },
        place=("URLUploadInfoList", "URLUploadInfo"),
        word="Status",
        named={"JobId": "job_id"},
        deciding=("JobId", "Status"),
        samples={"get_url_upload_infos.json": {"job_id": "3829500c0fef429fa4ec1680b122d****"}},
        example=Example({"job_id": "upload-1"}, "publish media-1\n", record={"MediaId": "media-1"}),
    ),
    Facts(
        "alibaba.mps.transcode",
        sensor="AlibabaMpsTranscodeSensor",
        console="https://mps.console.aliyun.com",
        states={
            "Submitted": "pending",
            "Transcoding": "running",
            "TranscodeSuccess": "succeeded",
            "TranscodeFail": "failed",
            "TranscodeCancelled": "cancelled",
        },
        course=("Submitted", "Transcoding", "TranscodeSuccess"),
        failed="TranscodeFail",
        quota=("mts", 100, 1),
        limit=("alibaba.mts", 100, 1.0),
        actions=("mts:QueryJobList",),
        cancel_actions=("mts:CancelJob",),
        ids=("job_id",),
        batch_size=10,
        renditions={"true": "succeeded", "false": "failed"},
        job={"job_id": "j1"},
        record={
            "JobId": "j1",
            "State": "TranscodeSuccess",
            "Percent": 100,
            "CreationTime": "2026-11-28T11:40:00Z",
            "Output": {
                "OutputFile": {"Bucket": "b", "Object": "o.mp4"},
                "Properties": {"Duration": "17", "FileSize": "70569598", "Width": "1920"},
            },
        },
        place=("JobList", "Job"),
        word="State",
        named={"JobId": "job_id"},
        deciding=("JobId", "State"),
        samples={"query_job_list.json": {"job_id": "31fa3c9ca8134fb4b0b0f7878301****"}},
        example=Example({"job_id": "mps-1"}, "publish oss://emulator/mps-1.mp4 12.0 s 600000 bytes\n"),
    ),
    Facts(
        "alibaba.mps.snapshot",
        sensor="AlibabaMpsSnapshotSensor",
        console="https://mps.console.aliyun.com",
        states={"Submitted": "pending", "Snapshoting": "running", "Success": "succeeded", "Fail": "failed"},
        course=("Submitted", "Snapshoting", "Success"),
        failed="Fail",
        quota=("mts-snapshot", 100, 1),
        limit=("alibaba.mts.QuerySnapshotJobList", 100, 1.0),
        actions=("mts:QuerySnapshotJobList",),
        ids=("job_id",),
        batch_size=10,
        job={"job_id": "j1"},
        record={
            "Id": "j1",
            "State": "Success",
            "CreationTime": "2026-11-28T11:40:00Z",
            "Count": "3",
            "SnapshotConfig": {"Num": "3", "OutputFile": {"Bucket": "b", "Object": "{Count}.jpg"}},
        },
        place=("SnapshotJobList", "SnapshotJob"),
        word="State",
        named={"Id": "job_id"},
        deciding=("Id", "State"),
        samples={
            "query_snapshot_job_list.json": {"job_id": "cc6cbef8e8d5481ca536f5d2a466****"},
            "query_snapshot_job_list_2018.json": {"job_id": "88c6ca184c0e47098a5b665e2a126797"},
        },
        example=Example({"job_id": "snap-1"}, "publish oss://emulator/snap-1/{Count}.jpg 3 pictures\n"),
    ),
    Facts(
        "huawei.vod.editing",
        sensor="HuaweiVodEditingSensor",
        console="https://console.huaweicloud.com/vod",
        states={
            "WAITING": "pending",
            "PROCESSING": "running",
            "SUCCEED": "succeeded",
            "FAILED": "failed",
            "CANCEL": "cancelled",
        },
        course=("WAITING", "PROCESSING", "SUCCEED"),
        failed="FAILED",
        quota=("vod", 100, 60),
        limit=("huawei.vod", 100, 60.0),
        actions=("vod:asset:listEditTask",),
        cancel_actions=("vod:asset:deleteEditTask",),
        ids=("task_id",),
        batch_size=10_000,
        job={"task_id": "1001"},
        record={
            "task_id": "1001",
            "status": "SUCCEED",
            "progress": 100,
            "asset_id": "a",
            "create_time": "2026-11-28T11:40:00Z",
        },
        place=("tasks", "task"),
        word="status",
        named={"task_id": "task_id"},
        deciding=("task_id", "status"),
        samples={"list_asset_edit_task.json": {"task_id": "123"}},
        example=Example(
            {"task_id": "edit-1"},
            "publish asset-1\n",
            record={"asset_id": "asset-1"},
            params={"edit_task_id": "edit-1"},
        ),
    ),
    Facts(
        "huawei.vod.transcode",
        sensor="HuaweiVodTranscodeSensor",
        console="https://console.huaweicloud.com/vod",
        states={"WAITING": "pending", "PROCESSING": "running", "SUCCEED": "succeeded", "FAILED": "failed"},
        course=("WAITING", "PROCESSING", "SUCCEED"),
        failed="FAILED",
        quota=("vod", 100, 60),
        limit=("huawei.vod", 100, 60.0),
        actions=("vod:asset:getTaskInfo",),
        probe_actions=("vod:asset:list",),
        cancels=True,
        ids=("asset_id",),
        group_by=("asset_id",),
        newest_run=True,
        job={"asset_id": "a1"},
        record={
            "type": "TRANSCODE",
            "asset_id": "a1",
            "status": "SUCCEED",
            "create_time": "2026-11-28T11:40:00Z",
            "end_time": "2026-11-28T11:45:00Z",
            "transcode_result": {"template_name": "hd", "progress": 100, "start_time": "2026-11-28T11:40:30Z"},
        },
        place=("results", "result"),
        word="status",
        named={"asset_id": "asset_id"},
        deciding=("asset_id", "status", "type"),
        detail=("transcode_info", {"transcode_status": "TRANSCODE_SUCCEED", "output": [{"url": "u"}]}),
        samples={"asset_tasks.json": {"asset_id": "a1"}},
        example=Example(
            {"asset_id": "asset-1"},
            "publish https://emulator.example.com/asset/asset-1/play_video/hd.mp4 1280 x 720\n",
        ),
    ),
    Facts(
        "huawei.mpc.editing",
        sensor="HuaweiMpcEditingSensor",
        console="https://console.huaweicloud.com",
        states={
            "INIT": "pending",
            "WAITING": "pending",
            "PREPROCESSING": "running",
            "PROCESSING": "running",
            "SUCCEEDED": "succeeded",
            "SUCCEED": "succeeded",
            "FAILED": "failed",
            "CANCELED": "cancelled",
        },
        course=("WAITING", "PROCESSING", "SUCCEEDED"),
        failed="FAILED",
        quota=("mpc", 100, 60),
        limit=("huawei.mpc", 100, 60.0),
        actions=("mpc:editingTask:view",),
        cancel_actions=("mpc:editingTask:delete",),
        ids=("job_id",),
        batch_size=10,
        job={"job_id": "30647"},
        record={
            "job_id": "30647",
            "status": "SUCCEEDED",
            "create_time": "20261128114000",
            "output": {"bucket": "b", "file_name": "f"},
            "editing_output": {
                "duration_ms": 12000,
                "size": 1,
                "video_info": {"width": 1},
                "audio_info": [{"codec": "A"}],
            },
        },
        place=("job_array", "job"),
        word="status",
        named={"job_id": "job_id"},
        deciding=("job_id", "status"),
        samples={"editing_jobs_v2.json": {"job_id": "30647"}, "editing_jobs_v1.json": {"job_id": "40001"}},
        example=Example({"job_id": "30647"}, "publish obs://emulator/out/dir/o.mp4 MP4 12.0 s 1048576 bytes\n"),
    ),
    Facts(
        "huawei.mpc.transcoding",
        sensor="HuaweiMpcTranscodingSensor",
        console="https://console.huaweicloud.com",
        states={
            "WAITING": "pending",
            "NEED_TO_BE_AUDIT": "pending",
            "TRANSCODING": "running",
            "SUCCEEDED": "succeeded",
            "FAILED": "failed",
            "CANCELED": "cancelled",
        },
        course=("WAITING", "TRANSCODING", "SUCCEEDED"),
        failed="FAILED",
        quota=("mpc", 100, 60),
        limit=("huawei.mpc", 100, 60.0),
        actions=("mpc:transcodeTask:view",),
        cancel_actions=("mpc:transcodeTask:delete",),
        ids=("task_id",),
        batch_size=10,
        renditions={"SUCCEEDED": "succeeded", "FAILED": "failed"},
        job={"task_id": "4711"},
        record={
            "task_id": "4711",
            "status": "SUCCEEDED",
            "progress": 100,
            "create_time": "20261128114000",
            "end_time": "20261128114500",
            "trans_template_id": [7],
            "output": {"bucket": "b", "object": "dir"},
            "output_file_name": ["a_7.mp4"],
            "error_code": "",
        },
        place=("task_array", "task"),
        word="status",
        named={"task_id": "task_id"},
        deciding=("task_id", "status"),
        samples={
            "transcodings.json": {"task_id": "4711"},
            "transcodings_numbers.json": {"task_id": "7684"},
        },
        example=Example(
            {"task_id": "4711"},
            "publish obs://emulator/out/dir/match_7.mp4\n",
            params={"mpc_task_id": "4711"},
        ),
    ),
    Facts(
        "huawei.mpc.thumbnails",
        sensor="HuaweiMpcThumbnailsSensor",
        console="https://console.huaweicloud.com",
        states={
            "WAITING": "pending",
            "PROCESSING": "running",
            "SUCCEEDED": "succeeded",
            "FAILED": "failed",
            "CANCELED": "cancelled",
        },
        course=("WAITING", "PROCESSING", "SUCCEEDED"),
        failed="FAILED",
        quota=("mpc", 100, 60),
        limit=("huawei.mpc", 100, 60.0),
        actions=("mpc:thumbnailsTask:view",),
        cancel_actions=("mpc:thumbnailsTask:delete",),
        ids=("task_id",),
        batch_size=10,
        job={"task_id": "4712"},
        record={
            "task_id": "4712",
            "status": "SUCCEEDED",
            "create_time": "20261128114000",
            "end_time": "20261128114500",
            "output": {"bucket": "b", "object": "dir"},
            "thumbnail_info": [{"pic_name": "1.jpg"}],
            "description": "",
        },
        place=("task_array", "task"),
        word="status",
        named={"task_id": "task_id"},
        deciding=("task_id", "status"),
        samples={"mpc_thumbnails.json": {"task_id": "4712"}},
        example=Example(
            {"task_id": "4712"},
            "publish obs://emulator/out/dir/1.jpg\npublish obs://emulator/out/dir/2.jpg\n",
            params={"mpc_task_id": "4712"},
        ),
    ),
    Facts(
        "huawei.mpc.remux",
        sensor="HuaweiMpcRemuxSensor",
        console="https://console.huaweicloud.com",
        states={
            "INIT": "pending",
            "WAITING": "pending",
            "PREPROCESSING": "running",
            "PROCESSING": "running",
            "SUCCEED": "succeeded",
            "FAILED": "failed",
            "CANCELED": "cancelled",
        },
        course=("INIT", "WAITING", "PROCESSING", "SUCCEED"),
        failed="FAILED",
        quota=("mpc", 100, 60),
        limit=("huawei.mpc", 100, 60.0),
        actions=("mpc:remuxTsk:view",),
        cancel_actions=("mpc:remuxTsk:delete",),
        ids=("task_id",),
        batch_size=10,
        job={"task_id": "4713"},
        record={
            "task_id": "4713",
            "status": "SUCCEED",
            "complete_ratio": 100,
            "create_time": "20261128114000",
            "end_time": "20261128114500",
            "output": {"bucket": "b", "object": "dir", "file_name": "o.mp4"},
            "output_metadata": {"size": 1, "duration_ms": 12.5},
            "error_code": "",
        },
        place=("tasks", "task"),
        word="status",
        named={"task_id": "task_id"},
        deciding=("task_id", "status"),
        samples={"mpc_remux.json": {"task_id": "4713"}},
        example=Example({"task_id": "4713"}, "publish obs://emulator/out/dir/o.mp4\n", params={"mpc_task_id": "4713"}),
    ),
    Facts(
        "huawei.mpc.animated_graphics",
        sensor="HuaweiMpcAnimatedGraphicsSensor",
        console="https://console.huaweicloud.com",
        states={
            "INIT": "pending",
            "WAITING": "pending",
            "PREPROCESSING": "running",
            "PROCESSING": "running",
            "SUCCEED": "succeeded",
            "FAILED": "failed",
            "CANCELED": "cancelled",
        },
        course=("INIT", "WAITING", "PROCESSING", "SUCCEED"),
        failed="FAILED",
        quota=("mpc", 100, 60),
        limit=("huawei.mpc", 100, 60.0),
        actions=("mpc:animatedGraphicsTask:view",),
        cancel_actions=("mpc:animatedGraphicsTask:delete",),
        ids=("task_id",),
        batch_size=10,
        job={"task_id": "4714"},
        record={
            "task_id": "4714",
            "status": "SUCCEED",
            "create_time": "20261128114000",
            "end_time": "20261128114500",
            "output": {"bucket": "b", "object": "dir", "file_name": "o.gif"},
            "output_param": {"format": "gif"},
            "error_code": "",
        },
        place=("tasks", "task"),
        word="status",
        named={"task_id": "task_id"},
        deciding=("task_id", "status"),
        samples={"mpc_animated_graphics.json": {"task_id": "4714"}},
        example=Example({"task_id": "4714"}, "publish obs://emulator/out/dir/o.gif\n", params={"mpc_task_id": "4714"}),
    ),
    Facts(
        "huawei.mpc.metadata",
        sensor="HuaweiMpcMetadataSensor",
        console="https://console.huaweicloud.com",
        states={
            "INIT": "pending",
            "WAITING": "pending",
            "PREPROCESSING": "running",
            "PROCESSING": "running",
            "SUCCEED": "succeeded",
            "FAILED": "failed",
            "CANCELED": "cancelled",
        },
        course=("INIT", "WAITING", "PROCESSING", "SUCCEED"),
        failed="FAILED",
        quota=("mpc", 100, 60),
        limit=("huawei.mpc", 100, 60.0),
        actions=("mpc:extractTask:view",),
        cancel_actions=("mpc:extractTask:delete",),
        ids=("task_id",),
        batch_size=10,
        job={"task_id": "4715"},
        record={
            "task_id": "4715",
            "status": "SUCCEED",
            "create_time": "20261128114000",
            "end_time": "20261128114500",
            "input": {"bucket": "b", "object": "in.mp4"},
            "metadata": {"size": 1, "duration_ms": 12.5},
            "error_code": "",
        },
        place=("tasks", "task"),
        word="status",
        named={"task_id": "task_id"},
        deciding=("task_id", "status"),
        samples={"mpc_metadata.json": {"task_id": "4715"}},
        example=Example(
            {"task_id": "4715"},
            "publish obs://emulator/in/match.mp4 MP4 12.5 s 600000 bytes\n",
            params={"mpc_task_id": "4715"},
        ),
    ),
)

FACTS: dict[str, Facts] = {facts.name: facts for facts in _ALL}
"""The facts by the kind's name, in the order in which tables show the kinds."""
