# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads a connection into an :class:`Account`. It works on plain values and needs no Airflow."""

from __future__ import annotations

import ipaddress
import re
from typing import Protocol
from urllib.parse import unquote, urlsplit

from ..core.account import Account, HttpOptions
from ..core.errors import ConfigError
from ..core.vendor import Vendor
from ..vendors import VENDORS
from .credentials import credentials_from
from .extra import Extra, shown
from .foreign import PLAIN, Keys, is_foreign, keys_of
from .unread import unread

_REGION = re.compile(r"(?=.{1,63}$)[a-z0-9]+(-[a-z0-9]+)*")  # the limit for a label of a host name
_PROJECT = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LONGEST_HOST = 253
_HOST = re.compile(r"((?!-)[a-z0-9_-]{1,63}(?<!-)(\.|$))+")

_TIMEOUT_S = (0.1, 3600.0)
_SLOWEST_S = 500.0
"""Seconds between two calls by the smallest quota that may be set."""
_FASTEST = 1000.0
"""Calls per second by the largest quota that may be set."""


class ConnectionFields(Protocol):
    """The fields of an Airflow connection that are read."""

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
    """Read the whole connection, so that a mistake in it is reported before anything is sent.

    :param extra: the connection's ``extra_dejson``, which should be an object.
    :param region: replaces the connection's region.
    :param project_id: replaces the connection's project id.
    :raises ConfigError: naming the connection, the field, what is wrong and what to do; never a secret.
    """
    fields = _fields(connection, extra)
    conn_type = type_of(connection)
    try:
        return _account(vendor, connection, fields, conn_type, region, project_id)
    except ConfigError as error:
        if told := unread(conn_type, fields.values):  # a missing field may be present under a wrong name
            raise ConfigError(f"{error}; {told}") from None
        raise


def type_of(connection: ConnectionFields) -> str:
    """A connection's type with underscores: URI schemes have dashes instead."""
    return (connection.conn_type or "").replace("-", "_")


def unread_in(connection: ConnectionFields, extra: object) -> str:
    """A warning about names in the extra that nothing reads; empty where there are none."""
    return unread(type_of(connection), _fields(connection, extra).values)


def _account(
    vendor: Vendor,
    connection: ConnectionFields,
    fields: Extra,
    conn_type: str,
    region: str | None,
    project_id: str | None,
) -> Account:
    _check_type(fields, vendor, conn_type)
    foreign = is_foreign(vendor.name, conn_type)
    found = credentials_from(fields, vendor, _keys(fields, vendor, conn_type, connection))
    region = _region(fields, region or fields.text("region"))
    return Account(
        vendor=vendor.name,
        credentials=found.credentials,
        region=region,
        project_id=_project(fields, vendor, project_id or fields.text("project_id"), region),
        signature=fields.one_of("signature", vendor.signatures),
        origin=None if foreign else _origin(fields, connection),  # another provider's is that of its own product
        endpoints=_endpoints(fields),
        api_versions=_api_versions(fields, vendor),
        quotas=_quotas(fields, vendor),
        http=HttpOptions(
            fields.seconds("timeout", HttpOptions().timeout, *_TIMEOUT_S), fields.verify(), _proxy(fields)
        ),
        credential_provider=found.credential_provider,
    )


def _fields(connection: ConnectionFields, extra: object) -> Extra:
    # Airflow reads an invalid extra as {}: settings such as `proxy` would be lost silently.
    values = Extra(connection.conn_id, {}).as_table("extra", extra or connection.extra)
    return Extra(connection.conn_id, values)


def _check_type(fields: Extra, vendor: Vendor, given: str) -> None:
    """Refuse a connection of the other vendor, so that no key goes there. Generic types are accepted."""
    for other in VENDORS:
        if other is not vendor and (other.conn_type == given or is_foreign(other.name, given)):
            cure = f"name a connection of type {vendor.conn_type!r} in `conn_id`"
            raise fields.error("conn_type", f"{given!r} is an account of {other.title}, not of {vendor.title}", cure)


def _keys(fields: Extra, vendor: Vendor, conn_type: str, connection: ConnectionFields) -> Keys:
    own = Keys(connection.login, connection.password, PLAIN)
    return keys_of(fields, vendor.name, conn_type, own) if is_foreign(vendor.name, conn_type) else own


