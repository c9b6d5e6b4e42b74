# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests every row of the tables of Huawei's error codes: the error class, and the doctor's verdict."""

from __future__ import annotations

from airflow_provider_mediajobs.vendors.huawei.api import codes

GATEWAY = {
    ("WrongPlace", "wrong project or region"): "0101 0607 0801",
    ("ServerFault", "vendor's fault"): (
        "0103 0104 0105 0106 0202 0203 0404 0601 0605 0606 0608 0609 0610 0611 0612 0613 0705"
    ),
    ("AuthError", "wrong key"): "0301 0303 0305 0311",
    ("CredentialsExpired", "wrong key"): "0307",
    ("Throttled", "throttled"): "0308",
    ("PermissionDenied", "denied"): "0302 0304 0306 0310",
    ("DeniedHere", "unclear"): "0401 0402",
    ("DeniedHere", "wrong project or region"): "0802",
    ("AccountNotInOrder", "account not in order"): "0501 0502",
    ("RequestRejected", "unclear"): "0602",
}
PRODUCTS = {
    ("AuthError", "wrong key"): "VOD.10054 VST.10004 MPC.10203",
    ("PermissionDenied", "denied"): "VOD.10074 VOD.10111 PAP5.0020",
    ("Throttled", "throttled"): "TooManyRequests",
    ("ServerFault", "vendor's fault"): "VOD.10051 VOD.10052 VST.10002 MPC.10050 MPC.10212",
    ("AccountNotInOrder", "account not in order"): "VOD.10055 VOD.10056 VOD.10120",
    ("DeniedHere", "wrong project or region"): "VOD.10057 MPC.10208",
    ("RequestRejected", "unclear"): (
        "MPC.10204 MPC.10205 MPC.10209 MPC.10210 MPC.10223 MPC.10224 MPC.10230 MPC.10231 VOD.10053 VOD.10081 VST.10001 "
        "MPC.10202 VOD.10083"
    ),
    ("JobNotFound", "unclear"): "VOD.10062",
}


def _by_code(meanings: dict[tuple[str, str], str]) -> dict[str, tuple[str, str]]:
    return {code: meaning for meaning, listed in meanings.items() for code in listed.split()}


def test_every_row() -> None:
    """And none besides."""
    for table, expected in ((codes.GATEWAY, GATEWAY), (codes.PRODUCTS, PRODUCTS)):
        assert {code: (row.sort.__name__, str(row.permission)) for code, row in table.items()} == _by_code(expected)


def test_the_gateways_codes_have_two_spellings() -> None:
    """And the numbers mean nothing elsewhere."""
    assert codes.known("APIGW.0802") == codes.known("APIG.0802") == codes.GATEWAY["0802"]
    assert codes.known("0802") is codes.known("XYZ.0802") is codes.known("APIGW") is None
