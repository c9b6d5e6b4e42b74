# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Both Alibaba signatures against the vendor's SDKs (124 vectors) and the two examples its documentation prints."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from airflow_provider_mediajobs.core.account import Account, Credentials
from airflow_provider_mediajobs.core.http import HttpRequest, Pairs, encode_query
from airflow_provider_mediajobs.vendors.alibaba import ALIBABA, signing

VECTORS = Path(__file__).parents[2] / "vectors"
ACS3 = json.loads((VECTORS / "alibaba_acs3.json").read_text(encoding="utf-8"))["vectors"]
RPC = json.loads((VECTORS / "alibaba_rpc_v1.json").read_text(encoding="utf-8"))["vectors"]
RPC_WHOLE = [vector for vector in RPC if (vector["input"]["format"], vector["input"]["method"]) == ("json", "POST")]

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ACCOUNT = Account("alibaba", Credentials("id", "secret"))
REQUEST = HttpRequest(
    "POST",
    "https://live.aliyuncs.com",
    query=(("CasterId", "a b+c"), ("ShowId", "")),
    headers=(("x-acs-action", "GetEditingJobInfo"), ("x-acs-version", "2016-11-01"), ("accept", "application/json")),
)


def pairs(found: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in found)


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def form(signed: HttpRequest) -> list[tuple[str, str]]:
    """What the vendor reads out of a form body."""
    return parse_qsl(signed.body.decode(), keep_blank_values=True, strict_parsing=True)


def account(given: dict[str, Any], signature: str) -> Account:
    keys = Credentials(given["access_key_id"], given["access_key_secret"], given["security_token"])
    return Account("alibaba", keys, signature=signature)


def acs3_stages(vector: dict[str, Any]) -> dict[str, str]:
    """Each stage computed from the vendor's value of the stage before, so that one mistake fails one stage."""
    given, expected = vector["input"], vector["expected"]
    headers = pairs(expected["signed_header_pairs"])
    return {
        "content_sha256": signing.acs3_payload_hash((given["body"] or "").encode()),
        "signed_headers": signing.acs3_signed_headers(headers),
        "canonical_request": signing.acs3_canonical_request(
            given["method"], given["path"], pairs(given["query"]), headers, expected["content_sha256"]
        ),
        "string_to_sign": signing.acs3_string_to_sign(expected["canonical_request"]),
        "signature": signing.acs3_signature(given["access_key_secret"], expected["string_to_sign"]),
        "authorization": signing.acs3_authorization(
            given["access_key_id"], expected["signed_headers"], expected["signature"]
        ),
    }


def rpc_stages(vector: dict[str, Any]) -> dict[str, Any]:
    given, expected = vector["input"], vector["expected"]
    final = pairs(expected["final_query"])
    signed = dict(final) | dict(pairs(given["form"]))
    del signed["Signature"]
    return {
        "canonical_query": signing.rpc_canonical_query(tuple(signed.items())),
        "string_to_sign": signing.rpc_string_to_sign(given["method"], expected["canonical_query"]),
        "signature": signing.rpc_signature(given["access_key_secret"], expected["string_to_sign"]),
    }


def cases(vectors: list[dict[str, Any]], stages: tuple[str, ...]) -> list[Any]:
    return [pytest.param(vector, stage, id=f"{vector['id']}-{stage}") for vector in vectors for stage in stages]


ACS3_STAGES = ("content_sha256", "signed_headers", "canonical_request", "string_to_sign", "signature", "authorization")
RPC_STAGES = ("canonical_query", "string_to_sign", "signature")


def test_all_vectors_are_here() -> None:
    """The files hold 67 and 57 vectors, no id twice."""
    assert len({vector["id"] for vector in ACS3}) == 67
    assert len({vector["id"] for vector in RPC}) == 57


@pytest.mark.parametrize(("vector", "stage"), cases(ACS3, ACS3_STAGES))
def test_acs3_vector(vector: dict[str, Any], stage: str) -> None:
    """Every stage of ACS3-HMAC-SHA256 is what the vendor's SDK computed."""
    assert acs3_stages(vector)[stage] == vector["expected"][stage]


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["id"]) for v in ACS3 if "minimal" in v["tags"]])
def test_acs3_whole(vector: dict[str, Any]) -> None:
    """``sign`` sends exactly the headers and the Authorization of the vendor's minimal requests."""
    given, expected = vector["input"], vector["expected"]
    headers: Pairs = (("x-acs-action", given["action"]), ("x-acs-version", given["version"]))
    if given["content_type"]:
        headers += (("content-type", given["content_type"]),)
    unsigned = HttpRequest(
        given["method"],
        f"https://{given['host']}",
        given["path"],
        pairs(given["query"]),
        headers,
        (given["body"] or "").encode(),
    )
    signed = signing.sign(unsigned, account(given, ""), moment(given["date"]), given["nonce"])
    authorization = [("Authorization", expected["authorization"])]
    assert sorted(signed.headers) == sorted([*pairs(expected["signed_header_pairs"]), *authorization])
    assert (signed.method, signed.url, signed.body) == (unsigned.method, unsigned.url, unsigned.body)


