# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests which limit the calls of an Alibaba operation count against."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.vendors.alibaba.api.rpc import call

ACCOUNT = Account("alibaba", Credentials("key", "secret"), region="cn-shanghai")


@pytest.mark.parametrize(
    ("product", "action", "name"),
    [
        ("live", "GetEditingJobInfo", "live"),
        ("live", "EditShowAndReplace", "live-submit"),
        ("ice", "GetTranscodeJob", "ice"),
        ("ice", "SubmitTranscodeJob", "ice"),
        ("ice", "SubmitMediaProducingJob", "ice-submit-producing"),
        ("vod", "ListTranscodeTask", "vod"),
        ("vod", "GetTranscodeTask", "vod-details"),
        ("vod", "SubmitTranscodeJobs", "vod-submit"),
        ("vod", "GetURLUploadInfos", "vod-url-upload"),
        ("vod", "CancelUrlUploadJobs", "vod-url-upload-cancel"),
        ("vod", "AddCategory", "vod"),
        ("mts", "QueryJobList", "mts"),
        ("mts", "ListJob", "mts-list"),
        ("mts", "SubmitJobs", "mts-submit"),
        ("mts", "CancelJob", "mts-cancel"),
    ],
)
def test_an_operation_counts_against_its_own_limit_or_its_products(product: str, action: str, name: str) -> None:
    """Whoever calls it: a look, an operator, or the author of a DAG."""
    assert call(ACCOUNT, product, action, {}).product == name
