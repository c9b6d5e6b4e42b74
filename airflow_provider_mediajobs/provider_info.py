"""What Airflow discovers, derived from the register.

``get_provider_info`` runs while ``import airflow.sdk`` runs, in every DAG parse, worker and CLI call. So this module
imports the standard library and pure rooms only.
"""

from __future__ import annotations

from typing import Any

from . import __version__
from .core.kind import Vendor
from .vendors import VENDORS

PACKAGE = "airflow-provider-mediajobs"
MODULE = "airflow_provider_mediajobs"


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
        "hooks": [_modules(vendor, "hooks") for vendor in VENDORS],
        "sensors": [_modules(vendor, "sensors") for vendor in VENDORS],
        "cli": [f"{MODULE}.cli.airflow_commands.commands"],
        "connection-types": [_connection_type(vendor) for vendor in VENDORS],
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
            "relabeling": {
                "login": "Access key id",
                "password": "Access key secret",
                "host": "Host (replaces every endpoint)",
                "schema": "Scheme of that host",
            },
            "placeholders": {"host": "leave empty to use the vendor's endpoints", "schema": "https"},
        },
    }


def _fields(vendor: Vendor) -> dict[str, dict[str, Any]]:
    """The extra fields of the connection form. Every type is nullable: an empty field must not fail the form."""
    products = ", ".join(vendor.products)
    quotas = ", ".join(dict.fromkeys(kind.quota.name for kind in vendor.kinds))
    fields = {
        "region": _text("Region", f"The vendor's region id, for example {vendor.default_region}"),
        "signature": _text("Signature algorithm", f"{vendor.signatures[0]} unless set", enum=vendor.signatures),
        "security_token": _text("Security token", "Of temporary credentials", secret=True),
        "timeout": _field("Timeout", "Seconds for one request (default 20)", "number", exclusiveMinimum=0),
        "verify": _text("Verify TLS", "true, false, or the path of a CA bundle (default true)"),
        "proxy": _text("Proxy", "URL of a proxy; environment variables are not read", secret=True),
        "allow_http": _field("Allow plain http", "To hosts other than this machine", "boolean"),
        "endpoints": _text("Endpoints", f"JSON: host by product ({products})"),
        "quotas": _text("Quotas", f"JSON: the account's own limits ({quotas}), calls in the vendor's period"),
    }
    if vendor.needs_project:
        fields["project_id"] = _text("Project id", "Required; belongs to the region")
        fields["auth_token"] = _text("IAM token", "Sent as X-Auth-Token instead of a signature", secret=True)
    if vendor.api_versions:
        choices = ", ".join(f"{product}: {' or '.join(valid)}" for product, valid in vendor.api_versions.items())
        fields["api_versions"] = _text("API versions", f"JSON: generation by product ({choices})")
    return fields


def _text(label: str, description: str, *, secret: bool = False, enum: tuple[str, ...] = ()) -> dict[str, Any]:
    extra: dict[str, Any] = {"format": "password"} if secret else {}
    return _field(label, description, "string", **extra, **({"enum": list(enum)} if enum else {}))


def _field(label: str, description: str, of_type: str, **schema: Any) -> dict[str, Any]:
    return {"label": label, "description": description, "schema": {"type": [of_type, "null"], **schema}}
