# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the emulator with the vendors' own SDKs.

They know nothing of this package, so they check from outside what the emulator takes for a right signature and what it
takes for an answer of the documented shape.

Covers ``emulator.server``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.core.emulation.identity import Use
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.emulator import (
    DEFAULT_ACCESS_KEY,
    DEFAULT_PROJECT_ID,
    DEFAULT_PROVIDER,
    DEFAULT_SECRET_KEY,
    World,
)
from airflow_provider_mediajobs.emulator.server import EmulatorServer
from airflow_provider_mediajobs.vendors.alibaba import signing
from airflow_provider_mediajobs.vendors.alibaba.emulation.gateway import OPERATIONS
from airflow_provider_mediajobs.vendors.alibaba.emulation.operation import Operation

from ..kinds import FACTS

MPC_TASKS = {
    "transcoding": "SUCCEEDED",
    "thumbnails": "SUCCEEDED",
    "remux": "SUCCEED",
    "animated_graphics": "SUCCEED",
    "metadata": "SUCCEED",
}


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No proxy in between (one SDK ignores NO_PROXY), and a home for the file the other SDK writes there."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    world = World(now=lambda: datetime.now(UTC))
    world.add_key("temporary", "temporary-secret", "the token")
    world.add_job("alibaba.live.editing", {"caster_id": "studio * ~+/1", "show_id": "show/01"}, "3")
    world.add_job("alibaba.ice.live_editing", {"job_id": "job 1"}, "Success")
    world.add_job("alibaba.ice.producing", {"job_id": "job 2"}, "Success")
    world.add_job("alibaba.ice.transcode", {"parent_job_id": "p"}, "Success")
    for kind in ("snapshot", "package", "dynamic_image", "media_info"):
        world.add_job(f"alibaba.ice.{kind}", {"job_id": kind}, "Success")
    world.add_job("alibaba.vod.transcode", {"video_id": "v", "transcode_task_id": "t"}, "CompleteAllSucc")
    world.add_job("alibaba.vod.url_upload", {"job_id": "u"}, "SUCCESS")
    for job_id in ("m1", "m2"):
        world.add_job("alibaba.mps.transcode", {"job_id": job_id}, "TranscodeSuccess")
    world.add_job("huawei.vod.editing", {"task_id": "1001"}, "SUCCEED")
    for job_id in ("30647", "30648"):
        world.add_job("huawei.mpc.editing", {"job_id": job_id}, "SUCCEEDED")
    for kind, done in MPC_TASKS.items():
        world.add_job(f"huawei.mpc.{kind}", {"task_id": "4711"}, done)
    world.add_job("huawei.vod.transcode", {"asset_id": "a1"}, "SUCCEED")
    with EmulatorServer(world) as running:
        yield running


# --- Alibaba ----------------------------------------------------------------------------------------------------


def alibaba_config(server: EmulatorServer, secret: str, token: str | None, **extra: str) -> Any:
    from alibabacloud_tea_openapi.utils_models import Config

    endpoint = server.url.removeprefix("http://")
    key = "temporary" if token else DEFAULT_ACCESS_KEY
    return Config(
        endpoint=endpoint, protocol="http", access_key_id=key, access_key_secret=secret, security_token=token, **extra
    )


def live(config: Any) -> Any:
    from alibabacloud_live20161101.client import Client
    from alibabacloud_live20161101.models import GetEditingJobInfoRequest

    request = GetEditingJobInfoRequest(
        caster_id="studio * ~+/1", show_id="show/01", owner_id=7, region_id="cn-shanghai"
    )
    body = Client(config).get_editing_job_info(request).body
    task = json.loads(body.editing_tasks_info)  # the SDK types it as text, and so it comes
    return body.caster_id, task["ShowId"], task["TaskStatus"]


def ice(config: Any) -> Any:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import GetLiveEditingJobRequest

    job = Client(config).get_live_editing_job(GetLiveEditingJobRequest(job_id="job 1")).body.live_editing_job
    return job.job_id, job.status, job.output_media_config.width, job.live_stream_config.app_name


def vod(config: Any) -> Any:
    from alibabacloud_vod20170321.client import Client
    from alibabacloud_vod20170321.models import GetTranscodeTaskRequest, ListTranscodeTaskRequest

    client = Client(config)
    start, end = "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
    request = ListTranscodeTaskRequest(video_id="v", start_time=start, end_time=end, page_no=1, page_size=50)
    (listed,) = client.list_transcode_task(request).body.transcode_task_list
    detail = client.get_transcode_task(GetTranscodeTaskRequest(transcode_task_id="t")).body.transcode_task
    output = detail.transcode_job_info_list[0].output_file
    return (
        listed.transcode_task_id,
        listed.task_status,
        detail.task_status,
        output.format,
        output.filesize,
        output.width,
    )


def producing(config: Any) -> Any:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import GetMediaProducingJobRequest, ListMediaProducingJobsRequest

    client = Client(config)
    job = client.get_media_producing_job(GetMediaProducingJobRequest(job_id="job 2")).body.media_producing_job
    request = ListMediaProducingJobsRequest(job_type="EditingJob", max_results=100, sort_by="CreationTime:Desc")
    listed = client.list_media_producing_jobs(request).body.media_producing_job_list
    return job.job_id, job.status, job.progress, job.duration, [one.job_id for one in listed]


