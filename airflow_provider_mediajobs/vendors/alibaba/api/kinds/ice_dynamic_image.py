"""Intelligent Media Services ``GetDynamicImageJob`` (2020-11-09): see :mod:`ice_jobs`. It makes one animated image."""

from __future__ import annotations

from .ice_jobs import one_file, small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getdynamicimagejob"

ICE_DYNAMIC_IMAGE = small_kind(
    "alibaba.ice.dynamic_image",
    "Intelligent Media Services animated image job",
    PAGE,
    "DynamicImageJob",
    one_file,
)