def test_acs3_whole_runs_six_vectors() -> None:
    """Six vectors are marked minimal."""
    assert sum("minimal" in vector["tags"] for vector in ACS3) == 6


@pytest.mark.parametrize(("vector", "stage"), cases(RPC, RPC_STAGES))
def test_rpc_vector(vector: dict[str, Any], stage: str) -> None:
    """Every stage of HMAC-SHA1 1.0 is what the vendor's SDKs computed."""
    assert rpc_stages(vector)[stage] == vector["expected"][stage]


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in RPC_WHOLE])
def test_rpc_whole(vector: dict[str, Any]) -> None:
    """``sign`` sends exactly the vendor's parameters, its signature too; all of them in the body, none in the URL."""
    given, expected = vector["input"], vector["expected"]
    unsigned = HttpRequest(
        given["method"],
        f"https://{given['host']}",
        query=pairs(given["query"] + given["form"]),
        headers=(("x-acs-action", given["action"]), ("x-acs-version", given["version"])),
    )
    signed = signing.sign(unsigned, account(given, "HMAC-SHA1"), moment(given["date"]), given["nonce"])
    assert sorted(form(signed)) == sorted(pairs(expected["final_query"] + given["form"]))
    assert signed.url == f"https://{given['host']}/"
    assert signed.headers == (*unsigned.headers, ("content-type", "application/x-www-form-urlencoded"))


def test_rpc_whole_runs_most_vectors() -> None:
    """Only ``GET`` and the older SDK's ``Format=JSON`` cannot go through ``sign`` whole."""
    assert len(RPC_WHOLE) == 36


