# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The address of a job's output for a browser, out of the result that a task returns.

OSS: https://www.alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints
OBS: https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0005.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

LONGEST = 2_000
"""Characters of an address that all browsers take."""

_HOSTS = {"oss": "{bucket}.{region}.aliyuncs.com", "obs": "{bucket}.obs.{region}.myhuaweicloud.com"}
_REGIONS = {"oss": re.compile(r"oss-[a-z]{2,}(?:-[a-z0-9]+)+"), "obs": re.compile(r"(?!oss-)[a-z]{2,}(?:-[a-z0-9]+)+")}
_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_NOT_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\<>\"'`{}|^]")


def output_address(result: Mapping[str, Any]) -> str:
    """The address of the first output whose place is known; empty where none is.

    A query is left out: that of a signed address would give the file to everyone who may see the task. An object in
    OSS or OBS has an address only where the vendor's record says in which region its bucket is.

    :param result: as tasks return it, of one job or of several.
    """
    for job in result.get("jobs") or (result,):
        for output in job.get("outputs") or ():
            if address := _address(output.get("uri"), job.get("raw")):
                return address
    return ""


def _address(uri: Any, record: Any) -> str:
    if not isinstance(uri, str):
        return ""
    scheme, separator, place = uri.partition("://")
    if separator and scheme in _HOSTS:
        bucket, _, name = place.partition("/")
        return _in_bucket(scheme, bucket, name, record)
    return _over_http(uri)


def _over_http(uri: str) -> str:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    whole = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc) and len(whole) <= LONGEST
    return whole if usable and not _NOT_IN_AN_ADDRESS.search(uri) else ""


def _in_bucket(scheme: str, bucket: str, name: str, record: Any) -> str:
    regions = {region for region in _regions_of(bucket, record) if _REGIONS[scheme].fullmatch(region)}
    if len(regions) != 1 or not name or not _BUCKET.fullmatch(bucket):
        return ""
    host = _HOSTS[scheme].format(bucket=bucket, region=regions.pop())
    try:
        whole = f"https://{host}/{quote(name)}"
    except UnicodeEncodeError:  # half of a character
        return ""
    return whole if len(whole) <= LONGEST else ""


def _regions_of(bucket: str, record: Any) -> Iterator[str]:
    """What the record calls the location of that bucket, wherever it names both."""
    left = [record]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left.extend(value)
        elif isinstance(value, Mapping):
            left.extend(value.values())
            named = {str(name).lower(): held for name, held in value.items()}
            if named.get("bucket") == bucket and isinstance(named.get("location"), str):
                yield named["location"]