def ice_transcode(config: Any) -> Any:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import GetTranscodeJobRequest

    job = Client(config).get_transcode_job(GetTranscodeJobRequest(parent_job_id="p")).body.transcode_parent_job
    single = job.transcode_job_list[1]
    made = single.out_file_meta.file_basic_info.width, single.out_file_meta.video_stream_info_list[0].codec_name
    words = [one.status for one in job.transcode_job_list]
    return job.parent_job_id, job.status, job.job_count, words, single.output.media, made


def snapshot(config: Any) -> Any:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import GetSnapshotJobRequest

    job = Client(config).get_snapshot_job(GetSnapshotJobRequest(job_id="snapshot")).body.snapshot_job
    return job.job_id, job.status, job.count, job.output.media


def package(config: Any) -> Any:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import GetPackageJobRequest

    job = Client(config).get_package_job(GetPackageJobRequest(job_id="package")).body.package_job
    return job.job_id, job.status, job.output_url


def dynamic_image(config: Any) -> Any:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import GetDynamicImageJobRequest

    request = GetDynamicImageJobRequest(job_id="dynamic_image")
    job = Client(config).get_dynamic_image_job(request).body.dynamic_image_job
    return job.job_id, job.status, job.output_url, job.output.oss_file.object


def media_info(config: Any) -> Any:
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import GetMediaInfoJobRequest

    job = Client(config).get_media_info_job(GetMediaInfoJobRequest(job_id="media_info")).body.media_info_job
    found = job.media_info_property
    return job.job_id, job.status, found.file_basic_info.duration, found.video_stream_info_list[0].codec_name


def url_upload(config: Any) -> Any:
    from alibabacloud_vod20170321.client import Client
    from alibabacloud_vod20170321.models import GetURLUploadInfosRequest

    body = Client(config).get_urlupload_infos(GetURLUploadInfosRequest(job_ids="u,none")).body
    (info,) = body.urlupload_info_list
    return info.job_id, info.status, info.error_code, info.file_size, body.non_exists


def mps(config: Any) -> Any:
    from alibabacloud_mts20140618.client import Client
    from alibabacloud_mts20140618.models import QueryJobListRequest

    body = Client(config).query_job_list(QueryJobListRequest(job_ids="m1,none,m2")).body
    job = body.job_list.job[0]
    states = sorted((one.job_id, one.state) for one in body.job_list.job)
    stream = job.output.properties.streams.video_stream_list.video_stream[0]
    return states, body.non_exist_job_ids.string, job.percent, job.output.properties.file_size, stream.codec_name


ALIBABA: list[tuple[Callable[[Any], Any], Any]] = [
    (live, ("studio * ~+/1", "show/01", 3)),
    (ice, ("job 1", "Success", 640, "app")),
    (vod, ("t", "CompleteAllSucc", "CompleteAllSucc", "mp4", 600000, "640")),
    (producing, ("job 2", "Success", 100, 12.0, ["job 2"])),
    (ice_transcode, ("p", "Success", 2, ["Success", "Success"], "oss://emulator/p/hd.mp4", ("1280", "h264"))),
    (snapshot, ("snapshot", "Success", 3, "oss://emulator/snapshot/{Count}.jpg")),
    (package, ("package", "Success", "https://emulator.oss-cn-shanghai.aliyuncs.com/package/master.m3u8")),
    (
        dynamic_image,
        (
            "dynamic_image",
            "Success",
            "https://emulator.oss-cn-shanghai.aliyuncs.com/dynamic_image.gif",
            "dynamic_image.gif",
        ),
    ),
    (media_info, ("media_info", "Success", "12.0", "h264")),
    (url_upload, ("u", "SUCCESS", "200", "600000", ["none"])),
    (mps, ([("m1", "TranscodeSuccess"), ("m2", "TranscodeSuccess")], ["none"], 100, "600000", "h264")),
]
SIGNATURES = [{}, {"signature_algorithm": "v2"}]


@pytest.mark.parametrize("signature", SIGNATURES, ids=["acs3", "hmac-sha1"])
@pytest.mark.parametrize(("operation", "expected"), ALIBABA)
def test_alibaba_operations_succeed(
    server: EmulatorServer, operation: Callable[[Any], Any], expected: Any, signature: dict[str, str]
) -> None:
    """With both signatures, and the answers parse."""
    assert operation(alibaba_config(server, DEFAULT_SECRET_KEY, None, **signature)) == expected


@pytest.mark.parametrize("signature", SIGNATURES, ids=["acs3", "hmac-sha1"])
@pytest.mark.parametrize(("operation", "expected"), ALIBABA)
def test_alibaba_temporary_credentials(
    server: EmulatorServer, operation: Callable[[Any], Any], expected: Any, signature: dict[str, str]
) -> None:
    """With their token."""
    assert operation(alibaba_config(server, "temporary-secret", "the token", **signature)) == expected


