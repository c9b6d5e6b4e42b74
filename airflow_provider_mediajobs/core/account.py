"""Whose account, and how to reach it: what a connection becomes."""

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
    """What signs requests. Nothing secret shows in ``repr``.

    :param access_key: Alibaba AccessKey ID, Huawei AK.
    :param secret_key: AccessKey secret, SK.
    :param security_token: of temporary credentials.
    :param auth_token: a Huawei IAM token; sent instead of a signature.
    :param expires_at: when the vendor stops to accept them, where it said.
    """

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    security_token: str | None = field(default=None, repr=False)
    auth_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be seen by nobody."""
        return tuple(filter(None, (self.security_token, self.auth_token, self.secret_key)))


class CredentialProvider(Protocol):
    """Where temporary credentials come from. A value: two that are equal give the same rights."""

    @property
    def of_project(self) -> bool:
        """Whether what it gives is good for the account's project, or region, alone."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """What of it must be seen by nobody."""
        ...

    @property
    def file(self) -> str | None:
        """Path of a file that ``fetch`` is given the text of; read anew each time, since others replace it."""
        ...

    def fetch(self, account: Account, text: str) -> Generator[HttpRequest, HttpResponse, Credentials]:
        """Ask for new ones, by an exchange.

        :param account: its own credentials sign what is signed.
        :param text: of the file.
        :raises MediaJobsError: what the identity service or the network said.
        """
        ...


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """How requests travel.

    :param timeout: seconds for one whole request, from connecting to the last byte.
    :param verify: check TLS certificates; a text is the path of a CA bundle.
    :param proxy: URL of a proxy; may hold a password.
    """

    timeout: float = 20.0
    verify: bool | str = True
    proxy: str | None = field(default=None, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The proxy's password: as the proxy is sent it, as the URL has it, as it is."""
        who = (self.proxy or "").partition("://")[2].rpartition("@")[0]
        password = who.partition(":")[2]
        if not password:
            return ()
        return b64encode(unquote(who).encode("latin-1", "replace")).decode(), password, unquote(password)


@dataclass(frozen=True, slots=True)
class Account:
    """One vendor account in one region.

    :param vendor: name of the vendor.
    :param credentials: of the connection. Requests are signed with them, or with those that
        ``credential_provider`` gives for them.
    :param region: the vendor's region id.
    :param project_id: Huawei only.
    :param signature: name of the signature algorithm.
    :param origin: scheme, host and port that replace every endpoint (emulator, gateway).
    :param endpoints: the same for single products.
    :param api_versions: generation by product, where a product has several (``{"mpc": "v1"}``).
    :param quotas: calls a period by quota, where the account's limit is not the default.
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
        """A key: two accounts with the same one may share what a source lends to them."""
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
        """A key: two accounts with the same one are the same."""
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
        """The origin that the connection sets for a product, if it does: the product's own, else the one for all."""
        return self.endpoints.get(product) or self.origin
