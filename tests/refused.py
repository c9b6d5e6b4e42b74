# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Refusals from public reports, each with what it means to a wait: for the tests of hooks and of sensors."""

from __future__ import annotations

from typing import Any, NamedTuple

from airflow_provider_mediajobs.core import errors as e

MPC: dict[str, Any] = {"kind": "huawei.mpc.editing", "ids": {"job_id": "30647"}}
HVOD: dict[str, Any] = {"kind": "huawei.vod.editing", "ids": {"task_id": "1001"}}
VOD: dict[str, Any] = {"kind": "alibaba.vod.transcode", "ids": {"video_id": "v1"}}
ICE: dict[str, Any] = {"kind": "alibaba.ice.live_editing", "ids": {"job_id": "j1"}}


class Refusal(NamedTuple):
    """An answer of a vendor, and what it means.

    :param of: the kind and the ids that were asked for.
    :param sort: class of the error.
    :param text: a part of the error's message.
    :param advice: a part of the message of a task that fails with it.
    """

    of: dict[str, Any]
    status: int
    body: Any
    sort: type[e.MediaJobsError]
    text: str
    advice: str = ""
    headers: dict[str, str] = {}  # noqa: RUF012 - nobody writes to it


def _ali(
    of: dict[str, Any], status: int, code: str, sort: type[e.MediaJobsError], text: str, advice: str = ""
) -> Refusal:
    body = {"RequestId": "5B2C3075", "HostId": "vod.cn-shanghai.aliyuncs.com", "Code": code, "Message": text}
    return Refusal(of, status, body, sort, f"{code}: {text} (HTTP {status}, request id 5B2C3075)", advice)


def _gate(status: int, code: str, sort: type[e.MediaJobsError], text: str, advice: str = "") -> Refusal:
    body = {"error_msg": text, "error_code": code, "request_id": "5a63903e"}
    said = f"{code}: {text} (HTTP {status}, request id 5a63903e)"
    return Refusal(MPC, status, body, sort, said, advice, {"x-request-id": "5a63903e"})


def _hw(status: int, body: Any, sort: type[e.MediaJobsError], text: str, advice: str = "", **headers: str) -> Refusal:
    return Refusal(MPC, status, body, sort, text, advice, {k.replace("_", "-"): v for k, v in headers.items()})


XML = (
    "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>5B2C3075</RequestId><HostId>h</HostId>"
    "<Code>InvalidAccessKeyId.NotFound</Code><Message>Specified access key is not found.</Message></Error>"
)
LOCKED = "after five refusals in a row the key is locked for five minutes"
KEY = "correct key, secret, token or clock"
PLACE = "check region, project and endpoints of the connection"
ACCOUNT = "open the service, or settle what is due, in the vendor's console"
GRANT = "grant the key mpc:editingTask:view"
HERE = "check region and project of the connection, and the address that calls come from"
PAGE = "<html><head><title>401 Authorization Required</title></head></html>"
NESTED = {"error": {"message": "You are not authorized to perform the requested action.", "code": 403, "title": "No"}}
OPENSTACK = {"error": {"message": "The request you have made requires authentication.", "code": 401, "title": "No"}}

