# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests answers from public reports: the same result in every mode.

Of each case, ``reported/`` holds what is asked for and what the vendor answers.

Covers ``core.outcome``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.sensors import MediaJobSensor
from airflow_provider_mediajobs.sensors.errors import (
    MediaJobFailed,
    MediaJobNotAuthenticated,
    MediaJobNotFound,
    MediaJobNotPermitted,
    MediaJobPartiallySucceeded,
    MediaJobRejected,
    MediaJobTimeout,
)

from .conftest import Bench, StateStore
from .modes import MODES

FOLDER = Path(__file__).parent / "reported"
STARTED = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


class Reading(NamedTuple):
    """What a wait of an hour must make of a case.

    :param end: an exception, or ``None`` where the gate opens.
    :param says: parts of the exception's text.
    :param calls: requests at the most, on a worker.
    """

    end: type[Exception] | None
    says: tuple[str, ...] = ()
    calls: int | None = None


OPENS = Reading(None)
WAITS = Reading(MediaJobTimeout)
NOT_FOUND = Reading(MediaJobNotFound)


def _auth(*says: str) -> Reading:
    return Reading(MediaJobNotAuthenticated, says, calls=1)


def _denied(*says: str, calls: int = 1) -> Reading:
    return Reading(MediaJobNotPermitted, says, calls)


def _rejected(*says: str) -> Reading:
    return Reading(MediaJobRejected, says, calls=1)


READINGS: dict[str, Reading] = {
    "alibaba_accesskey_disabled": _auth("Forbidden.AccessKeyDisabled"),
    "alibaba_action_notfound": _rejected("InvalidAction.NotFound"),
    "alibaba_incomplete_signature": _auth("IncompleteSignature"),
    "alibaba_internalerror_400": WAITS,
    "alibaba_invalid_regionid_notfound": _rejected("InvalidRegionId.NotFound"),
    "alibaba_invalid_signature_method": _rejected("InvalidSignatureMethod"),
    "alibaba_nonce": WAITS,
    "alibaba_not_opened": _denied("OperationDenied", "does not open VOD"),
    "alibaba_raw_format": WAITS,
    "alibaba_sdk_timestamp": _auth("InvalidTimeStamp.Expired"),
    "alibaba_service_busy": WAITS,
    "alibaba_sts_mismatch": _auth("InvalidSecurityToken.MismatchWithAccessKey"),
    "alibaba_suspended": _denied("OperationDenied.Suspended"),
    "alibaba_throttling": WAITS,
    "alibaba_xml_error": _auth("InvalidAccessKeyId.NotFound", "Specified access key is not found."),
    "huawei_0301_locked": _auth("AK access failed to reach the limit", "five minutes"),
    "huawei_0301_verify": _auth("verify aksk signature fail"),
    # The connection is read anew once: the secrets backend may hold a fresh token.
    "huawei_0307": Reading(MediaJobNotAuthenticated, ("APIGW.0307", "The token must be updated."), calls=2),
    "huawei_0308": WAITS,
    "huawei_0402": _denied("APIGW.0402"),
    "huawei_0404_backend": WAITS,
    "huawei_0502_frozen": _denied("APIGW.0502", "frozen"),
    "huawei_0801": _rejected("APIGW.0801"),
    "huawei_0802": _denied("APIGW.0802"),
    "huawei_401_html": _auth("401 Authorization Required"),
    "huawei_401_no_code": _auth("Unauthorized"),
    "huawei_429_html": WAITS,
    "huawei_429_text": WAITS,
    "huawei_errormessage": _denied("CCE.01403001", "Action Forbidden"),
    "huawei_iam_forbidden_nested": _denied("You are not authorized to perform the requested action."),
    "huawei_mpc10203": _auth("MPC.10203"),
    "huawei_mpc10212_final": WAITS,
    "huawei_openstack_unauthorized": _auth("The request you have made requires authentication."),
    "huawei_policy_denied": _denied("PAP5.0020", "mpc:editingTask:view"),
    "huawei_vod10062": NOT_FOUND,
    "huawei_vod_error_text_failed": Reading(MediaJobFailed, ("VOD.20001", "transcode failed"), calls=1),
    "huawei_vod_succeeded": WAITS,
    "ice_failed_code_number": Reading(MediaJobFailed, ("500",), calls=1),
    "ice_invalidparameter_unknownid": _rejected("InvalidParameter", "JobId"),
    "ice_success_with_code": OPENS,
    "ice_unknown_id_404": NOT_FOUND,
    "live_failed_text": Reading(MediaJobFailed, calls=1),
    "live_json_lines_text": OPENS,
    "live_lower_camel": OPENS,
    "live_show_not_edited": WAITS,
    "live_wrapped_beside_text": OPENS,
    "live_wrapped_with_strings": OPENS,
    "mpc_error_beside_data": WAITS,
    "mpc_gson_id": OPENS,
    "mpc_number_id": OPENS,
    "mpc_one_job_object": OPENS,
    "mpc_prep": WAITS,
    "mpc_time_rfc": OPENS,
    "mpc_total_zero_error": NOT_FOUND,
    "mpc_v1_exec_description": Reading(
        MediaJobFailed, ("The format of the media source does not support clipping.",), calls=1
    ),
    "mpc_v1_succeed_with_error": OPENS,
    "mpc_v1_taskid_only": OPENS,
    "mpc_v2_cancelled_word": WAITS,
    "mpc_v2_failed_extra_error": Reading(MediaJobFailed, ("MPC.10124", "media source is damaged"), calls=1),
    "mpc_v2_failed_xcode": Reading(MediaJobFailed, ("media source is damaged",), calls=1),
    "vod_creation_epoch_ms": NOT_FOUND,
    "vod_creation_local_time": NOT_FOUND,
    "vod_definition_list": OPENS,
    "vod_detail_ids_only": OPENS,
    "vod_list_as_text": OPENS,
    "vod_null_list": NOT_FOUND,
    "vod_partial_case": WAITS,
    "vod_success_with_failed_rendition": Reading(MediaJobPartiallySucceeded, ("HD", "bad")),
    "vod_success_with_running_rendition": Reading(MediaJobPartiallySucceeded, ("not_found_grace",)),
    "vod_trigger_trailing_blank": OPENS,
    "vod_video_notfound": NOT_FOUND,
}