def test_printed_example_of_acs3() -> None:
    """The RunInstances example of the vendor's signature page."""
    run = HttpRequest(
        "POST",
        "https://ecs.cn-shanghai.aliyuncs.com",
        query=(("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"), ("RegionId", "cn-shanghai")),
        headers=(("x-acs-action", "RunInstances"), ("x-acs-version", "2014-05-26")),
    )
    keys = Credentials("YourAccessKeyId", "YourAccessKeySecret")
    now = datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC)
    signed = signing.sign_acs3(run, keys, now, "3156853299f313e23d1673dc12e1703d")
    assert signed.header("authorization") == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_printed_example_of_hmac_sha1() -> None:
    """The GetVideoPlayAuth example of the vendor's page; it says ``Format=JSON`` where we say ``json``."""
    parameters = (
        ("Action", "GetVideoPlayAuth"),
        ("Version", "2017-03-21"),
        ("Format", "JSON"),
        ("VideoId", "5aed81b74ba84920be578cdfe004af4b"),
        ("Timestamp", "2017-10-10T12:02:54Z"),
        ("SignatureNonce", "8f8a035d-6496-4268-afd4-67c22837e38d"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("AccessKeyId", "testAccessKeyId"),
    )
    to_sign = signing.rpc_string_to_sign("GET", signing.rpc_canonical_query(parameters))
    assert signing.rpc_signature("testAccessKeySecret", to_sign) == "Ibgh7y8Vp47LBuAsf5Xhi1SvDss="


def test_acs3_is_the_default_and_hmac_sha1_is_selectable() -> None:
    """An account without a signature name signs by header; ``HMAC-SHA1`` signs by parameter."""
    by_header = ALIBABA.sign(REQUEST, ACCOUNT, NOW, "n")
    by_parameter = ALIBABA.sign(REQUEST, replace(ACCOUNT, signature="HMAC-SHA1"), NOW, "n")
    assert (by_header.header("Authorization") or "").startswith("ACS3-HMAC-SHA256 Credential=id,")
    assert by_header.query == REQUEST.query
    assert by_parameter.header("Authorization") is None
    assert dict(form(by_parameter))["SignatureMethod"] == "HMAC-SHA1"
    assert replace(ACCOUNT, signature="ACS3-HMAC-SHA256").signature == ALIBABA.signatures[0]


def test_a_security_token_travels_signed() -> None:
    """Temporary credentials add the token: two signed headers in ACS3, one signed parameter in HMAC-SHA1."""
    temporary = Credentials("id", "secret", security_token="t+/=")
    acs3 = signing.sign_acs3(REQUEST, temporary, NOW, "n")
    assert acs3.header("x-acs-security-token") == "t+/="
    assert acs3.header("x-acs-accesskey-id") == "id"
    assert ";x-acs-security-token;" in (acs3.header("Authorization") or "")
    rpc = signing.sign_hmac_sha1(REQUEST, temporary, NOW, "n")
    assert ("SecurityToken", "t+/=") in form(rpc)
    assert b"&SecurityToken=t%2B%2F%3D&" in rpc.body


def test_a_signed_url_holds_nothing_secret() -> None:
    """HTTP libraries log URLs: what the caller asked for may stand there, key, token and signature not."""
    temporary = Credentials("the-id", "the-secret", security_token="the-token")
    assert (
        signing.sign_acs3(REQUEST, temporary, NOW, "n").url == "https://live.aliyuncs.com/?CasterId=a%20b%2Bc&ShowId="
    )
    assert signing.sign_hmac_sha1(REQUEST, temporary, NOW, "n").url == "https://live.aliyuncs.com/"


@pytest.mark.parametrize("signer", [signing.sign_acs3, signing.sign_hmac_sha1])
def test_without_a_security_token_nothing_of_it_is_sent(signer: Any) -> None:
    """Plain keys send neither the header nor the parameter."""
    signed = signer(REQUEST, ACCOUNT.credentials, NOW, "n")
    assert "oken" not in signed.url + str(signed.headers) + signed.body.decode()


def test_accept_is_sent_but_not_signed() -> None:
    """A header that a proxy may rewrite is no part of the signature."""
    signed = signing.sign_acs3(REQUEST, ACCOUNT.credentials, NOW, "n")
    assert signed.header("accept") == "application/json"
    assert "accept" not in (signed.header("Authorization") or "")


def test_a_signed_request_shows_no_secret_in_its_repr() -> None:
    """Neither key, token nor signature is in ``repr`` of request, account or credentials."""
    temporary = Credentials("id", "SECRET", security_token="TOKEN", auth_token="AUTH")
    for signer in (signing.sign_acs3, signing.sign_hmac_sha1):
        shown = repr(signer(REQUEST, temporary, NOW, "n")) + repr(temporary) + repr(Account("alibaba", temporary))
        assert not [word for word in ("SECRET", "TOKEN", "AUTH", "Signature=") if word in shown]


def test_the_older_algorithm_reads_action_and_version_from_the_headers() -> None:
    """A request without them is signed with empty ones, for the vendor to refuse."""
    bare = signing.sign_hmac_sha1(replace(REQUEST, headers=()), ACCOUNT.credentials, NOW, "n")
    assert form(bare)[:2] == [("Action", ""), ("Version", "")]


def test_the_stages_encode_the_query_once_and_twice() -> None:
    """A blank is ``%20`` in the canonical query and ``%2520`` in the string to sign."""
    assert signing.rpc_canonical_query((("b", "x y"), ("a", "+"))) == "a=%2B&b=x%20y"
    assert signing.rpc_string_to_sign("GET", "b=x%20y") == "GET&%2F&b%3Dx%2520y"
    assert encode_query((("b", "x y"), ("a", "+"))) == "b=x%20y&a=%2B"


@pytest.mark.parametrize("signature", ["", "ACS3-HMAC-SHA256", "HMAC-SHA1"])
@pytest.mark.parametrize("credentials", [Credentials(), Credentials("id", "secret", "token")])
def test_an_unsigned_operation_is_dated(signature: str, credentials: Credentials) -> None:
    """Whatever the account signs with: as a form, since what proves who asks is in it; nothing of a key is sent."""
    request = replace(REQUEST, unsigned=True)
    sent = ALIBABA.sign(request, Account("alibaba", credentials, signature=signature), NOW, "n-1")

    assert form(sent) == [
        ("Action", "GetEditingJobInfo"),
        ("Version", "2016-11-01"),
        ("Format", "json"),
        ("Timestamp", "2026-01-02T03:04:05Z"),
        ("SignatureNonce", "n-1"),
        ("CasterId", "a b+c"),
        ("ShowId", ""),
    ]
    assert sent.url == "https://live.aliyuncs.com/"
    assert sent.headers == (*REQUEST.headers, ("content-type", "application/x-www-form-urlencoded"))


def test_what_is_no_operation_goes_as_it_is() -> None:
    """A metadata service knows no dates."""
    request = HttpRequest("PUT", "http://100.100.100.200", "/latest/api/token", headers=(("a", "b"),), unsigned=True)

    assert ALIBABA.sign(request, ACCOUNT, NOW, "n") == request