FINAL: dict[str, Refusal] = {
    "region": _ali(VOD, 404, "InvalidRegionId.NotFound", e.WrongPlace, "No such region.", PLACE),
    "region, too": _ali(VOD, 404, "InvalidRegion.NotFound", e.WrongPlace, "No such region.", PLACE),
    "key disabled": _ali(VOD, 403, "Forbidden.AccessKeyDisabled", e.AuthError, "The Access Key is disabled.", KEY),
    "no such api": _ali(ICE, 404, "InvalidAction.NotFound", e.WrongPlace, "Specified api is not found.", PLACE),
    "token of another": _ali(
        VOD, 400, "InvalidSecurityToken.MismatchWithAccessKey", e.AuthError, "SecurityToken mismatch.", KEY
    ),
    "xml": Refusal(VOD, 404, XML, e.AuthError, "InvalidAccessKeyId.NotFound: Specified access key is not found.", KEY),
    "suspended": _ali(VOD, 403, "OperationDenied.Suspended", e.AccountNotInOrder, "It is suspended.", ACCOUNT),
    "not opened": _ali(VOD, 403, "OperationDenied", e.AccountNotInOrder, "It is not open yet.", ACCOUNT),
    "incomplete": _ali(VOD, 400, "IncompleteSignature", e.AuthError, "server string to sign is: POST&%2F&...", KEY),
    "clock": _ali(VOD, 400, "InvalidTimeStamp.Expired", e.AuthError, "Specified time stamp is expired.", KEY),
    "signature method": _ali(VOD, 400, "InvalidSignatureMethod", e.WrongPlace, "Not supported.", PLACE),
    "md5": _ali(VOD, 400, "ContentMD5NotMatched", e.RequestRejected, "Not matched.", "correct the parameter"),
    "parameter": _ali(
        ICE, 400, "InvalidParameter", e.RequestRejected, '"JobId" is not valid.', "correct the parameter"
    ),
    "ram": _ali(
        VOD, 403, "Forbidden.RAM", e.PermissionDenied, "Not authorized.", "grant the key vod:ListTranscodeTask"
    ),
    "unknown 401": _ali(ICE, 401, "SomethingNew", e.AuthError, "Who are you?", KEY),
    "unknown 403": _ali(ICE, 403, "SomethingNew", e.PermissionDenied, "No.", "grant the key ice:GetLiveEditingJob"),
    "0301": _gate(401, "APIGW.0301", e.AuthError, "verify aksk signature fail, canonicalRequest:GET|/v2", KEY),
    "0301 locked": _gate(401, "APIGW.0301", e.AuthError, "AK access failed to reach the limit, forbidden", LOCKED),
    "0801": _gate(403, "APIGW.0801", e.WrongPlace, "The service is unavailable in this region.", PLACE),
    "0802": _gate(403, "APIGW.0802", e.DeniedHere, "The IAM user is forbidden in this region.", HERE),
    "0402": _gate(403, "APIGW.0402", e.DeniedHere, "The IP address is not authorized.", HERE),
    "nested 403": _hw(403, NESTED, e.PermissionDenied, "not authorized to perform the requested action", GRANT),
    "nested 401": _hw(401, OPENSTACK, e.AuthError, "requires authentication", LOCKED),
    "401 without a code": _hw(401, {"message": "Unauthorized"}, e.AuthError, "Unauthorized", LOCKED),
    "401 html": _hw(401, PAGE, e.AuthError, PAGE, LOCKED),
    "401 empty": _hw(401, "", e.AuthError, "HTTP 401", LOCKED),
    "401 two objects": _hw(401, {"a": {"b": "who?"}, "c": {}}, e.AuthError, "who?", LOCKED),
    "401 xml": _hw(401, "<Error><Code>AccessDenied</Code></Error>", e.AuthError, "AccessDenied", LOCKED),
    "errorMessage": _hw(
        403,
        {"errorCode": "CCE.01403001", "errorMessage": "Action Forbidden"},
        e.PermissionDenied,
        "CCE.01403001: Action Forbidden (HTTP 403)",
        GRANT,
    ),
    "policy": _gate(403, "PAP5.0020", e.PermissionDenied, "Policy doesn't allow mpc:editingTask:view.", GRANT),
    "10203": _gate(401, "MPC.10203", e.AuthError, "Identity authentication failed.", LOCKED),
    "10230": _gate(400, "MPC.10230", e.RequestRejected, "Something is wrong.", "correct the parameter"),
    "0307": _gate(401, "APIGW.0307", e.CredentialsExpired, "The token must be updated.", KEY),
    "frozen": _gate(405, "APIGW.0502", e.AccountNotInOrder, "The app has been frozen.", ACCOUNT),
}

PASSING: dict[str, Refusal] = {
    "nonce": _ali(VOD, 400, "SignatureNonceUsed", e.StaleRequest, "Specified signature nonce was used already."),
    "throttling": _ali(VOD, 400, "Throttling", e.Throttled, "Request was denied due to request throttling."),
    "system busy": _ali(VOD, 400, "SystemBusy", e.ServerFault, "The system is busy."),
    "service busy": _ali(VOD, 400, "ServiceBusy", e.ServerFault, "The service is busy."),
    "internal": _ali(VOD, 400, "InternalError", e.ServerFault, "Some unknown error."),
    "no json": Refusal(VOD, 200, "upstream connect error or disconnect", e.UnreadableResponse, "upstream connect"),
    "0308": _gate(429, "APIG.0308", e.Throttled, "policy ip over ratelimit,limit:5,time:1 minute"),
    "429 text": _hw(
        429, {"error": {"message": "Pause requests.", "code": "TooManyRequests"}}, e.Throttled, "Pause requests."
    ),
    "429 empty": _hw(429, "", e.Throttled, "HTTP 429"),
    "10212": _gate(403, "MPC.10212", e.ServerFault, "The operation failed."),
    "back end": _gate(404, "APIGW.0103", e.ServerFault, "The backend does not exist."),
    "403 html": _hw(403, "<html>Access denied by the proxy</html>", e.UnreadableResponse, "Access denied by the proxy"),
    "403 empty": _hw(403, "", e.UnreadableResponse, "HTTP 403"),
    "404 html": _hw(404, "<html>no such page</html>", e.UnreadableResponse, "no such page"),
    "302": _hw(302, "", e.UnreadableResponse, "HTTP 302", location="https://login.example/"),
    "408": _hw(408, "", e.UnreadableResponse, "HTTP 408"),
    "503": _hw(503, "<html>", e.UnreadableResponse, "HTTP 503"),
    "error beside a record": _hw(
        200,
        {
            "error_code": "MPC.10050",
            "error_msg": "System error.",
            "job_array": [{"job_id": "30647", "status": "SUCCEEDED", "progress": 100}],
        },
        e.Contradiction,
        "it tells of the error MPC.10050 (System error.), and shows job_array",
    ),
}

UNKNOWN_JOBS: dict[str, Refusal] = {
    "ice": _ali(ICE, 404, "JobNotFound", e.JobNotFound, "The specified job does not exist."),
    "video": _ali(VOD, 404, "InvalidVideo.NotFound", e.JobNotFound, "The video does not exist."),
    "10062": Refusal(
        HVOD, 400, {"error_code": "VOD.10062", "error_msg": "Media asset does not exist."}, e.JobNotFound, "VOD.10062"
    ),
    "10062 as 403": Refusal(
        HVOD, 403, {"error_code": "VOD.10062", "error_msg": "Media asset does not exist."}, e.JobNotFound, "VOD.10062"
    ),
    "none of them": _hw(200, {"total": 0, "jobs": None}, e.JobNotFound, ""),
}
