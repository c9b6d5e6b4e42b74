# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The limits of Alibaba Cloud's operations, in calls per second and account.

A limit that an operation's page states holds for that operation alone. Operations that are not named here share the
bucket of their product.
"""

from __future__ import annotations

from ....core.kind import Quota

LIVE = Quota("live", 10, 1, "GetEditingJobInfo's page: 10 calls per second per account")
LIVE_SUBMIT = Quota("live-submit", 10, 1, "EditShowAndReplace's page: 10 calls per second per account", part_of="live")

ICE = Quota("ice", 10, 1, "none stated on the pages; this package's assumption")
ICE_SUBMIT_PRODUCING = Quota(
    "ice-submit-producing", 30, 1, "SubmitMediaProducingJob's page: 30 calls per second per account", part_of="ice"
)

VOD = Quota("vod", 15, 1, "ListTranscodeTask's page: 15 calls per second per account, the excess is dropped")
VOD_DETAILS = Quota("vod-details", 15, 1, "GetTranscodeTask's page: 15 calls per second per account", part_of="vod")
VOD_SUBMIT = Quota("vod-submit", 30, 1, "SubmitTranscodeJobs' page: 30 calls per second per account", part_of="vod")
VOD_URL_UPLOAD = Quota(
    "vod-url-upload", 100, 1, "GetURLUploadInfos' page: 100 calls per second per account", part_of="vod"
)
VOD_URL_UPLOAD_CANCEL = Quota(
    "vod-url-upload-cancel", 50, 1, "CancelUrlUploadJobs' page: 50 calls per second per account", part_of="vod"
)

MTS = Quota("mts", 100, 1, "QueryJobList's page: 100 calls per second per account, the excess is dropped")
MTS_SNAPSHOT = Quota(
    "mts-snapshot", 100, 1, "QuerySnapshotJobList's page: 100 calls per second per account", part_of="mts"
)
MTS_LIST = Quota("mts-list", 100, 1, "MPS' page of limits: 100 calls per second per account", part_of="mts")
MTS_SUBMIT = Quota("mts-submit", 100, 1, "MPS' page of limits: 100 calls per second per account", part_of="mts")
MTS_CANCEL = Quota("mts-cancel", 100, 1, "MPS' page of limits: 100 calls per second per account", part_of="mts")

_OF_OPERATIONS = {
    ("live", "EditShowAndReplace"): LIVE_SUBMIT,
    ("ice", "SubmitMediaProducingJob"): ICE_SUBMIT_PRODUCING,
    ("vod", "GetTranscodeTask"): VOD_DETAILS,
    ("vod", "SubmitTranscodeJobs"): VOD_SUBMIT,
    ("vod", "GetURLUploadInfos"): VOD_URL_UPLOAD,
    ("vod", "CancelUrlUploadJobs"): VOD_URL_UPLOAD_CANCEL,
    ("mts", "QuerySnapshotJobList"): MTS_SNAPSHOT,
    ("mts", "ListJob"): MTS_LIST,
    ("mts", "SubmitJobs"): MTS_SUBMIT,
    ("mts", "CancelJob"): MTS_CANCEL,
}


def quota_name(product: str, action: str) -> str:
    """The name of the bucket that a call counts against.

    :param product: as in :func:`rpc.call`.
    :param action: the operation's name.
    """
    own = _OF_OPERATIONS.get((product, action))
    return own.name if own is not None else product
