# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The provider metadata that Airflow discovers, derived from the register of vendors and kinds.

``get_provider_info`` runs while ``import airflow.sdk`` runs, in every DAG parse, worker and CLI call. So this module
imports the standard library and pure packages only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from . import __version__
from .core.credentials import Parameter
from .core.vendor import Vendor
from .vendors import VENDORS

PACKAGE = "airflow-provider-mediajobs"
MODULE = "airflow_provider_mediajobs"


_QUOTA_STORAGE = {
    "description": (
        "URL of a Redis server (redis:// or rediss://) through which all triggerers and workers share the limits of "
        "vendors' accounts exactly. Needs the extra airflow-provider-mediajobs[redis] wherever they run. Without a "
        "URL, and while Redis cannot be reached, each process slows down when the vendor throttles it."
    ),
    "version_added": "0.1.0",
    "type": "string",
    "sensitive": True,
    "example": "redis://:password@redis.example.com:6379/0",
    "default": "",
}
_INSTALLATION = {
    "description": (
        "A name that no other Airflow installation on the same vendor's account has. It becomes part of the keys by "
        "which operators find their jobs again. Needed before Airflow 3.3 where two installations have DAG, run and "
        "task ids in common. It must be the same on all workers; jobs submitted before a change are not found."
    ),
    "version_added": "0.1.0",
    "type": "string",
    "example": "production",
    "default": "",
}
_OPTIONS = {"quota_storage": _QUOTA_STORAGE, "installation": _INSTALLATION}


def get_provider_info() -> dict[str, Any]:
    """Provider metadata, valid against Airflow's ``provider_info.schema.json``."""
    return {
        "package-name": PACKAGE,
        "name": "Media Jobs",
        "description": "Gate DAGs on media editing and transcoding jobs of Alibaba Cloud and Huawei Cloud.",
        "versions": [__version__],
        "integrations": [
            {"integration-name": kind.title, "external-doc-url": kind.page, "tags": ["service"]}
            for vendor in VENDORS
            for kind in vendor.kinds
        ],
        "operators": [_modules(vendor, "operators") for vendor in VENDORS],
        "hooks": [_modules(vendor, "hooks") for vendor in VENDORS],
        "sensors": [_modules(vendor, "sensors") for vendor in VENDORS],
        "extra-links": [f"{MODULE}.links.console.MediaJobConsoleLink", f"{MODULE}.links.output.MediaJobOutputLink"],
        "task-decorators": [{"name": "media_job", "class-name": f"{MODULE}.operators.decorated.media_job_task"}],
        "cli": [f"{MODULE}.cli.airflow_commands.commands"],
        "connection-types": [_connection_type(vendor) for vendor in VENDORS],
        "config": {"mediajobs": {"description": "Sensors and operators for media jobs.", "options": _OPTIONS}},
    }


def _modules(vendor: Vendor, room: str) -> dict[str, Any]:
    return {"integration-name": vendor.title, "python-modules": [f"{MODULE}.{room}.{vendor.name}"]}


def _connection_type(vendor: Vendor) -> dict[str, Any]:
    return {
        "connection-type": vendor.conn_type,
        "hook-class-name": f"{MODULE}.hooks.{vendor.name}.{vendor.hook_class}",
        "hook-name": vendor.hook_name,
        "conn-fields": _fields(vendor),
        "ui-field-behaviour": {
            "hidden-fields": [],
            "relabeling": {"login": "Access key id", "password": "Access key secret", "schema": "Scheme"},
            "placeholders": {
                "host": "empty for the vendor's own hosts; a host replaces all of them",
                "port": "port of that host; without a host 0, which Airflow 3.3's Test button needs",
                "schema": "scheme of that host, https unless set",
                **_other_keys(vendor),
            },
        },
    }


def extra_names(vendor: Vendor) -> tuple[str, ...]:
    """All names in a connection's extra that are read: those of the form, and one that it does not offer."""
    return (*_fields(vendor), "signature")


def _other_keys(vendor: Vendor) -> dict[str, str]:
    """Help texts for login and password by method. In placeholders, since long labels wrap."""
    names = dict.fromkeys(method.keys for method in vendor.auth_methods if method.keys)
    others = [f"or {name}" for name in names if name != vendor.auth_methods[0].keys]
    keyless = " or ".join(method.name for method in vendor.auth_methods if not method.keys)
    return {"login": "; ".join([*others, f"empty with {keyless}"])}


def _fields(vendor: Vendor) -> dict[str, dict[str, Any]]:
    """The extra fields of the connection form, in its order: common ones first, others in sections.

    Every type is nullable, since the form saves ``null`` for empty fields and requires others to be filled in.
    """
    return {
        **_place(vendor),
        **_credentials(vendor),
        **_in_section("For credentials other than access_key", _of_auth_methods(vendor)),
        **_in_section("Network and limits", _network() | _limits(vendor)),
    }


