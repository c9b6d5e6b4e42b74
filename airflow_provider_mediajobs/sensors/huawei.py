# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Sensors for Huawei Cloud: a signature and a docstring each; all logic is :class:`MediaJobSensor`'s."""

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
    "HuaweiMpcAnimatedGraphicsSensor",
    "HuaweiMpcEditingSensor",
    "HuaweiMpcMetadataSensor",
    "HuaweiMpcRemuxSensor",
    "HuaweiMpcThumbnailsSensor",
    "HuaweiMpcTranscodingSensor",
    "HuaweiVodEditingSensor",
    "HuaweiVodTranscodeSensor",
]


class HuaweiVodEditingSensor(MediaJobSensor):
    """Wait for a Huawei VOD editing task (``ListAssetEditTask``).

    :param edit_task_id: id of the editing task (templated), or a list. It is the vendor's ``task_id``;
        Airflow itself uses the argument ``task_id``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-vod/ListAssetEditTask.html
    """

    template_fields = ("edit_task_id", *WHERE)
    edit_task_id = IdField("task_id")

    def __init__(self, *, edit_task_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="huawei.vod.editing", ids={"task_id": edit_task_id}, **kwargs)


class HuaweiVodTranscodeSensor(MediaJobSensor):
    """Wait for the newest transcoding of a medium of Huawei VOD (``ListAssetTaskInfo``).

    :param asset_id: id of the medium (templated), or a list. Runs have no id: the newest one decides.
    :param created_after: older runs do not count (templated): see :class:`MediaJobSensor`.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-vod/ListAssetTaskInfo.html
    """

    template_fields = ("asset_id", "created_after", *WHERE)
    asset_id = IdField("asset_id")

    def __init__(
        self,
        *,
        asset_id: Ids,
        created_after: datetime | str | XComArg | LeftOut | None = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        super().__init__(kind="huawei.vod.transcode", ids={"asset_id": asset_id}, created_after=created_after, **kwargs)


class HuaweiMpcEditingSensor(MediaJobSensor):
    """Wait for a Huawei MPC clipping task (``GET /v2/{project_id}/editing/jobs``).

    :param job_id: id of the job (templated), or a list: ``job_id`` in the answer of ``POST
        /v2/{project_id}/editing/jobs``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/ListEditingJob.html
    """

    template_fields = ("job_id", *WHERE)
    job_id = IdField("job_id")

    def __init__(self, *, job_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="huawei.mpc.editing", ids={"job_id": job_id}, **kwargs)


class HuaweiMpcTranscodingSensor(MediaJobSensor):
    """Wait for a Huawei MPC transcoding task (``GET /v1/{project_id}/transcodings``).

    :param mpc_task_id: id of the task (templated), or a list. It is the vendor's ``task_id``; Airflow itself uses
        the argument ``task_id``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/ListTranscodingTask.html
    """

    template_fields = ("mpc_task_id", *WHERE)
    mpc_task_id = IdField("task_id")

    def __init__(self, *, mpc_task_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="huawei.mpc.transcoding", ids={"task_id": mpc_task_id}, **kwargs)


class HuaweiMpcThumbnailsSensor(MediaJobSensor):
    """Wait for a Huawei MPC snapshot task (``GET /v1/{project_id}/thumbnails``).

    :param mpc_task_id: id of the task (templated), or a list: the vendor's ``task_id``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/ListThumbnailsTask.html
    """

    template_fields = ("mpc_task_id", *WHERE)
    mpc_task_id = IdField("task_id")

    def __init__(self, *, mpc_task_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="huawei.mpc.thumbnails", ids={"task_id": mpc_task_id}, **kwargs)


class HuaweiMpcRemuxSensor(MediaJobSensor):
    """Wait for a Huawei MPC packaging task (``GET /v1/{project_id}/remux``).

    :param mpc_task_id: id of the task (templated), or a list: the vendor's ``task_id``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/ListRemuxTask.html
    """

    template_fields = ("mpc_task_id", *WHERE)
    mpc_task_id = IdField("task_id")

    def __init__(self, *, mpc_task_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="huawei.mpc.remux", ids={"task_id": mpc_task_id}, **kwargs)


class HuaweiMpcAnimatedGraphicsSensor(MediaJobSensor):
    """Wait for a Huawei MPC animated GIF task (``GET /v1/{project_id}/animated-graphics``).

    :param mpc_task_id: id of the task (templated), or a list: the vendor's ``task_id``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/ListAnimatedGraphicsTask.html
    """

    template_fields = ("mpc_task_id", *WHERE)
    mpc_task_id = IdField("task_id")

    def __init__(self, *, mpc_task_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="huawei.mpc.animated_graphics", ids={"task_id": mpc_task_id}, **kwargs)


class HuaweiMpcMetadataSensor(MediaJobSensor):
    """Wait for a Huawei MPC parsing task (``GET /v1/{project_id}/extract-metadata``).

    :param mpc_task_id: id of the task (templated), or a list: the vendor's ``task_id``.

    Further arguments and the exceptions: see :class:`MediaJobSensor`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/ListExtractTask.html
    """

    template_fields = ("mpc_task_id", *WHERE)
    mpc_task_id = IdField("task_id")

    def __init__(self, *, mpc_task_id: Ids, **kwargs: Any) -> None:
        super().__init__(kind="huawei.mpc.metadata", ids={"task_id": mpc_task_id}, **kwargs)
