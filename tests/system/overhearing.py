# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulator in the test's own process, so that the test knows all keys, signatures and tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from airflow_provider_mediajobs.core.http import HttpRequest, HttpResponse
from airflow_provider_mediajobs.emulator.world import World
from airflow_provider_mediajobs.vendors.alibaba.emulation.auth import parameters

_SIGNATURE = re.compile(r"Signature=([0-9a-f]{64})")
_TOKENS = (
    "x-auth-token",
    "x-security-token",
    "x-acs-security-token",
    "x-aliyun-ecs-metadata-token",
    "x-metadata-token",
)


class OverhearingWorld(World):
    """Remembers what its own record must not.

    :ivar heard: by a name for each: signatures and tokens, as they came.
    """

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.heard: dict[str, str] = {}

    def handle(self, request: HttpRequest) -> HttpResponse:
        for sort, secret in _secrets_in(request):
            if secret not in self.heard.values():
                self.heard[f"{sort} {len(self.heard)} ({request.header('x-acs-action') or request.path})"] = secret
        return super().handle(request)

    def handed_out(self) -> dict[str, str]:
        """Keys and tokens, those that were known from the beginning included."""
        secrets = {f"secret of {key.access_key}": key.secret_key for key in self.keys.values()}
        tokens = {f"token {number}": token for number, token in enumerate(self.identity._passes)}
        return secrets | tokens


def _secrets_in(request: HttpRequest) -> Iterator[tuple[str, str]]:
    if found := _SIGNATURE.search(request.header("Authorization") or ""):
        yield "signature", found[1]
    given = parameters(request)
    for name in ("Signature", "SecurityToken", "OIDCToken"):
        if name in given:
            yield name, given[name]
    for name in _TOKENS:
        if token := request.header(name):
            yield name, token