@pytest.mark.parametrize("signature", SIGNATURES, ids=["acs3", "hmac-sha1"])
@pytest.mark.parametrize("operation", [operation for operation, _ in ALIBABA])
def test_alibaba_refuses_a_wrong_secret(
    server: EmulatorServer, operation: Callable[[Any], Any], signature: dict[str, str]
) -> None:
    """The SDK reads code and request id out of the envelope."""
    from alibabacloud_tea_openapi.exceptions import ClientException

    with pytest.raises(ClientException) as caught:
        operation(alibaba_config(server, "wrong", None, **signature))
    assert (caught.value.code, caught.value.status_code) == ("SignatureDoesNotMatch", 400)
    assert len(caught.value.request_id) == 36


QUERIES = [row for row in OPERATIONS if row.kind and row.ids and row.action.startswith(("Get", "Query", "List"))]


def unread(sent: Any, read: Any, path: str = "") -> Iterator[str]:
    """Fields of an answer that the SDK does not know, or reads otherwise."""
    if isinstance(sent, dict) and isinstance(read, dict):
        for name, value in sent.items():
            yield from unread(value, read.get(name), f"{path}.{name}")
    elif isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        for number, (one, other) in enumerate(zip(sent, read, strict=True)):
            yield from unread(one, other, f"{path}[{number}]")
    elif sent != read:
        yield path


@pytest.mark.parametrize("done", [True, False], ids=["done", "failed"])
@pytest.mark.parametrize("row", QUERIES, ids=lambda row: f"{row.kind}-{row.action}")
def test_alibaba_reads_every_field_of_an_answer(server: EmulatorServer, row: Operation, done: bool) -> None:
    """Of every kind: the SDK has each field that the emulator answers with, by that name and in that shape.

    Where a call names several jobs, one of them is unknown.
    """
    facts, version = FACTS[str(row.kind)], row.product.version
    server.world.add_job(facts.name, facts.job, facts.done if done else facts.failed)
    given = {name: facts.job[id_] + (",none" if name.endswith("Ids") else "") for name, id_ in row.ids.items()}
    package = f"alibabacloud_{row.product.name}{version.replace('-', '')}"
    client = import_module(f"{package}.client").Client(alibaba_config(server, DEFAULT_SECRET_KEY, None))
    models = import_module(f"{package}.models")
    method = next(name for name in dir(client) if name.replace("_", "") == row.action.lower())
    model = next(name for name in dir(models) if name.lower() == f"{row.action}Request".lower())
    read = getattr(client, method)(getattr(models, model)().from_map(given)).body.to_map()

    headers = (("x-acs-action", row.action), ("x-acs-version", version))
    request = HttpRequest("POST", server.url, query=tuple(given.items()), headers=headers)
    key = server.world.account("alibaba").credentials
    sent = server.world.handle(signing.sign_acs3(request, key, server.world.now(), "a nonce")).json()
    assert any(value for name, value in sent.items() if name != "RequestId")
    assert list(unread(sent | {"RequestId": read["RequestId"]}, read)) == []


def test_alibaba_throttling_carries_the_pause(server: EmulatorServer) -> None:
    """The SDK understands the header."""
    from alibabacloud_tea_openapi.exceptions import ThrottlingException

    server.world.add_fault("throttle", product="ice", retry_after=1.5)
    with pytest.raises(ThrottlingException) as caught:
        ice(alibaba_config(server, DEFAULT_SECRET_KEY, None))
    assert (caught.value.code, caught.value.retry_after) == ("Throttling.User", 1500)


def test_alibaba_creates_jobs(server: EmulatorServer) -> None:
    """Each of the three create operations, as its SDK sends it."""
    from alibabacloud_ice20201109 import client as ice_client
    from alibabacloud_ice20201109 import models as ice_models
    from alibabacloud_live20161101 import client as live_client
    from alibabacloud_live20161101 import models as live_models
    from alibabacloud_vod20170321 import client as vod_client
    from alibabacloud_vod20170321 import models as vod_models

    config = alibaba_config(server, DEFAULT_SECRET_KEY, None)
    storage = '{"StorageLocation": "b", "FileName": "f"}'
    show = live_models.EditShowAndReplaceRequest(caster_id="c", show_id="s", start_time=2.0, storage_info=storage)
    assert '"vodId"' in live_client.Client(config).edit_show_and_replace(show).body.job_info
    clips = '[{"StartTime": "2026-01-02T08:00:00Z", "EndTime": "2026-01-02T08:05:00Z", "StreamName": "s"}]'
    job = ice_models.SubmitLiveEditingJobRequest(clips=clips, output_media_config='{"MediaURL": "https://b/a.mp4"}')
    submitted = ice_client.Client(config).submit_live_editing_job(job).body
    assert submitted.media_url == "https://b/a.mp4"
    task = vod_models.SubmitTranscodeJobsRequest(video_id="w", template_group_id="g")
    created = vod_client.Client(config).submit_transcode_jobs(task).body
    assert len(created.transcode_jobs.transcode_job) == 2
    assert [job.ids for job in server.world.jobs[-3:]] == [
        {"caster_id": "c", "show_id": "s"},
        {"job_id": submitted.job_id},
        {"video_id": "w", "transcode_task_id": created.transcode_task_id},
    ]


