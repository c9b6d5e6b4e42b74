# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The vendor account behind an Airflow connection: credentials, endpoints, options of HTTP."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import unquote

from .http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Credentials:
    """Credentials that sign requests. ``repr`` shows nothing secret.

    :param access_key: Alibaba AccessKey ID, Huawei AK.
    :param secret_key: AccessKey secret, SK.
    :param security_token: the session token of temporary credentials.
    :param auth_token: a Huawei IAM token; sent instead of a signature.
    :param expires_at: when the vendor stops accepting them; ``None`` where that is not known.
    """

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    security_token: str | None = field(default=None, repr=False)
    auth_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret values, to be masked in logs."""
        return tuple(filter(None, (self.security_token, self.auth_token, self.secret_key)))


class CredentialProvider(Protocol):
    """A source of temporary credentials. Equal providers give credentials with the same rights."""

    @property
    def of_project(self) -> bool:
        """Whether its credentials are valid only for the account's project or region."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """The provider's own secret values, to be masked in logs."""
        ...

    @property
    def file(self) -> str | None:
        """Path of the file whose text ``fetch`` needs; read before each fetch, since other programs replace it."""
        ...

    def fetch(self, account: Account, text: str) -> Generator[HttpRequest, HttpResponse, Credentials]:
        """Request new credentials, as an exchange: see :mod:`core.kind`.

        :param account: its own credentials sign the requests.
        :param text: content of ``file``; empty where there is none.
        :raises MediaJobsError: what the identity service or the network said.
        """
        ...


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Options of the HTTP transport.

    :param timeout: seconds for one whole request, from connecting to the last byte.
    :param verify: whether TLS certificates are verified; a string is the path of a CA bundle.
    :param proxy: URL of a proxy; may hold a password.
    """

    timeout: float = 20.0
    verify: bool | str = True
    proxy: str | None = field(default=None, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The proxy's password in three forms: base64 as sent to the proxy, percent-encoded as in the URL, plain."""
        who = (self.proxy or "").partition("://")[2].rpartition("@")[0]
        password = who.partition(":")[2]
        if not password:
            return ()
        return b64encode(unquote(who).encode("latin-1", "replace")).decode(), password, unquote(password)


@dataclass(frozen=True, slots=True)
class Account:
    """One vendor account in one region.

    :param vendor: name of the vendor.
    :param credentials: those of the connection. They sign requests, unless ``credential_provider`` exchanges them
        for temporary ones.
    :param region: the vendor's region id.
    :param project_id: Huawei only.
    :param signature: name of the signature algorithm.
    :param origin: scheme, host and port that replace every endpoint (emulator, gateway).
    :param endpoints: such an origin by product; it takes precedence over ``origin``.
    :param api_versions: generation by product, where a product has several (``{"mpc": "v1"}``).
    :param quotas: calls per period by quota name, where the account's limit is not the default.
    """

    vendor: str
    credentials: Credentials
    region: str | None = None
    project_id: str | None = None
    signature: str = ""
    origin: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    api_versions: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, float] = field(default_factory=dict)
    http: HttpOptions = field(default_factory=HttpOptions)
    credential_provider: CredentialProvider | None = None

    @property
    def cache_key(self) -> object:
        """A hashable key: accounts with equal keys may share temporary credentials."""
        return (
            self.vendor,
            self.credentials,
            self.credential_provider,
            self.region,
            self.project_id if self.credential_provider is not None and self.credential_provider.of_project else None,
            self.origin,
            self.http,
            tuple(sorted(self.endpoints.items())),
        )

    @property
    def identity(self) -> object:
        """A hashable key: accounts with equal keys are the same account, configured alike."""
        tables = (self.endpoints, self.api_versions, self.quotas)
        return (
            self.vendor,
            self.credentials,
            self.credential_provider,
            self.region,
            self.project_id,
            self.signature,
            self.origin,
            self.http,
            *(tuple(sorted(table.items())) for table in tables),
        )

    def override(self, product: str) -> str | None:
        """The origin that the connection sets for a product: the product's own, else the general one, else ``None``."""
        return self.endpoints.get(product) or self.origin
