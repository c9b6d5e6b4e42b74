# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the provider metadata against the register of kinds, the hooks and Airflow's own schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

import airflow_provider_mediajobs
from airflow_provider_mediajobs.hooks.account import account_from
from airflow_provider_mediajobs.provider_info import get_provider_info
from airflow_provider_mediajobs.quotas.storage import address_of
from airflow_provider_mediajobs.vendors import VENDORS

from .kinds import FACTS

INFO = get_provider_info()
CONNECTION_TYPES = {entry["connection-type"]: entry for entry in INFO["connection-types"]}

COMMON_FIELDS = {
    "allow_http",
    "credentials",
    "endpoints",
    "proxy",
    "quotas",
    "region",
    "security_token",
    "timeout",
    "verify",
}
FIELDS = {
    "alibaba_mediajobs": COMMON_FIELDS | {"signature"},
    "huawei_mediajobs": COMMON_FIELDS | {"api_versions", "auth_token", "project_id"},
}
"""Of all ways to come by credentials."""

AUTH_METHODS = {
    "alibaba_mediajobs": {
        "assume_role": {"duration_seconds", "external_id", "policy", "role_arn", "role_session_name"},
        "oidc": {"duration_seconds", "oidc_provider_arn", "oidc_token_file", "role_arn", "role_session_name"},
        "ecs_ram_role": {"ecs_role_name"},
    },
    "huawei_mediajobs": {
        "iam_user": {"domain_name"},
        "agency": {"agency_name", "domain_name", "duration_seconds"},
    },
}
"""What single ways read beyond that."""


def test_it_is_valid() -> None:
    """Against the schema of the Airflow that is installed."""
    schema = json.loads((files("airflow") / "provider_info.schema.json").read_text())

    jsonschema.validate(INFO, schema)


def test_it_survives_json() -> None:
    """Airflow passes it on as JSON: no tuples, no enums."""
    assert json.loads(json.dumps(INFO)) == INFO


def test_the_entry_point_leads_to_it() -> None:
    """The installed metadata names this very function."""
    (entry,) = [
        point
        for point in entry_points(group="apache_airflow_provider")
        if point.module.startswith("airflow_provider_m")
    ]

    assert entry.value == "airflow_provider_mediajobs.provider_info:get_provider_info"
    assert entry.load() is get_provider_info


def test_names() -> None:
    """The distribution's name and version."""
    assert INFO["package-name"] == "airflow-provider-mediajobs"
    assert INFO["versions"] == [airflow_provider_mediajobs.__version__]


def test_every_kind_is_an_integration() -> None:
    """With the vendor's page, so that Airflow's provider list links to it."""
    assert {(entry["integration-name"], entry["external-doc-url"]) for entry in INFO["integrations"]} == {
        (kind.title, kind.page) for vendor in VENDORS for kind in vendor.kinds
    }
    assert len(INFO["integrations"]) == len(FACTS)


@pytest.mark.parametrize("room", ["hooks", "operators", "sensors"])
def test_modules_exist(room: str) -> None:
    """One module a vendor."""
    named = [module for entry in INFO[room] for module in entry["python-modules"]]

    assert named == [f"airflow_provider_mediajobs.{room}.alibaba", f"airflow_provider_mediajobs.{room}.huawei"]
    for module in named:
        import_module(module)


def test_integrations_named_by_rooms() -> None:
    """Hooks, operators and sensors are listed under their vendors' names."""
    assert [entry["integration-name"] for entry in INFO["hooks"]] == ["Alibaba Cloud", "Huawei Cloud"]
    assert [entry["integration-name"] for entry in INFO["operators"]] == ["Alibaba Cloud", "Huawei Cloud"]
    assert [entry["integration-name"] for entry in INFO["sensors"]] == ["Alibaba Cloud", "Huawei Cloud"]


@pytest.mark.parametrize(
    ("conn_type", "path", "hook_name"),
    [
        (
            "alibaba_mediajobs",
            "airflow_provider_mediajobs.hooks.alibaba.AlibabaMediaHook",
            "Alibaba Cloud media jobs",
        ),
        (
            "huawei_mediajobs",
            "airflow_provider_mediajobs.hooks.huawei.HuaweiMediaHook",
            "Huawei Cloud media jobs",
        ),
    ],
)
def test_hook_classes_say_the_same(conn_type: str, path: str, hook_name: str) -> None:
    """Airflow finds a hook by its connection type here, and by the class's own word elsewhere."""
    entry = CONNECTION_TYPES[conn_type]
    module, _, name = path.rpartition(".")
    hook = getattr(import_module(module), name)

    assert (entry["hook-class-name"], entry["hook-name"]) == (path, hook_name)
    assert (hook.conn_type, hook.hook_name) == (conn_type, hook_name)
    assert hook.conn_name_attr == "conn_id"
    assert hook.default_conn_name == f"{conn_type}_default"