def test_alibaba_creates_and_cancels_jobs_of_mps(server: EmulatorServer) -> None:
    """A job for each output that is not refused; one that has begun cannot be cancelled."""
    from alibabacloud_mts20140618.client import Client
    from alibabacloud_mts20140618.models import CancelJobRequest, SubmitJobsRequest
    from alibabacloud_tea_openapi.exceptions import ClientException

    client = Client(alibaba_config(server, DEFAULT_SECRET_KEY, None))
    outputs = json.dumps([{"OutputObject": "a.mp4", "TemplateId": "t", "UserData": "own"}, {"OutputObject": "b.mp4"}])
    source = json.dumps({"Bucket": "b", "Location": "oss-cn-shanghai", "Object": "in.mp4"})
    request = SubmitJobsRequest(input=source, output_bucket="b", outputs=outputs, pipeline_id="p")
    created, refused = client.submit_jobs(request).body.job_result_list.job_result
    assert (created.success, refused.success, refused.code) == (True, False, "InvalidParameter.NullValue")
    assert client.cancel_job(CancelJobRequest(job_id=created.job.job_id)).body.job_id == created.job.job_id
    (job,) = server.world.find("alibaba.mps.transcode", {"job_id": created.job.job_id})
    assert job.at(server.world.now()).state == "TranscodeCancelled"
    for job_id, code in (("m1", "PermissionDenied.JobInComplete"), ("x", "InvalidParameter.ResourceNotFound")):
        with pytest.raises(ClientException) as caught:
            client.cancel_job(CancelJobRequest(job_id=job_id))
        assert caught.value.code == code


def test_alibaba_creates_and_cancels_uploads(server: EmulatorServer) -> None:
    """The same session makes the same upload."""
    from alibabacloud_vod20170321.client import Client
    from alibabacloud_vod20170321.models import CancelUrlUploadJobsRequest, UploadMediaByURLRequest

    client = Client(alibaba_config(server, DEFAULT_SECRET_KEY, None))
    request = UploadMediaByURLRequest(upload_urls="https://a/1.mp4,https://a/2.mp4", session_id="s")
    jobs = [[one.job_id for one in client.upload_media_by_url(request).body.upload_jobs] for _ in range(2)]
    assert len(set(jobs[0])) == 2
    assert jobs[0] == jobs[1]
    body = client.cancel_url_upload_jobs(CancelUrlUploadJobsRequest(job_ids=f"{jobs[0][0]},u,none")).body
    assert (body.canceled_jobs, body.non_exists) == ([jobs[0][0]], ["none"])


def test_alibaba_creates_jobs_of_ice(server: EmulatorServer) -> None:
    """Each of the other create operations of ICE, as its SDK sends it."""
    from alibabacloud_ice20201109 import models
    from alibabacloud_ice20201109.client import Client

    client = Client(alibaba_config(server, DEFAULT_SECRET_KEY, None))
    config = '{"MediaURL": "https://b/a.mp4"}'
    producing = models.SubmitMediaProducingJobRequest(timeline="{}", output_media_config=config, client_token="t")
    made = [client.submit_media_producing_job(producing).body.job_id for _ in range(2)]
    assert made[0] == made[1]
    group = models.SubmitTranscodeJobRequestOutputGroup(
        output=models.SubmitTranscodeJobRequestOutputGroupOutput(type="OSS", media="oss://b/o.mp4"),
        process_config=models.SubmitTranscodeJobRequestOutputGroupProcessConfig(
            transcode=models.SubmitTranscodeJobRequestOutputGroupProcessConfigTranscode(template_id="hd")
        ),
    )
    source = models.SubmitTranscodeJobRequestInputGroup(type="OSS", media="oss://b/i.mp4")
    request = models.SubmitTranscodeJobRequest(input_group=[source], output_group=[group])
    parent = client.submit_transcode_job(request).body.transcode_parent_job
    (single,) = parent.transcode_job_list
    assert (parent.status, parent.job_count, single.status, single.output.media) == ("Init", 1, "Init", "oss://b/o.mp4")
    snapshot = models.SubmitSnapshotJobRequest(
        input=models.SubmitSnapshotJobRequestInput(type="OSS", media="oss://b/i.mp4"),
        output=models.SubmitSnapshotJobRequestOutput(type="OSS", media="oss://b/{Count}.jpg"),
        template_config=models.SubmitSnapshotJobRequestTemplateConfig(template_id="s"),
    )
    package = models.SubmitPackageJobRequest(
        inputs=[
            models.SubmitPackageJobRequestInputs(
                input=models.SubmitPackageJobRequestInputsInput(type="OSS", media="oss://b/i.m3u8")
            )
        ],
        output=models.SubmitPackageJobRequestOutput(type="OSS", media="oss://b/o.m3u8"),
    )
    image = models.SubmitDynamicImageJobRequest(
        input=models.SubmitDynamicImageJobRequestInput(type="OSS", media="oss://b/i.mp4"),
        output=models.SubmitDynamicImageJobRequestOutput(type="OSS", media="oss://b/o.gif"),
        template_config=models.SubmitDynamicImageJobRequestTemplateConfig(template_id="g"),
    )
    info = models.SubmitMediaInfoJobRequest(
        input=models.SubmitMediaInfoJobRequestInput(type="OSS", media="oss://b/i.mp4")
    )
    ids = {
        "producing": made[0],
        "snapshot": client.submit_snapshot_job(snapshot).body.job_id,
        "package": client.submit_package_job(package).body.job_id,
        "dynamic_image": client.submit_dynamic_image_job(image).body.job_id,
        "media_info": client.submit_media_info_job(info).body.media_info_job.job_id,
    }
    found = {kind: server.world.find(f"alibaba.ice.{kind}", {"job_id": job_id}) for kind, job_id in ids.items()}
    assert {kind: len(jobs) for kind, jobs in found.items()} == dict.fromkeys(ids, 1)