def _place(vendor: Vendor) -> dict[str, dict[str, Any]]:
    where = "Id of the region the jobs are in; needed unless hosts are given"
    fields = {"region": _text("Region", where, examples=vendor.regions)}
    if vendor.needs_project:
        fields["project_id"] = _text("Project id", "Id of the project of that region; looked up where it is empty")
    return fields


def _credentials(vendor: Vendor) -> dict[str, dict[str, Any]]:
    names = {method.name: f"{method.name}: {method.title}" for method in vendor.auth_methods}
    fields = {
        "credentials": _text("Credentials", f"{next(iter(names))} unless chosen", names=names),
        "security_token": _text(
            "Security token", "The token that belongs to a temporary access key", format="password"
        ),
    }
    if vendor.needs_project:
        fields["auth_token"] = _text(
            "IAM token", "An IAM token, sent as X-Auth-Token instead of a signature by a key", format="password"
        )
    return fields


def _of_auth_methods(vendor: Vendor) -> dict[str, dict[str, Any]]:
    """The fields of single methods of obtaining credentials."""
    fields = {}
    for parameter in {
        parameter.name: parameter for method in vendor.auth_methods for parameter in method.parameters
    }.values():
        users = [method.name for method in vendor.auth_methods if parameter in method.parameters]
        described = f"{parameter.description} ({_use(parameter, users)})"
        if parameter.bounds is not None:
            least, most = parameter.bounds
            fields[parameter.name] = _field(parameter.label, described, "integer", minimum=least, maximum=most)
        elif parameter.long:
            fields[parameter.name] = _text(parameter.label, described, format="multiline")
        else:
            fields[parameter.name] = _text(parameter.label, described)
    return fields


def _use(parameter: Parameter, users: Sequence[str]) -> str:
    instead = f"; or set {parameter.variable}" if parameter.variable else ""
    return f"{'needed for' if parameter.required else 'for'} {' and '.join(users)}{instead}"


def _network() -> dict[str, dict[str, Any]]:
    proxy = "http://host:port or http://user:password@host:port; proxy environment variables are not read"
    return {
        "timeout": _field("Timeout", "Seconds for one request, 20 unless set", "number", minimum=1),
        "proxy": _text("Proxy", proxy, format="password"),
        "verify": _text("Verify TLS", "true, false, or the path of a CA bundle", examples=("true", "false")),
        "allow_http": _field(
            "Allow plain http", "Send requests by plain http to a host that is not this machine", "boolean"
        ),
    }


def _limits(vendor: Vendor) -> dict[str, dict[str, Any]]:
    """The fields of limits and endpoints; those with JSON come last."""
    fields = {}
    if len(vendor.signatures) > 1:
        names = {name: name for name in vendor.signatures}
        fields["signature"] = _text("Signature", f"{vendor.signatures[0]} unless chosen", names=names)
    host = json.dumps({vendor.products[-1]: f"{vendor.products[-1]}.example.com"})
    fields["endpoints"] = _table("Endpoints", f"Hosts by product, as in {host}")
    quotas = json.dumps({quota.name: quota.calls for quota in vendor.quotas.values()})
    fields["quotas"] = _table(
        "Quotas", f"The account's limits where they differ, in calls per the vendor's period: {quotas}"
    )
    if vendor.api_versions:
        first = json.dumps({product: valid[0] for product, valid in vendor.api_versions.items()})
        last = json.dumps({product: valid[-1] for product, valid in vendor.api_versions.items()})
        fields["api_versions"] = _table("API versions", f"{first} unless set, or {last}")
    return fields


def _in_section(title: str, fields: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {**field, "schema": {**field["schema"], "section": title}} for name, field in fields.items()}


def _text(
    label: str,
    description: str,
    *,
    format: str | None = None,  # noqa: A002 - JSON Schema's name for it
    names: Mapping[str, str] | None = None,
    examples: Sequence[str] = (),
) -> dict[str, Any]:
    """A text field.

    :param format: of the form: a password, or several lines.
    :param names: labels by value, where the field is a choice.
    :param examples: suggested values; others are accepted.
    """
    given = {
        "format": format,
        "enum": list(names or ()),
        "values_display": dict(names or {}),
        "examples": list(examples),
    }
    return _field(label, description, "string", **{name: value for name, value in given.items() if value})


def _table(label: str, description: str) -> dict[str, Any]:
    """A JSON field. Its type includes text, or the form would use an editor that reformats while typing."""
    return _field(label, description, "object", "string")


def _field(label: str, description: str, *types: str, **schema: Any) -> dict[str, Any]:
    return {"label": label, "description": description, "schema": {"type": [*types, "null"], **schema}}