@pytest.mark.parametrize("conn_type", sorted(FIELDS))
def test_form_fields(conn_type: str) -> None:
    """The form's extra fields, each with a label and a type that may stay empty."""
    fields = CONNECTION_TYPES[conn_type]["conn-fields"]

    assert set(fields) == FIELDS[conn_type].union(*AUTH_METHODS[conn_type].values())
    assert all(field["label"] and field["description"] for field in fields.values())
    assert all("null" in field["schema"]["type"] for field in fields.values())


@pytest.mark.parametrize(
    ("conn_type", "secret"),
    [
        ("alibaba_mediajobs", {"proxy", "security_token"}),
        ("huawei_mediajobs", {"auth_token", "proxy", "security_token"}),
    ],
)
def test_secret_fields_are_hidden(conn_type: str, secret: set[str]) -> None:
    """The form shows dots for what must not be read over a shoulder."""
    fields = CONNECTION_TYPES[conn_type]["conn-fields"]

    assert {name for name, field in fields.items() if field["schema"].get("format") == "password"} == secret


FIRST = {
    "alibaba_mediajobs": ["region", "credentials", "security_token"],
    "huawei_mediajobs": ["region", "project_id", "credentials", "security_token", "auth_token"],
}
LAST = {
    "alibaba_mediajobs": ["timeout", "proxy", "verify", "allow_http", "signature", "endpoints", "quotas"],
    "huawei_mediajobs": ["timeout", "proxy", "verify", "allow_http", "endpoints", "quotas", "api_versions"],
}


@pytest.mark.parametrize("conn_type", sorted(FIELDS))
def test_order_of_the_form(conn_type: str) -> None:
    """What most need comes first, in Airflow's own section; what takes much room comes last."""
    sections: dict[str | None, list[str]] = {}
    for name, field in CONNECTION_TYPES[conn_type]["conn-fields"].items():
        sections.setdefault(field["schema"].get("section"), []).append(name)

    assert list(sections) == [None, "For credentials other than access_key", "Network and limits"]
    first, auth_methods, last = sections.values()
    assert first == FIRST[conn_type]
    assert set(auth_methods) == set().union(*AUTH_METHODS[conn_type].values())
    assert last == LAST[conn_type]


def test_what_the_form_offers() -> None:
    """Only what a credentials' source may be called, each with what it is; regions are suggestions."""
    fields = CONNECTION_TYPES["huawei_mediajobs"]["conn-fields"]

    assert fields["credentials"]["schema"] == {
        "type": ["string", "null"],
        "enum": ["access_key", "iam_user", "agency", "ecs_agency"],
        "values_display": {
            "access_key": "access_key: the access key signs requests, or the IAM token is sent",
            "iam_user": "iam_user: an IAM user's name and password are exchanged for tokens",
            "agency": "agency: the access key assumes an agency of another account",
            "ecs_agency": "ecs_agency: the agency of the ECS instance that Airflow runs on",
        },
    }
    assert fields["region"]["schema"]["examples"][:2] == ["cn-north-4", "cn-north-1"]
    assert "enum" not in fields["region"]["schema"]
    assert fields["quotas"]["schema"] == {"type": ["object", "string", "null"], "section": "Network and limits"}


def test_standard_fields() -> None:
    """Host, login and the like say what they are here."""
    huawei, alibaba = (CONNECTION_TYPES[f"{name}_mediajobs"]["ui-field-behaviour"] for name in ("huawei", "alibaba"))

    assert huawei["placeholders"]["login"] == "or IAM user's name and password; empty with ecs_agency"
    assert alibaba["placeholders"]["login"] == "empty with oidc or ecs_ram_role or default"
    assert huawei["relabeling"] == alibaba["relabeling"]
    assert {behaviour["placeholders"]["port"] for behaviour in (alibaba, huawei)} == {
        "port of that host; without a host 0, which Airflow 3.3's Test button needs"
    }