def alibaba_provider(server: EmulatorServer, sort: str, folder: Path) -> Any:
    """Of the vendor's library of credentials. A host with a scheme keeps it from HTTPS."""
    from alibabacloud_credentials import provider

    if sort == "ram_role_arn":
        return provider.RamRoleArnCredentialsProvider(
            access_key_id=DEFAULT_ACCESS_KEY,
            access_key_secret=DEFAULT_SECRET_KEY,
            role_arn="acs:ram::1000000000000001:role/publisher",
            role_session_name="session",
            external_id="external*~id",
            policy='{"Statement":[],"Version":"1"}',  # a space would be signed wrongly by this library
            sts_endpoint=server.url,
        )
    if sort == "oidc_role_arn":
        (folder / "token").write_text("head.body.signature")
        return provider.OIDCRoleArnCredentialsProvider(
            role_arn="acs:ram::1000000000000001:role/pod",
            oidc_provider_arn=DEFAULT_PROVIDER,
            oidc_token_file_path=str(folder / "token"),
            role_session_name="session",
            sts_endpoint=server.url,
        )
    on_instance = provider.EcsRamRoleCredentialsProvider(disable_imds_v1=True, async_update_enabled=False)
    on_instance._EcsRamRoleCredentialsProvider__metadata_service_host = server.url
    return on_instance


ALIBABA_PROVIDERS = {
    "ram_role_arn": ["AssumeRole"],
    "oidc_role_arn": ["AssumeRoleWithOIDC"],
    "ecs_ram_role": ["CreateToken", "GetRoleName", "CreateToken", "GetRoleCredentials"],
}


@pytest.mark.parametrize(("sort", "actions"), ALIBABA_PROVIDERS.items())
def test_alibaba_credentials_for_a_while(server: EmulatorServer, tmp_path: Path, sort: str, actions: list[str]) -> None:
    """The vendor's library fetches them, the vendor's SDK uses them, and they expire."""
    from alibabacloud_tea_openapi.exceptions import ClientException
    from alibabacloud_tea_openapi.utils_models import Config

    identity = server.world.identity
    identity.add_role("publisher", external_id="external*~id")
    identity.add_role("pod", provider=DEFAULT_PROVIDER)
    identity.add_oidc_token("head.body.signature")
    identity.instance_role = "publisher"
    got = alibaba_provider(server, sort, tmp_path).get_credentials()
    assert [request.action for request in server.world.requests] == actions
    key = {"access_key_id": got.get_access_key_id(), "access_key_secret": got.get_access_key_secret()}
    endpoint = server.url.removeprefix("http://")
    config = Config(endpoint=endpoint, protocol="http", security_token=got.get_security_token(), **key)
    assert ice(config)[0] == "job 1"
    identity.revoke()
    with pytest.raises(ClientException) as caught:
        ice(config)
    assert caught.value.code == "InvalidSecurityToken.Expired"


def test_alibaba_tells_which_permission_is_missing(server: EmulatorServer) -> None:
    """Where the SDK looks for it."""
    from alibabacloud_tea_openapi.exceptions import ClientException

    server.world.add_fault("deny", product="ice")
    with pytest.raises(ClientException) as caught:
        ice(alibaba_config(server, DEFAULT_SECRET_KEY, None))
    assert (caught.value.code, caught.value.status_code) == ("Forbidden.RAM", 403)
    assert caught.value.access_denied_detail["AuthAction"] == "ice:GetLiveEditingJob"


# --- Huawei -----------------------------------------------------------------------------------------------------


def huawei_client(server: EmulatorServer, client: Any, secret: str, token: str | None = None) -> Any:
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.http.http_config import HttpConfig

    credentials = BasicCredentials("temporary" if token else DEFAULT_ACCESS_KEY, secret, DEFAULT_PROJECT_ID)
    if token:
        credentials = credentials.with_security_token(token)
    options = HttpConfig(user_agent="mediajobs-tests")  # without it, an id of this machine
    builder = client.new_builder().with_credentials(credentials).with_http_config(options)
    return builder.with_endpoints([server.url]).build()


