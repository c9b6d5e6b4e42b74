# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What the emulated identity services hand out, and to whom.

The vendors' emulations know the protocols and the rules; the world knows the people, and lends keys and tokens.
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
    """It goes with a temporary key."""
    AUTH = "auth"
    """It stands in for a key: Huawei's ``X-Auth-Token``."""
    SESSION = "session"
    """It opens a metadata service."""


@dataclass(frozen=True, slots=True)
class EmulatedRole:
    """A RAM role of Alibaba Cloud.

    :param external_id: what callers must say, where the role's trust policy asks for it.
    :param max_seconds: the longest session.
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
    """An agency of Huawei Cloud, and the account that made it."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class EmulatedUser:
    """An IAM user of Huawei Cloud."""

    name: str
    password: str = field(repr=False)
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Lent:
    """A key for a while.

    :param expires: by the vendor's clock, as it is told; so is ``issued``.
    """

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str = field(repr=False)
    issued: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A token for a while.

    :param expires: by the vendor's clock, as it is told; so is ``issued``.
    """

    token: str = field(repr=False)
    issued: datetime
    expires: datetime


class Directory(Protocol):
    """Whom the world knows."""

    instance_role: str | None
    """The RAM role of the Alibaba Cloud instance whose metadata service this is."""
    instance_agency: str | None
    """The agency of the Huawei Cloud instance whose metadata service this is."""
    domain_id: str
    """Of the one Huawei Cloud account here."""

    @property
    def projects(self) -> Mapping[str, str]:
        """Ids of Huawei Cloud's projects, by name."""
        ...

    def role(self, arn: str) -> EmulatedRole | None:
        """The RAM role of that ARN."""
        ...

    def has_provider(self, arn: str) -> bool:
        """Whether an OIDC provider of that ARN is registered."""
        ...

    def oidc_token(self, token: str) -> EmulatedIdToken | None:
        """What an OIDC token says, if its provider has issued it."""
        ...

    def agency(self, name: str) -> EmulatedAgency | None:
        """The agency of that name."""
        ...

    def user(self, name: str, domain: str) -> EmulatedUser | None:
        """The user of that name in that account."""
        ...
