# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Identities of the emulator, and the keys and tokens issued to them.

The vendors' emulations implement the identity services' protocols and rules; the emulator's world holds the identities
and issues keys and tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Use(StrEnum):
    """What a token is good for."""

    SECURITY = "security"
    """The security token of a temporary key."""
    AUTH = "auth"
    """A token that authenticates requests without a key: Huawei Cloud's ``X-Auth-Token``."""
    SESSION = "session"
    """The session token of a metadata service."""


@dataclass(frozen=True, slots=True)
class EmulatedRole:
    """A RAM role of Alibaba Cloud.

    :param external_id: the ``ExternalId`` that callers must send, where the role's trust policy demands one.
    :param max_seconds: longest session, in seconds.
    :param provider: ARN of the OIDC provider that the role trusts; without one it trusts the account's keys.
    """

    arn: str
    external_id: str | None = field(default=None, repr=False)
    max_seconds: int = 3600
    provider: str | None = None

    @property
    def name(self) -> str:
        """The last part of the ARN."""
        return self.arn.partition(":role/")[2]


@dataclass(frozen=True, slots=True)
class EmulatedIdToken:
    """A token that an OIDC provider has issued.

    :param provider: ARN of the provider.
    :param expires: by the clock of the provider; ``None`` for never.
    """

    token: str = field(repr=False)
    provider: str
    subject: str
    issued: datetime
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class EmulatedAgency:
    """An agency of Huawei Cloud.

    :param domain: name of the account that created it.
    """

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class EmulatedUser:
    """An IAM user of Huawei Cloud.

    :param domain: name of the user's account.
    """

    name: str
    password: str = field(repr=False)
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Lent:
    """A temporary key.

    :param issued: by the vendor's clock.
    :param expires: by the vendor's clock.
    """

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str = field(repr=False)
    issued: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued token.

    :param issued: by the vendor's clock.
    :param expires: by the vendor's clock.
    """

    token: str = field(repr=False)
    issued: datetime
    expires: datetime


class Directory(Protocol):
    """The identities that the emulator knows."""

    instance_role: str | None
    """The RAM role of the emulated Alibaba Cloud instance; ``None`` where it has none."""
    instance_agency: str | None
    """The agency of the emulated Huawei Cloud instance; ``None`` where it has none."""
    domain_id: str
    """The id of the emulated Huawei Cloud account."""

    @property
    def projects(self) -> Mapping[str, str]:
        """Ids of Huawei Cloud's projects, by name."""
        ...

    def role(self, arn: str) -> EmulatedRole | None:
        """The RAM role with that ARN; ``None`` where there is none."""
        ...

    def has_provider(self, arn: str) -> bool:
        """Whether an OIDC provider with that ARN is registered."""
        ...

    def oidc_token(self, token: str) -> EmulatedIdToken | None:
        """The OIDC token as its provider issued it; ``None`` for an unknown one."""
        ...

    def agency(self, name: str) -> EmulatedAgency | None:
        """The agency of that name; ``None`` where there is none."""
        ...

    def user(self, name: str, domain: str) -> EmulatedUser | None:
        """The user of that name in that account; ``None`` where there is none."""
        ...