class Answers:
    """A transport that gives the answers of a case: the first to the list of tasks, the last to all else."""

    def __init__(self, answers: list[dict[str, Any]]) -> None:
        self._answers = answers
        self.calls = 0

    def send(self, request: HttpRequest) -> HttpResponse:
        self.calls += 1
        action = request.header("x-acs-action")
        answer = self._answers[0 if action == "ListTranscodeTask" else -1]
        body = answer["body"] if isinstance(answer["body"], str) else json.dumps(answer["body"])
        return HttpResponse(answer["status"], answer["headers"], body.encode())

    async def asend(self, request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return self.send(request)

    async def aclose(self) -> None:
        pass


def _case(name: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _connection(options: Mapping[str, Any], kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor, region = kind.partition(".")[0], "cn-north-4" if kind.startswith("huawei") else "cn-shanghai"
    extra = {"region": region, "project_id": "p1" if vendor == "huawei" else None, **options}
    extra = {name: value for name, value in extra.items() if value is not None}
    keys = {} if "auth_token" in extra else {"login": "an-access-key", "password": "a-secret-key"}
    value = {"conn_type": f"{vendor}_mediajobs", "extra": extra, **keys}
    monkeypatch.setenv(f"AIRFLOW_CONN_{vendor.upper()}_MEDIAJOBS_DEFAULT", json.dumps(value))


def test_every_case_has_a_reading() -> None:
    assert sorted(READINGS) == sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", READINGS)
def test_a_reported_answer(
    name: str, mode: str, bench: Bench, mediajobs_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, reading = _case(name), READINGS[name]
    _connection(case.get("options", {}), case["kind"], monkeypatch)
    bench.transport = answers = Answers(case["responses"])
    bench.store = StateStore()
    more = {"created_after": case["created_after"]} if "created_after" in case else {}
    more |= case.get("policy", {}) | MODES[mode]
    ids = case.get("many") or case["ids"]
    sensor = MediaJobSensor(task_id="wait", kind=case["kind"], ids=ids, timeout=3600, **more)

    if reading.end is None:
        assert bench.run(sensor)["state"] == "succeeded"
    else:
        with pytest.raises(reading.end) as caught:
            bench.run(sensor)
        assert type(caught.value) is reading.end
        assert [part for part in reading.says if part not in str(caught.value)] == []
    if reading.calls is not None and mode in {"poke", "reschedule", "deferred"}:
        assert answers.calls <= reading.calls
