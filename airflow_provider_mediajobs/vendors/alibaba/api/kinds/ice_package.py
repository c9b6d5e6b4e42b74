"""Intelligent Media Services ``GetPackageJob`` (2020-11-09): see :mod:`ice_jobs`. It makes one list of streams."""

from __future__ import annotations

from .ice_jobs import one_file, small_kind

PAGE = "https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getpackagejob"

ICE_PACKAGE = small_kind(
    "alibaba.ice.package", "Intelligent Media Services packaging job", PAGE, "PackageJob", one_file
)
