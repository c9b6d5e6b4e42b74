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
from ..sensors.errors import as_airflow_has_it
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
    :param parameters: whatever else the vendor takes, by the vendor's names.

    Further arguments: see :class:`MediaJobOperator`.
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
        with as_airflow_has_it():
            found = merged(kind, {"inputs": inputs, "editing_settings": editing_settings}, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class HuaweiMpcCreateEditingOperator(MediaJobOperator):
    """Create a Huawei MPC editing job, and wait for it.

    All parameters are templated. Those of v2 (``CreateEditingJobs``) are ``inputs``, ``output``, ``editing_settings``
    and ``editing_type``; those of v1 (``CreateEditingJob``) are the others, and need a connection that looks at jobs by
    v1 (``api_versions``). Only v1 is said to list jobs, so that only a job of v1 is surely found after a lost answer.

    :param inputs: objects with ``input`` (``bucket``, ``location``, ``object``), one a segment.
    :param output: ``bucket``, ``location``, ``object`` (a directory), ``file_name``.
    :param editing_settings: of v2, as the vendor has them.
    :param editing_type: 0 or 1; the vendor recommends 1.
    :param edit_type: ``CLIP``, ``CONCAT``, ``CONCATS`` or ``MIX``; a list.
    :param input: of v1; likewise ``clips``, ``concats``, ``mix``, ``output_setting`` and ``edit_settings``.
    :param user_data: a text or an object of your own; the operator's key is put beside it, and both have 512 bytes.
    :param parameters: whatever else the vendor takes, by the vendor's names.

    Further arguments: see :class:`MediaJobOperator`.
    """

    def __init__(
        self,
        *,
        inputs: Objects | LeftOut = LEFT_OUT,
        output: Object = LEFT_OUT,
        editing_settings: Object = LEFT_OUT,
        editing_type: int | LeftOut = LEFT_OUT,
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
        with as_airflow_has_it():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)


class HuaweiMpcCreateTranscodingOperator(MediaJobOperator):
    """Create a Huawei MPC transcoding task (``CreateTranscodingTask``), and wait for it.

    All parameters are templated. A success of which outputs have failed is partial: see ``on_partial``.

    :param input: ``bucket``, ``location``, ``object`` of the source.
    :param output: ``bucket``, ``location``, ``object`` (a directory).
    :param template_ids: 1 to 9 templates, one an output (``trans_template_id``); or ``av_parameters`` in their place.
    :param av_parameters: what a template would say; objects.
    :param output_filenames: one an output.
    :param watermarks: objects.
    :param thumbnails: objects.
    :param priority: 6 or 9.
    :param user_data: a text or an object of your own; the operator's key is put beside it, and both have 512 bytes.
    :param parameters: whatever else the vendor takes, by the vendor's names.

    Further arguments: see :class:`MediaJobOperator`.
    """

    def __init__(
        self,
        *,
        input: Mapping[str, Any] | str | XComArg,  # noqa: A002 - the vendor's name for it
        output: Mapping[str, Any] | str | XComArg,
        template_ids: Sequence[int] | str | XComArg | LeftOut = LEFT_OUT,
        av_parameters: Objects | LeftOut = LEFT_OUT,
        output_filenames: Sequence[str] | XComArg | LeftOut = LEFT_OUT,
        watermarks: Objects | LeftOut = LEFT_OUT,
        thumbnails: Objects | LeftOut = LEFT_OUT,
        priority: int | LeftOut = LEFT_OUT,
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
        with as_airflow_has_it():
            found = merged(kind, named, parameters)
        super().__init__(kind=kind, parameters=found, **kwargs)
