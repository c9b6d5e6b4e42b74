"""A connection becomes an :class:`Account`. Works on plain values, so it needs no Airflow.

Extras arrive typed (JSON), as text (URI), or empty (form); all three are read alike.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from ..core.account import Account, Credentials, HttpOptions
from ..core.errors import ConfigError
from ..core.kind import Vendor

_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PROJECT = re.compile(r"[0-9A-Za-z_-]+")


class ConnectionFields(Protocol):
    """What of an Airflow connection is read."""

    conn_id: str
    login: str | None
    password: str | None
    host: str | None
    schema: str | None
    port: int | None


def account_from(
    vendor: Vendor,
    connection: ConnectionFields,
    extra: Mapping[str, Any],
    *,
    region: str | None = None,
    project_id: str | None = None,
) -> Account:
    """Read the whole connection, so that a mistake in it is told before anything is sent.

    :param region: replaces the connection's.
    :param project_id: replaces the connection's.
    :raises ConfigError: naming the connection, the field, what is wrong and what to do.
    """
    fields = _Extra(connection.conn_id, extra)
    credentials = Credentials(
        connection.login or "", connection.password or "", fields.text("security_token"), fields.text("auth_token")
    )
    if not credentials.auth_token and not (credentials.access_key and credentials.secret_key):
        raise fields.error("login and password", "are not both set", "put the access key id and its secret there")
    project = project_id or fields.text("project_id")
    if vendor.needs_project and project is None:
        raise fields.error("project_id", "is missing", "add the project id of the region to extra")
    if project is not None and not _PROJECT.fullmatch(project):
        raise fields.error("project_id", f"cannot be {project!r}", "copy it from the console's My Credentials page")
    return Account(
        vendor=vendor.name,
        credentials=credentials,
        region=_region(fields, region or fields.text("region")),
        project_id=project,
        signature=fields.one_of("signature", vendor.signatures),
        origin=_origin(fields, connection),
        endpoints=_endpoints(fields),
        api_versions=_api_versions(fields, vendor),
        quotas=_quotas(fields, vendor),
        http=HttpOptions(fields.seconds("timeout", HttpOptions().timeout), fields.verify(), fields.text("proxy")),
    )


def _region(fields: _Extra, region: str | None) -> str | None:
    if region is not None and not _REGION.fullmatch(region):  # it becomes part of a host name
        raise fields.error("region", f"cannot be {region!r}", "use the vendor's region id, for example cn-north-4")
    return region


def _origin(fields: _Extra, connection: ConnectionFields) -> str | None:
    """``host`` (with ``schema`` and ``port``) stands for every endpoint."""
    if not connection.host:
        return None
    if "://" in connection.host:
        origin = connection.host
    else:
        scheme = (connection.schema or "https").rstrip(":/")
        host = f"[{connection.host}]" if ":" in connection.host else connection.host
        origin = f"{scheme}://{host}"
    if connection.port and urlsplit(origin).port is None:
        origin = f"{origin.rstrip('/')}:{connection.port}"
    return _checked_origin(fields, "host", origin)


def _endpoints(fields: _Extra) -> dict[str, str]:
    # Any product, not only the modelled ones: `hook.call` may speak to others.
    table = fields.table("endpoints")
    return {product: _checked_origin(fields, f"endpoints.{product}", str(host)) for product, host in table.items()}


def _checked_origin(fields: _Extra, name: str, value: str) -> str:
    origin = value if "://" in value else f"https://{value}"
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise fields.error(name, f"cannot be {value!r}", "use a host name, or scheme://host:port") from None
    if parts.scheme not in {"http", "https"} or not host or parts.path.strip("/") or parts.query or parts.username:
        raise fields.error(name, f"cannot be {value!r}", "use a host name, or scheme://host:port without a path")
    if parts.scheme == "http" and not _is_loopback(host) and not fields.boolean("allow_http", default=False):
        raise fields.error(
            name, f"would send keys to {host} over plain http", "use https, or set `allow_http` in extra"
        )
    default_port = {"http": 80, "https": 443}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    # Without a default port: the signed Host header must be what the HTTP library sends.
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in {None, default_port} else "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _api_versions(fields: _Extra, vendor: Vendor) -> dict[str, str]:
    versions = {product: str(version) for product, version in fields.table("api_versions").items()}
    for product, version in versions.items():
        valid = vendor.api_versions.get(product, ())
        if version not in valid:
            known = "; ".join(f"{name}: {' or '.join(choices)}" for name, choices in vendor.api_versions.items())
            raise fields.error(f"api_versions.{product}", f"cannot be {version!r}", f"valid: {known or 'none'}")
    return versions


def _quotas(fields: _Extra, vendor: Vendor) -> dict[str, float]:
    names = {kind.quota.name for kind in vendor.kinds}
    quotas = {}
    for name, value in fields.table("quotas").items():
        if name not in names:
            raise fields.error(f"quotas.{name}", "is no quota", f"valid: {', '.join(sorted(names))}")
        quotas[name] = fields.positive(f"quotas.{name}", value)
    return quotas


class _Extra:
    """Typed reading of the connection's extra, with errors that name connection and field."""

    def __init__(self, conn_id: str, values: Mapping[str, Any]) -> None:
        self._conn_id = conn_id
        self._values = values

    def error(self, name: str, wrong: str, cure: str) -> ConfigError:
        return ConfigError(f"connection {self._conn_id!r}: {name} {wrong}; {cure}")

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise self.error(name, f"must be text, not {type(value).__name__}", "quote it")
        return value.strip() or None

    def one_of(self, name: str, valid: tuple[str, ...]) -> str:
        value = self.text(name) or valid[0]
        if value not in valid:
            raise self.error(name, f"cannot be {value!r}", f"valid: {', '.join(valid)}")
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self._values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        if word not in {"true", "false", "1", "0"}:
            raise self.error(name, f"cannot be {value!r}", "use true or false")
        return word in {"true", "1"}

    def verify(self) -> bool | str:
        value = self._values.get("verify")
        words = {"true", "false", "1", "0", ""}
        if isinstance(value, str) and value.lower() not in words:
            return value  # path of a CA bundle
        return self.boolean("verify", default=True)

    def seconds(self, name: str, default: float) -> float:
        value = self._values.get(name)
        return default if value is None or value == "" else self.positive(name, value)

    def positive(self, name: str, value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = 0.0
        if isinstance(value, bool) or not 0 < number < float("inf"):
            raise self.error(name, f"cannot be {value!r}", "use a number above 0")
        return number

    def table(self, name: str) -> dict[str, Any]:
        value = self._values.get(name)
        if isinstance(value, str) and value.strip():
            try:
                value = json.loads(value)
            except ValueError:
                raise self.error(name, "is not JSON", f'write an object, for example {{"{name}": {{}}}}') from None
        if not value:
            return {}
        if not isinstance(value, dict):
            raise self.error(name, f"must be an object, not {type(value).__name__}", "write it as JSON")
        return value