def _region(fields: Extra, region: str | None) -> str | None:
    if region is not None and not _REGION.fullmatch(region):  # it becomes part of a host name
        raise fields.error("region", f"cannot be {shown(region)}", "use the vendor's region id, for example cn-north-4")
    return region


def _project(fields: Extra, vendor: Vendor, project: str | None, region: str | None) -> str | None:
    if vendor.needs_project and project is None and region is None:
        raise fields.error("project_id", "is missing", "add it, or the region whose project is meant, to extra")
    if project is not None and not _PROJECT.fullmatch(project):
        raise fields.error(
            "project_id", f"cannot be {shown(project)}", "copy it from the console's My Credentials page"
        )
    return project


def _origin(fields: Extra, connection: ConnectionFields) -> str | None:
    """The origin for every endpoint by ``host``, ``schema`` and ``port``; ``None`` without a host."""
    host = fields.as_text("host", connection.host)
    if host is None:
        return None
    schema = (fields.as_text("schema", connection.schema) or "https").rstrip(":/").lower()
    if schema not in {"http", "https"}:
        raise fields.error("schema", f"cannot be {shown(schema)}", "use http or https")
    return _checked_origin(fields, "host", host, schema, connection.port or None)


def _endpoints(fields: Extra) -> dict[str, str]:
    # Any product is accepted: `hook.call` may address others than the modelled ones.
    hosts = fields.texts("endpoints")
    return {product: _checked_origin(fields, f"endpoints.{product}", host) for product, host in hosts.items()}


def _checked_origin(fields: Extra, name: str, value: str, schema: str = "https", port: int | None = None) -> str:
    """The origin by a host name, an IP address or a URL. No message shows the value, which may hold a key.

    :param schema: used where the value has none.
    :param port: of the connection; the value may have one instead.
    """
    if "@" in value:
        raise fields.error(name, "holds a user name or password", "put the keys into login and password only")
    if "%" in value:
        raise fields.error(name, "is an IPv6 address of one interface, or not written out", "use it without a %")
    url = f"[{value}]" if ":" in value and _address(value) else value
    try:
        scheme, host, inner = _parts(url if "://" in url else f"{schema}://{url}")
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
    host = f"[{host}]" if ":" in host else host
    # The default port is left out, as HTTP libraries do in the Host header, which is signed.
    return f"{scheme}://{host}" + (f":{port}" if port not in {None, {"http": 80, "https": 443}[scheme]} else "")


def _parts(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL.

    :raises ValueError: for anything but an http or https URL of a host alone.
    """
    if not (url.isascii() and url.isprintable()) or " " in url:  # `urlsplit` removes some characters silently
        raise ValueError
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if len(host) > _LONGEST_HOST or "%" in host:
        raise ValueError
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


def _proxy(fields: Extra) -> str | None:
    proxy = fields.as_secret("proxy", fields.text("proxy"))
    if proxy is not None:
        try:
            _parts(proxy)
            unquote(urlsplit(proxy).netloc).encode("latin-1")  # Basic authentication encodes as latin-1
        except ValueError:
            cure = "use http://host:port, or http://user:password@host:port with special characters as %XX"
            raise fields.error("proxy", "is not the http or https URL of a host", cure) from None
    return proxy


def _api_versions(fields: Extra, vendor: Vendor) -> dict[str, str]:
    versions = fields.texts("api_versions")
    for product, version in versions.items():
        valid = vendor.api_versions.get(product, ())
        if version not in valid:
            known = "; ".join(f"{name}: {' or '.join(choices)}" for name, choices in vendor.api_versions.items())
            raise fields.error(f"api_versions.{product}", f"cannot be {shown(version)}", f"valid: {known or 'none'}")
    return versions


def _quotas(fields: Extra, vendor: Vendor) -> dict[str, float]:
    known, quotas = vendor.quotas, {}
    for name, value in fields.table("quotas").items():
        if name not in known:
            raise fields.error(f"quotas.{name}", "is no quota", f"valid: {', '.join(sorted(known))}")
        least, most = known[name].seconds / _SLOWEST_S, known[name].seconds * _FASTEST
        quotas[name] = fields.number(f"quotas.{name}", value, least, most)
    for part in known.values():
        if part.part_of in quotas:
            # What is said of a product holds for each operation with a limit of its own, too, but raises none of them.
            whole = known[part.part_of]
            quotas.setdefault(part.name, min(part.calls, quotas[whole.name] / whole.seconds * part.seconds))
    return quotas