def huawei_vod(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    from huaweicloudsdkvod.v1 import ListAssetEditTaskRequest, VodClient

    request = ListAssetEditTaskRequest(task_id="1001", offset=0, limit=100)
    answer = huawei_client(server, VodClient, secret, token).list_asset_edit_task(request)
    return answer.total, [(task.task_id, task.status, task.progress) for task in answer.tasks]


def huawei_mpc(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    from huaweicloudsdkmpc.v1 import ListEditingJobRequest, MpcClient

    request = ListEditingJobRequest(job_id=["30648", "30647"], page=0, size=10)
    answer = huawei_client(server, MpcClient, secret, token).list_editing_job(request)
    meta = answer.jobs[0].output_file_info[0].meta_data
    return (
        answer.total,
        [(job.job_id, job.status) for job in answer.jobs],
        meta.video_info.width,
        meta.audio_info[0].codec,
    )


def huawei_transcodings(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    """By id, then those that have ended well."""
    from huaweicloudsdkmpc.v1 import ListTranscodingTaskRequest, MpcClient

    client = huawei_client(server, MpcClient, secret, token)
    by_id = client.list_transcoding_task(ListTranscodingTaskRequest(task_id=[4711, 4712]))
    (task,) = by_id.task_array
    window = {"start_time": "20000101000000", "end_time": "21000101000000"}
    listed = client.list_transcoding_task(ListTranscodingTaskRequest(status="SUCCEEDED", page=0, size=100, **window))
    assert client.list_transcoding_task(ListTranscodingTaskRequest(status="TRANSCODING", **window)).total == 0
    return (by_id.total, by_id.is_truncated, task.status, task.output_file_name, task.output.bucket, listed.total)


def huawei_thumbnails(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    from huaweicloudsdkmpc.v1 import ListThumbnailsTaskRequest, MpcClient

    answer = huawei_client(server, MpcClient, secret, token).list_thumbnails_task(
        ListThumbnailsTaskRequest(task_id=["4711"])
    )
    (task,) = answer.task_array
    return answer.total, task.status, [picture.pic_name for picture in task.thumbnail_info]


def huawei_remux(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    from huaweicloudsdkmpc.v1 import ListRemuxTaskRequest, MpcClient

    answer = huawei_client(server, MpcClient, secret, token).list_remux_task(ListRemuxTaskRequest(task_id=["4711"]))
    (task,) = answer.tasks
    about = task.output_metadata
    return answer.total, task.status, task.complete_ratio, about.duration_ms, about.size, about.video[0].width


def huawei_animated_graphics(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    from huaweicloudsdkmpc.v1 import ListAnimatedGraphicsTaskRequest, MpcClient

    request = ListAnimatedGraphicsTaskRequest(task_id=["4711"], status="PREPROCESSING")  # which is left out of account
    (task,) = huawei_client(server, MpcClient, secret, token).list_animated_graphics_task(request).tasks
    return task.status, task.output.file_name, task.output_param.width


def huawei_metadata(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    from huaweicloudsdkmpc.v1 import ListExtractTaskRequest, MpcClient

    client = huawei_client(server, MpcClient, secret, token)
    (task,) = client.list_extract_task(ListExtractTaskRequest(task_id=["4711"])).tasks
    return task.status, task.metadata.format, task.metadata.audio[0].codec


def huawei_media(server: EmulatorServer, secret: str, token: str | None = None) -> Any:
    """Runs of a medium, its details, and the list that tells of ten."""
    from huaweicloudsdkvod.v1 import (
        ListAssetListRequest,
        ListAssetTaskInfoRequest,
        ShowAssetDetailRequest,
        VodClient,
    )

    client = huawei_client(server, VodClient, secret, token)
    answer = client.list_asset_task_info(ListAssetTaskInfoRequest(type="TRANSCODE", asset_id="a1", limit=100))
    (run,) = answer.results
    info = client.show_asset_detail(ShowAssetDetailRequest(asset_id="a1", categories=["transcode_info"])).transcode_info
    (asset,) = client.list_asset_list(ListAssetListRequest(asset_id=["a1", "a2"], size=10)).assets
    return (
        (answer.count, answer.next_marker, run.asset_id, run.status, run.transcode_result.progress),
        (info.transcode_status, info.output[0].meta_data.height),
        asset.transcode_status,
    )


HUAWEI: list[tuple[Callable[..., Any], Any]] = [
    (huawei_vod, (1, [("1001", "SUCCEED", 100)])),
    (huawei_mpc, (2, [("30647", "SUCCEED"), ("30648", "SUCCEED")], 640, "AAC")),
    (huawei_transcodings, (1, 0, "SUCCEEDED", ["match_7.mp4"], "emulator", 1)),
    (huawei_thumbnails, (1, "SUCCEEDED", ["1.jpg", "2.jpg"])),
    (huawei_remux, (1, "SUCCEED", 100, 12.5, 600000, 640)),
    (huawei_animated_graphics, ("SUCCEED", "o.gif", 320)),
    (huawei_metadata, ("SUCCEED", "MP4", "AAC")),
    (huawei_media, ((1, None, "a1", "SUCCEED", 100), ("TRANSCODE_SUCCEED", 720), "TRANSCODE_SUCCEED")),
]


@pytest.mark.parametrize(("operation", "expected"), HUAWEI)
def test_huawei_operations_succeed(server: EmulatorServer, operation: Callable[..., Any], expected: Any) -> None:
    """And the answers parse."""
    assert operation(server, DEFAULT_SECRET_KEY) == expected


def test_huawei_operations_ask_for_every_kind(server: EmulatorServer) -> None:
    for operation, _ in HUAWEI:
        operation(server, DEFAULT_SECRET_KEY)
    requested = {request.kind for request in server.world.requests}
    wanted = {name for name, facts in FACTS.items() if facts.vendor == "huawei"}
    assert wanted - requested == set(), (
        "tests/emulator/test_vendor_sdks.py: ask for them by the vendor's SDK, in HUAWEI"
    )


@pytest.mark.parametrize(("operation", "expected"), HUAWEI)
def test_huawei_temporary_credentials(server: EmulatorServer, operation: Callable[..., Any], expected: Any) -> None:
    """With their token."""
    assert operation(server, "temporary-secret", "the token") == expected


@pytest.mark.parametrize("operation", [operation for operation, _ in HUAWEI])
def test_huawei_refuses_a_wrong_secret(server: EmulatorServer, operation: Callable[..., Any]) -> None:
    """The SDK reads code, message and request id."""
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    with pytest.raises(ClientRequestException) as caught:
        operation(server, "wrong")
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert "CanonicalRequest:GET|/v1/emulator-project/" in caught.value.error_msg
    assert caught.value.request_id.endswith("-emulator")


def test_huawei_v2_through_the_sdks_core(server: EmulatorServer) -> None:
    """The documented path, which the SDK lacks: its own core signs and sends it."""
    from huaweicloudsdkmpc.v1 import ListEditingJobRequest, MpcClient

    client = huawei_client(server, MpcClient, DEFAULT_SECRET_KEY)
    call = client._list_editing_job_http_info(ListEditingJobRequest(job_id=["30648", "30647"]))
    answer = client._call_api(**{**call, "resource_path": "/v2/{project_id}/editing/jobs"})
    jobs = answer.to_json_object()["job_array"]
    assert [(job["job_id"], job["status"]) for job in jobs] == [("30647", "SUCCEEDED"), ("30648", "SUCCEEDED")]


def test_huawei_creates_and_cancels_jobs(server: EmulatorServer) -> None:
    """As the SDK sends it: JSON bodies are signed, 204 is read."""
    from huaweicloudsdkmpc.v1 import ClipInfo, CreateEditingJobReq, CreateEditingJobRequest, MpcClient, ObsObjInfo
    from huaweicloudsdkvod.v1 import (
        CreateAssetEditTaskReq,
        CreateAssetEditTaskRequest,
        DeleteAssetEditTaskRequest,
        EditInput,
        VodClient,
    )

    vod_client = huawei_client(server, VodClient, DEFAULT_SECRET_KEY)
    body = CreateAssetEditTaskReq(inputs=[EditInput(asset_id="\u6587", timeline_end="2")])
    task = vod_client.create_asset_edit_task(CreateAssetEditTaskRequest(body=body))
    vod_client.delete_asset_edit_task(DeleteAssetEditTaskRequest(task_id=task.task_id))
    (job,) = server.world.find("huawei.vod.editing", {"task_id": task.task_id})
    assert job.at(server.world.now()).state == "CANCEL"

    clip = ClipInfo(input=ObsObjInfo(bucket="b", location="cn-north-4", object="in/a.mp4"))
    request = CreateEditingJobRequest(body=CreateEditingJobReq(edit_type=["CLIP"], clips=[clip]))
    created = huawei_client(server, MpcClient, DEFAULT_SECRET_KEY).create_editing_job(request)
    assert server.world.find("huawei.mpc.editing", {"job_id": created.job_id})


def test_huawei_creates_and_cancels_tasks(server: EmulatorServer) -> None:
    """Of MPC's other resources, and transcodings of media: ids of transcodings are numbers, those of others text."""
    from huaweicloudsdkmpc import v1 as mpc
    from huaweicloudsdkvod import v1 as vod

    client = huawei_client(server, mpc.MpcClient, DEFAULT_SECRET_KEY)
    place = mpc.ObsObjInfo(bucket="b", location="cn-north-4", object="in/a.mp4")
    body: Any = mpc.CreateTranscodingReq(input=place, output=place, trans_template_id=[7, 9])
    number = client.create_transcoding_task(mpc.CreateTranscodingTaskRequest(body=body)).task_id
    assert isinstance(number, int)
    client.delete_transcoding_task(mpc.DeleteTranscodingTaskRequest(task_id=number))
    body = mpc.CreateThumbReq(input=place, output=place)
    thumbnails = client.create_thumbnails_task(mpc.CreateThumbnailsTaskRequest(body=body)).task_id
    client.delete_thumbnails_task(mpc.DeleteThumbnailsTaskRequest(task_id=thumbnails))
    body = mpc.CreateRemuxTaskReq(input=place, output=place)
    remux = client.create_remux_task(mpc.CreateRemuxTaskRequest(body=body)).task_id
    client.cancel_remux_task(mpc.CancelRemuxTaskRequest(task_id=remux))
    body = mpc.CreateAnimatedGraphicsTaskReq(input=place, output=place)
    picture = client.create_animated_graphics_task(mpc.CreateAnimatedGraphicsTaskRequest(body=body)).task_id
    client.delete_animated_graphics_task(mpc.DeleteAnimatedGraphicsTaskRequest(task_id=picture))
    body = mpc.CreateExtractTaskReq(input=place)
    parsing = client.create_extract_task(mpc.CreateExtractTaskRequest(body=body)).task_id
    client.delete_extract_task(mpc.DeleteExtractTaskRequest(task_id=parsing))
    created = dict(zip(MPC_TASKS, (str(number), str(thumbnails), remux, picture, parsing), strict=True))
    for kind, task_id in created.items():
        (job,) = server.world.find(f"huawei.mpc.{kind}", {"task_id": task_id})
        assert job.at(server.world.now()).state == "CANCELED"

    media = huawei_client(server, vod.VodClient, DEFAULT_SECRET_KEY)
    asset = media.create_asset_process_task(vod.CreateAssetProcessTaskRequest(body=vod.AssetProcessReq(asset_id="a9")))
    media.cancel_asset_transcode_task(vod.CancelAssetTranscodeTaskRequest(asset_id=asset.asset_id))
    (job,) = server.world.find("huawei.vod.transcode", {"asset_id": "a9"})
    assert job.at(server.world.now()).state == "FAILED"


@pytest.fixture
def _no_ids_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK remembers projects and accounts by access key, for the whole process."""
    from huaweicloudsdkcore.auth.credentials import Credentials

    monkeypatch.setattr(Credentials, "_CACHE", {})


def huawei_tasks(server: EmulatorServer, credentials: Any) -> int:
    from huaweicloudsdkcore.http.http_config import HttpConfig
    from huaweicloudsdkcore.region.region import Region
    from huaweicloudsdkvod.v1 import ListAssetEditTaskRequest, VodClient

    builder = VodClient.new_builder().with_credentials(credentials)
    builder = builder.with_http_config(HttpConfig(user_agent="mediajobs-tests"))
    client = builder.with_region(Region("cn-north-4", server.url)).build()
    total: int = client.list_asset_edit_task(ListAssetEditTaskRequest(task_id="1001")).total
    return total


@pytest.mark.usefixtures("_no_ids_of_others")
def test_huawei_finds_the_project_of_a_region(server: EmulatorServer) -> None:
    """As the SDK asks IAM for it, where none is given."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials

    credentials = BasicCredentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY).with_iam_endpoint(server.url)
    assert (huawei_tasks(server, credentials), credentials.project_id) == (1, DEFAULT_PROJECT_ID)
    assert [one.action for one in server.world.requests] == ["KeystoneListProjects", "ListAssetEditTask"]


@pytest.mark.usefixtures("_no_ids_of_others")
def test_huawei_finds_the_account_of_a_key(server: EmulatorServer) -> None:
    """The same for services that are not in a region."""
    from huaweicloudsdkcore.auth.credentials import GlobalCredentials
    from huaweicloudsdkvod.v1 import VodClient

    credentials = GlobalCredentials(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY).with_iam_endpoint(server.url)
    any_client = huawei_client(server, VodClient, DEFAULT_SECRET_KEY)
    credentials.process_auth_params(any_client._http_client, "cn-north-4")
    assert credentials.domain_id == "emulator-domain-id"


def test_huawei_credentials_of_an_instance(server: EmulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the metadata service; a token that is refused is fetched anew, a missing agency is told."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.auth.internal import MetadataAccessor
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    monkeypatch.setattr(MetadataAccessor, "_METADATA_ENDPOINT", server.url)
    accessor = MetadataAccessor()
    with pytest.raises(ClientRequestException, match="Please configure Cloud Service Agency first"):
        accessor.get_credential()
    server.world.identity.instance_agency = "agency"
    server.world.identity.revoke()
    got = accessor.get_credential()
    key = BasicCredentials(got.access, got.secret, DEFAULT_PROJECT_ID).with_security_token(got.security_token)
    assert huawei_tasks(server, key) == 1
    assert got.expire_at - datetime.now(UTC).timestamp() == pytest.approx(86400, abs=60)
    actions = ["CreateToken", "GetSecurityKey", "GetSecurityKey", "CreateToken", "GetSecurityKey", "ListAssetEditTask"]
    assert [one.action for one in server.world.requests] == actions


def test_huawei_credentials_for_a_token(server: EmulatorServer) -> None:
    """As the SDK's core asks for them: the token in the body, nothing signed."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.auth.internal import IamHelper
    from huaweicloudsdkvod.v1 import VodClient

    token = server.world.identity.issue(Use.AUTH, 60, DEFAULT_PROJECT_ID).token
    http_client = huawei_client(server, VodClient, DEFAULT_SECRET_KEY)._http_client
    request = IamHelper.get_create_temporary_access_key_by_token_request(http_client.config, server.url, token, 900)
    got = IamHelper.create_temporary_access_key_by_token(http_client, request)
    key = BasicCredentials(got["access"], got["secret"], DEFAULT_PROJECT_ID)
    assert huawei_tasks(server, key.with_security_token(got["securitytoken"])) == 1
