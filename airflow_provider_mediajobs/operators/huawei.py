# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Operators for Huawei Cloud: a signature and a docstring each; all logic is :class:`MediaJobOperator`'s."""

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
    Objects = Sequence[Mapping[str, Any]] | str | XComArg


class HuaweiVodCreateEditingOperator(MediaJobOperator):
    """Create a Huawei VOD editing task (``CreateAssetEditTask``), and wait for it.

    All parameters are templated. Nothing that is sent comes back in the vendor's list, so that after a lost answer a
    task can only be guessed: see ``on_unclear``.

    :param inputs: 1 to 20 objects with ``asset_id``, ``timeline_start`` and ``timeline_end``, both seconds as text.
    :param editing_settings: ``format``, ``width``, ``height``, ``reference``, ``video_codec`` and others.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-vod/CreateAssetEditTask.html
    """

    def __init__(
        self,
        *,
        inputs: Objects,
        editing_settings: Object = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        kind = "huawei.vod.editing"
        with AirflowErrors():
            found = merged(kind, {"inputs": inputs, "editing_settings": editing_settings}, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class HuaweiMpcCreateEditingOperator(MediaJobOperator):
    """Create a Huawei MPC editing job, and wait for it.

    All parameters are templated. Those of v2 (``CreateEditingJobs``) are ``inputs``, ``output``, ``editing_settings``
    and ``editing_type``; the others belong to v1 (``CreateEditingJob``) and need a connection with
    ``{"api_versions": {"mpc": "v1"}}``. Only v1 has a list of jobs: a job of v2 may not be found after a lost answer.

    :param inputs: objects with ``input`` (``bucket``, ``location``, ``object``), one for each segment.
    :param output: ``bucket``, ``location``, ``object`` (a directory), ``file_name``.
    :param editing_settings: settings of the output (v2); an object, by the vendor's names.
    :param editing_type: the vendor's way of cutting (v2): 0 or 1; the vendor recommends 1.
    :param edit_type: what to do (v1): a list of ``CLIP``, ``CONCAT``, ``CONCATS`` or ``MIX``.
    :param input: the source (v1), by the vendor's names; likewise ``clips``, ``concats``, ``mix``, ``output_setting``
        and ``edit_settings``.
    :param user_data: a text or an object of your own, which is sent with the operator's key: 512 bytes in all.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/CreateEditingJob.html
    """

    def __init__(
        self,
        *,
        inputs: Objects | LeftOut = LEFT_OUT,
        output: Object = LEFT_OUT,
        editing_settings: Object = LEFT_OUT,
        editing_type: int | Text = LEFT_OUT,
        edit_type: Sequence[str] | XComArg | LeftOut = LEFT_OUT,
        input: Object = LEFT_OUT,  # noqa: A002 - the vendor's name for it
        clips: Objects | LeftOut = LEFT_OUT,
        concats: Objects | LeftOut = LEFT_OUT,
        mix: Object = LEFT_OUT,
        output_setting: Object = LEFT_OUT,
        edit_settings: Objects | LeftOut = LEFT_OUT,
        user_data: Object = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "inputs": inputs,
            "output": output,
            "editing_settings": editing_settings,
            "editing_type": editing_type,
            "edit_type": edit_type,
            "input": input,
            "clips": clips,
            "concats": concats,
            "mix": mix,
            "output_setting": output_setting,
            "edit_settings": edit_settings,
            "user_data": user_data,
        }
        kind = "huawei.mpc.editing"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class HuaweiMpcCreateTranscodingOperator(MediaJobOperator):
    """Create a Huawei MPC transcoding task (``CreateTranscodingTask``), and wait for it.

    All parameters are templated. A success with failed outputs is partial: see ``on_partial``.

    :param input: ``bucket``, ``location``, ``object`` of the source.
    :param output: ``bucket``, ``location``, ``object`` (a directory).
    :param template_ids: 1 to 9 templates, one for each output (``trans_template_id``); or give ``av_parameters``.
    :param av_parameters: settings of outputs without a template: a list of objects, by the vendor's names.
    :param output_filenames: file names, one for each output.
    :param watermarks: a list of objects, by the vendor's names.
    :param thumbnails: pictures to take as well: a list of objects, by the vendor's names.
    :param priority: 6 or 9.
    :param user_data: a text or an object of your own, which is sent with the operator's key: 512 bytes in all.
    :param parameters: other parameters of the operation, by the vendor's names.

    Further arguments and the exceptions: see :class:`MediaJobOperator`. The vendor's page:
    https://support.huaweicloud.com/intl/en-us/api-mpc/CreateTranscodingTask.html
    """

    def __init__(
        self,
        *,
        input: Mapping[str, Any] | str | XComArg,  # noqa: A002 - the vendor's name for it
        output: Mapping[str, Any] | str | XComArg,
        template_ids: Sequence[int | str] | str | XComArg | LeftOut = LEFT_OUT,
        av_parameters: Objects | LeftOut = LEFT_OUT,
        output_filenames: Sequence[str] | XComArg | LeftOut = LEFT_OUT,
        watermarks: Objects | LeftOut = LEFT_OUT,
        thumbnails: Objects | LeftOut = LEFT_OUT,
        priority: int | Text = LEFT_OUT,
        user_data: Object = LEFT_OUT,
        parameters: Mapping[str, Any] | LeftOut = LEFT_OUT,
        **kwargs: Any,
    ) -> None:
        named = {
            "input": input,
            "output": output,
            "template_ids": template_ids,
            "av_parameters": av_parameters,
            "output_filenames": output_filenames,
            "watermarks": watermarks,
            "thumbnails": thumbnails,
            "priority": priority,
            "user_data": user_data,
        }
        kind = "huawei.mpc.transcoding"
        with AirflowErrors():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)