@pytest.mark.parametrize("conn_type", sorted(FIELDS))
def test_labels_and_choices_fit(conn_type: str) -> None:
    """Longer ones are broken or cut off in Airflow's form."""
    entry = CONNECTION_TYPES[conn_type]
    fields = entry["conn-fields"].values()

    labels = [field["label"] for field in fields] + list(entry["ui-field-behaviour"]["relabeling"].values())
    choices = [shown for field in fields for shown in field["schema"].get("values_display", {}).values()]
    assert [label for label in labels if len(label) > 27] == []
    assert [choice for choice in choices if len(choice) > 70] == []


class Recorded(dict[str, Any]):
    """Remembers what was asked of it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.requested: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.requested.add(name)
        return super().get(name, default)


@pytest.mark.parametrize(
    ("name", "beyond_the_form"),
    [
        ("alibaba", {"api_versions", "auth_token", "project_id"}),  # Huawei's; the reader is one for all
        ("huawei", {"signature"}),  # there is one
    ],
)
def test_the_form_offers_what_is_read(name: str, beyond_the_form: set[str]) -> None:
    """And nothing else: a field nobody reads would mislead."""
    vendor = next(vendor for vendor in VENDORS if vendor.name == name)
    connection = SimpleNamespace(
        conn_id="c",
        conn_type=None,
        login="key",
        password="secret",
        host="gateway.example",
        schema="http",
        port=None,
        extra=None,
    )
    extra = Recorded({"allow_http": True, "project_id": "0123"})

    account_from(vendor, connection, extra)

    assert extra.requested == FIELDS[vendor.conn_type] | beyond_the_form


@pytest.mark.parametrize(
    ("conn_type", "method"), [(of, method) for of, auth_methods in AUTH_METHODS.items() for method in auth_methods]
)
def test_the_form_offers_what_a_way_to_credentials_reads(conn_type: str, method: str) -> None:
    """Its fields say for which ways they are."""
    vendor = next(vendor for vendor in VENDORS if vendor.conn_type == conn_type)
    connection = SimpleNamespace(
        conn_id="c", conn_type=None, login=None, password=None, host=None, schema=None, port=None, extra=None
    )
    if method in {"assume_role", "iam_user", "agency"}:
        connection.login, connection.password = "key", "secret"
    values = {"duration_seconds": 1800} | {
        name: "x" for name in AUTH_METHODS[conn_type][method] if name != "duration_seconds"
    }
    extra = Recorded({"credentials": method, "region": "r", **values})

    account_from(vendor, connection, extra)

    common = set().union(*FIELDS.values())
    assert extra.requested - common == AUTH_METHODS[conn_type][method]
    fields = CONNECTION_TYPES[conn_type]["conn-fields"]
    assert all(method in fields[name]["description"] for name in AUTH_METHODS[conn_type][method])


def test_the_option() -> None:
    """Its value holds a password: Airflow shows it to nobody, and takes it from a command or a secrets backend."""
    section = INFO["config"]["mediajobs"]
    assert list(section["options"]) == ["quota_storage", "installation"]
    option = section["options"]["quota_storage"]
    assert (option["type"], option["sensitive"], option["default"]) == ("string", True, "")
    assert "airflow-provider-mediajobs[redis]" in option["description"]
    assert address_of(option["example"]).shown == "redis://redis.example.com:6379/0"

    from airflow.sdk import conf

    assert ("mediajobs", "quota_storage") in conf.sensitive_config_values


def test_commands() -> None:
    """Named by a function, as Airflow calls it for its command line."""
    (path,) = INFO["cli"]
    module, _, name = path.rpartition(".")
    (group,) = getattr(import_module(module), name)()

    assert group.name == "mediajobs"
    assert [command.name for command in group.subcommands] == ["status", "doctor"]


def test_airflow_discovers_it() -> None:
    """Airflow's own manager finds the provider, both connection types and their hooks."""
    from airflow.sdk.providers_manager_runtime import ProvidersManagerTaskRuntime

    manager = ProvidersManagerTaskRuntime()
    names = {conn_type: found.hook_name for conn_type, found in manager.hooks.items() if found is not None}

    assert manager.providers["airflow-provider-mediajobs"].version == airflow_provider_mediajobs.__version__
    assert names["alibaba_mediajobs"] == "Alibaba Cloud media jobs"
    assert names["huawei_mediajobs"] == "Huawei Cloud media jobs"
