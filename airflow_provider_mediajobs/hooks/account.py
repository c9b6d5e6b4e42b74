"""A connection becomes an :class:`Account`. Works on plain values, so it needs no Airflow.

Extras arrive typed (JSON), as text (URI), or empty (form); all three are read alike.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from ..core.account import Account, Credentials, HttpOptions
from ..core.errors import ConfigError
from ..core.kind import Vendor
from ..vendors import VENDORS

_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PROJECT = re.compile(r"[0-9A-Za-z_-]+")
_HOST = re.compile(r"((?!-)[a-z0-9_-]{1,63}(?<!-)(\.|$))+")


class ConnectionFields(Protocol):
    """What of an Airflow connection is read."""

    conn_id: str
    conn_type: str | None
    login: str | None
    password: str | None
    host: str | None
    schema: str | None
    port: int | None
    extra: str | None


def account_from(
    vendor: Vendor,
    connection: ConnectionFields,
    extra: object,
    *,
    region: str | None = None,
    project_id: str | None = None,
) -> Account:
    """Read the whole connection, so that a mistake in it is told before anything is sent.

    :param extra: the connection's ``extra_dejson``: an object, where the connection is right.
    :param region: replaces the connection's.
    :param project_id: replaces the connection's.
    :raises ConfigError: naming the connection, the field, what is wrong and what to do; never a secret.
    """
    fields = _fields(connection, extra)
    _check_type(fields, vendor, connection.conn_type)
    credentials = Credentials(
        fields.as_secret("login", connection.login) or "",
        fields.as_secret("password", connection.password) or "",
        fields.as_secret("security_token", fields.text("security_token")),
        fields.as_secret("auth_token", fields.text("auth_token")),
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
        http=HttpOptions(fields.seconds("timeout", HttpOptions().timeout), fields.verify(), _proxy(fields)),
    )


def _fields(connection: ConnectionFields, extra: object) -> _Extra:
    # Airflow makes {} of what it cannot read: settings such as `proxy` would be lost in silence.
    values = _Extra(connection.conn_id, {}).as_table("extra", extra or connection.extra)
    return _Extra(connection.conn_id, values)


def _check_type(fields: _Extra, vendor: Vendor, conn_type: str | None) -> None:
    """No keys of one vendor go to another. Types of neither pass: a key may be kept in a generic connection."""
    given = (conn_type or "").replace("-", "_")  # as Airflow spells the scheme of a URI
    for other in VENDORS:
        if other is not vendor and other.conn_type == given:
            cure = f"name a connection of type {vendor.conn_type!r} in `conn_id`"
            raise fields.error("conn_type", f"{given!r} is an account of {other.title}, not of {vendor.title}", cure)


def _region(fields: _Extra, region: str | None) -> str | None:
    if region is not None and not _REGION.fullmatch(region):  # it becomes part of a host name
        raise fields.error("region", f"cannot be {region!r}", "use the vendor's region id, for example cn-north-4")
    return region


def _origin(fields: _Extra, connection: ConnectionFields) -> str | None:
    """``host`` (with ``schema`` and ``port``) stands for every endpoint."""
    host = fields.as_text("host", connection.host)
    if host is None:
        return None
    schema = (fields.as_text("schema", connection.schema) or "https").rstrip(":/").lower()
    if schema not in {"http", "https"}:
        raise fields.error("schema", f"cannot be {schema!r}", "use http or https")
    return _checked_origin(fields, "host", host, schema, connection.port or None)


def _endpoints(fields: _Extra) -> dict[str, str]:
    # Any product, not only the modelled ones: `hook.call` may speak to others.
    hosts = fields.texts("endpoints")
    return {product: _checked_origin(fields, f"endpoints.{product}", host) for product, host in hosts.items()}


def _checked_origin(fields: _Extra, name: str, value: str, schema: str = "https", port: int | None = None) -> str:
    """Scheme, host and port of a host name, an address, or either in a URL. No message shows the value: see the first.

    :param schema: where the value holds none.
    :param port: beside the value, which may hold one too.
    """
    if "@" in value:
        raise fields.error(name, "holds a user name or password", "put the keys into login and password only")
    shown = f"[{value}]" if ":" in value and _address(value) else value
    try:
        scheme, host, inner = _parts(shown if "://" in shown else f"{schema}://{shown}")
    except ValueError:
        cure = "use a host name, host:port, or scheme://host:port without a path"
        raise fields.error(name, "is not the address of a host", cure) from None
    if port and inner not in {None, port}:
        raise fields.error("port", f"is {port}, but {name} says {inner}", "leave one of them out")
    if port and not 0 < port < 65536:
        raise fields.error("port", f"cannot be {port}", "use a number from 1 to 65535")
    port = inner or port
    if scheme == "http" and not _is_loopback(host) and not fields.boolean("allow_http", default=False):
        raise fields.error(
            name, f"would send keys to {host} over plain http", "use https, or set `allow_http` in extra"
        )
    shown = f"[{host}]" if ":" in host else host
    # Without a default port: the signed Host header must be what the HTTP library sends.
    return f"{scheme}://{shown}" + (f":{port}" if port not in {None, {"http": 80, "https": 443}[scheme]} else "")


def _parts(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port.

    :raises ValueError: for what is no http or https URL of a host alone.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme not in {"http", "https"} or not (_address(host) or _HOST.fullmatch(host)) or port == 0:
        raise ValueError
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError
    return parts.scheme, host, port


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host == "localhost"


def _proxy(fields: _Extra) -> str | None:
    proxy = fields.as_secret("proxy", fields.text("proxy"))
    if proxy is not None:
        try:
            _parts(proxy)
            unquote(urlsplit(proxy).netloc).encode("latin-1")  # how Basic authentication sends a password
        except ValueError:
            cure = "use http://host:port, or http://user:password@host:port with special characters as %XX"
            raise fields.error("proxy", "is not the http or https URL of a host", cure) from None
    return proxy


def _api_versions(fields: _Extra, vendor: Vendor) -> dict[str, str]:
    versions = fields.texts("api_versions")
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
        return self.as_text(name, self._values.get(name))

    def as_text(self, name: str, value: object) -> str | None:
        """Without the blanks around it: a copied key often brings a line break along."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(name, f"must be text, not {type(value).__name__}", "quote it")
        return value.strip() or None

    def as_secret(self, name: str, value: object) -> str | None:
        """The vendors' keys and tokens are printable ASCII. An HTTP library would refuse others, and print them."""
        text = self.as_text(name, value)
        if text and not (text.isascii() and text.isprintable()):
            raise self.error(name, "holds a line break or another character that cannot be in it", "copy it anew")
        return text

    def one_of(self, name: str, valid: tuple[str, ...]) -> str:
        value = self.text(name) or valid[0]
        if value not in valid:
            raise self.error(name, f"cannot be {value!r}", f"valid: {', '.join(valid)}")
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self._values.get(name)
        word = str(value).strip().lower()
        if value is None or not word:
            return default
        if word not in {"true", "false", "1", "0"}:
            raise self.error(name, f"cannot be {value!r}", "use true or false")
        return word in {"true", "1"}

    def verify(self) -> bool | str:
        value = self._values.get("verify")
        if not isinstance(value, str) or value.strip().lower() in {"true", "false", "1", "0", ""}:
            return self.boolean("verify", default=True)
        path = value.strip()
        if not os.path.exists(path):  # noqa: PTH110 - `Path` would raise for what is too long a name: a pasted PEM
            raise self.error("verify", f"names {path!r}, which is not here", "use true, false, or a CA bundle's path")
        return path

    def seconds(self, name: str, default: float) -> float:
        value = self._values.get(name)
        return default if value is None or value == "" else self.positive(name, value)

    def positive(self, name: str, value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = 0.0
        if isinstance(value, bool) or not 0 < number < float("inf"):
            raise self.error(name, f"cannot be {value!r}", "use a number above 0")
        return number

    def table(self, name: str) -> dict[str, Any]:
        return self.as_table(name, self._values.get(name))

    def as_table(self, name: str, value: object) -> dict[str, Any]:
        """An object, or the JSON text of one."""
        if isinstance(value, str):
            try:
                value = json.loads(value) if value.strip() else None
            except ValueError:
                raise self.error(name, "is not JSON", 'write an object, for example {"name": "value"}') from None
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(name, f"must be an object, not {type(value).__name__}", "write it as JSON")
        return value

    def texts(self, name: str) -> dict[str, str]:
        """A table of texts, without the empty ones."""
        found = {key: self.as_text(f"{name}.{key}", value) for key, value in self.table(name).items()}
        return {key: value for key, value in found.items() if value}
