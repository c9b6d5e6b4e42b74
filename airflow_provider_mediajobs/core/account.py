"""Whose account, and how to reach it: what a connection becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs requests. Nothing secret shows in ``repr``.

    :param access_key: Alibaba AccessKey ID, Huawei AK.
    :param secret_key: AccessKey secret, SK.
    :param security_token: of temporary credentials.
    :param auth_token: a Huawei IAM token; sent instead of a signature.
    """

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    security_token: str | None = field(default=None, repr=False)
    auth_token: str | None = field(default=None, repr=False)


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


@dataclass(frozen=True, slots=True)
class Account:
    """One vendor account in one region.

    :param vendor: name of the vendor.
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

    def override(self, product: str) -> str | None:
        """The origin that the connection sets for a product, if it does: the product's own, else the one for all."""
        return self.endpoints.get(product) or self.origin
