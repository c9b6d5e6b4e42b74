# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Huawei's signature against the vendor's SDK (73 vectors), and the given-token alternative."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest
from airflow_provider_mediajobs.vendors.huawei import HUAWEI, signing

VECTORS = Path(__file__).parents[2] / "vectors"
AKSK = json.loads((VECTORS / "huawei_aksk.json").read_text(encoding="utf-8"))["vectors"]
STAGES = (
    "canonical_uri",
    "canonical_query",
    "payload_hash",
    "signed_headers",
    "canonical_request",
    "string_to_sign",
    "signature",
    "authorization",
    "wire_target",
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ACCOUNT = Account("huawei", Credentials("ak", "sk"), region="cn-north-4", project_id="p1")
REQUEST = HttpRequest(
    "GET",
    "https://mpc.cn-north-4.myhuaweicloud.com",
    "/v2/p1/editing/jobs",
    query=(("job_id", "30648"), ("job_id", "30647")),
    headers=(("Content-Type", "application/json"),),
)


def pairs(found: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in found)


def unsigned(vector: dict[str, Any]) -> HttpRequest:
    given = vector["input"]
    headers = pairs(given["headers"])
    if "unsigned-payload" in vector["tags"]:
        headers += (("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD"),)  # the SDK adds it; we never send such a body
    body = (given["body"] or "").encode()
    return HttpRequest(given["method"], f"https://{given['host']}", given["path"], pairs(given["query"]), headers, body)


def stages(vector: dict[str, Any]) -> dict[str, str]:
    """Each stage computed from the vendor's value of the stage before, so that one mistake fails one stage."""
    given, expected = vector["input"], vector["expected"]
    request = unsigned(vector)
    headers = tuple(
        (name, value)
        for name, value in pairs(given["headers"]) + pairs(expected["added_headers"])
        if signing.is_signed(name)
    )
    target = replace(request, query=tuple(sorted(request.query))).url.removeprefix(request.origin)
    return {
        "canonical_uri": signing.canonical_uri(given["path"]),
        "canonical_query": signing.canonical_query(request.query),
        "payload_hash": signing.payload_hash(request),
        "signed_headers": signing.signed_headers(headers),
        "canonical_request": signing.canonical_request(
            request.method, request.path, request.query, headers, expected["payload_hash"]
        ),
        "string_to_sign": signing.string_to_sign(given["date"], expected["canonical_request"]),
        "signature": signing.signature(given["access_key_secret"], expected["string_to_sign"]),
        "authorization": signing.authorization(
            given["access_key_id"], expected["signed_headers"], expected["signature"]
        ),
        "wire_target": target,
    }


def test_all_vectors_are_here() -> None:
    """The file holds 73 vectors, no id twice; with Alibaba's 67 and 57 that makes 197."""
    assert len({vector["id"] for vector in AKSK}) == 73
    others = [
        json.loads((VECTORS / name).read_text(encoding="utf-8"))
        for name in ("alibaba_acs3.json", "alibaba_rpc_v1.json")
    ]
    assert sum(len(other["vectors"]) for other in others) + len(AKSK) == 197


@pytest.mark.parametrize(
    ("vector", "stage"), [pytest.param(v, stage, id=f"{v['id']}-{stage}") for v in AKSK for stage in STAGES]
)
def test_vector(vector: dict[str, Any], stage: str) -> None:
    """Every stage of SDK-HMAC-SHA256 is what the vendor's SDK computed."""
    assert stages(vector)[stage] == vector["expected"][stage]


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in AKSK])
def test_whole(vector: dict[str, Any]) -> None:
    """``sign`` adds the vendor's headers and Authorization, and sends the vendor's target."""
    given, expected = vector["input"], vector["expected"]
    keys = Credentials(given["access_key_id"], given["access_key_secret"], given["security_token"])
    account = Account("huawei", keys, project_id=given["project_id"])
    now = datetime.strptime(given["date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    signed = signing.sign(unsigned(vector), account, now, "unused")
    added = [*pairs(expected["added_headers"]), ("Authorization", expected["authorization"])]
    assert sorted(signed.headers) == sorted([*pairs(given["headers"]), *added])
    assert signed.url == f"https://{given['host']}{expected['wire_target']}"
    assert signed.body == unsigned(vector).body


def test_a_printed_example() -> None:
    """The vendor's VPC example of 2019-11-15: the canonical hash that its page prints."""
    headers = (
        ("Content-Type", "application/json"),
        ("Host", "service.region.example.com"),
        ("X-Sdk-Date", "20191115T033655Z"),
    )
    query = (("limit", "2"), ("marker", "13551d6b-755d-4757-b956-536f674975c0"))
    path = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    canonical = signing.canonical_request("GET", path, query, headers, empty)
    assert signing.string_to_sign("20191115T033655Z", canonical) == (
        "SDK-HMAC-SHA256\n20191115T033655Z\nb25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
    )


def test_a_token_replaces_the_signature() -> None:
    """``X-Auth-Token`` is sent as it is and nothing is signed."""
    account = replace(ACCOUNT, credentials=Credentials("ak", "sk", auth_token="TOKEN"))
    signed = HUAWEI.sign(REQUEST, account, NOW, "n")
    assert signed.headers == (("Content-Type", "application/json"), ("X-Auth-Token", "TOKEN"))
    assert signed.url == REQUEST.url
    assert "TOKEN" not in repr(signed)


def test_a_security_token_travels_signed() -> None:
    """Temporary keys add ``X-Security-Token`` to the signed headers; plain keys do not."""
    temporary = replace(ACCOUNT, credentials=Credentials("ak", "sk", security_token="t+/="))
    signed = HUAWEI.sign(REQUEST, temporary, NOW, "n")
    assert signed.header("X-Security-Token") == "t+/="
    names = "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token,"
    assert names in (signed.header("Authorization") or "")
    plain = HUAWEI.sign(REQUEST, ACCOUNT, NOW, "n")
    assert plain.header("X-Security-Token") is None
    assert "SignedHeaders=content-type;host;x-project-id;x-sdk-date," in (plain.header("Authorization") or "")


def test_ids_are_sent_sorted_as_repeated_keys() -> None:
    """What is sent is the string that was signed, as the vendor's SDK does it."""
    signed = HUAWEI.sign(REQUEST, ACCOUNT, NOW, "n")
    assert signed.url == "https://mpc.cn-north-4.myhuaweicloud.com/v2/p1/editing/jobs?job_id=30647&job_id=30648"


def test_without_a_project_no_project_header() -> None:
    """An account without a project id sends none."""
    signed = HUAWEI.sign(REQUEST, replace(ACCOUNT, project_id=None), NOW, "n")
    assert signed.header("X-Project-Id") is None


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
        ("application/bson", b"{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
        ("text/plain", b"{}", "UNSIGNED-PAYLOAD"),
        ("text/plain", b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (None, b"{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
    ],
)
def test_which_bodies_are_hashed(content_type: str | None, body: bytes, expected: str) -> None:
    """JSON, BSON, untyped and empty bodies are hashed; others are declared unsigned."""
    headers = (("content-type", content_type),) if content_type else ()
    assert signing.payload_hash(replace(REQUEST, headers=headers, body=body)) == expected


@pytest.mark.parametrize(
    "credentials", [Credentials("ak", "sk"), Credentials("ak", "sk", "token"), Credentials(auth_token="token")]
)
def test_an_unsigned_request_goes_as_it_is(credentials: Credentials) -> None:
    """A password proves who asks, or nothing: neither key nor token nor project is sent along."""
    request = replace(REQUEST, unsigned=True)

    assert HUAWEI.sign(request, replace(ACCOUNT, credentials=credentials), NOW, "") == request
