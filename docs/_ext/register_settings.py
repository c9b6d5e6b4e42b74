# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tables of what does not belong to single kinds: credentials, regions, and the emulator's operations and faults."""

from __future__ import annotations

import ast
import inspect

from register_cells import code, table

from airflow_provider_mediajobs.emulator import What
from airflow_provider_mediajobs.emulator.catalogue import VENDORS as EMULATED
from airflow_provider_mediajobs.vendors import VENDORS


def credentials() -> str:
    """The methods of getting credentials, with what each reads from the connection."""
    return table(
        ("`credentials`", "vendor", "what it is", "login and password", "extra, required", "extra, optional"),
        [
            (
                f"`{method.name}`",
                vendor.title,
                method.title,
                method.keys,
                code(one.name for one in method.parameters if one.required),
                code(one.name for one in method.parameters if not one.required),
            )
            for vendor in VENDORS
            for method in vendor.auth_methods
        ],
    )


def credential_fields() -> str:
    """The meaning of each field that only some methods of getting credentials read."""
    rows = {}
    for vendor in VENDORS:
        for method in vendor.auth_methods:
            for one in method.parameters:
                bounds = f", from {one.bounds[0]} to {one.bounds[1]}" if one.bounds else ""
                variable = f"`{one.variable}`" if one.variable else ""
                rows[vendor.title, one.name] = (
                    f"`{one.name}`",
                    vendor.title,
                    f"{one.label}. {one.description}{bounds}",
                    variable,
                )
    return table(("extra", "vendor", "meaning", "environment variable that stands in"), rows.values())


def regions() -> str:
    """The regions that the connection form suggests."""
    return table(
        ("vendor", "suggested regions"),
        [(vendor.title, code(vendor.regions)) for vendor in VENDORS],
    )


def emulated() -> str:
    """Every operation that the emulator answers."""
    return table(
        ("vendor", "operation"),
        [(emulation.name, f"`{operation}`") for emulation in EMULATED for operation in emulation.operations],
    )


def faults() -> str:
    """The emulator's faults, by the docstrings of the class that lists them."""
    (body,) = [node.body for node in ast.parse(inspect.getsource(What)).body if isinstance(node, ast.ClassDef)]
    texts = [ast.literal_eval(node.value) for node in body if isinstance(node, ast.Expr)][1:]
    return table(
        ("fault", "what happens"),
        [(f"`{fault}`", text.replace("``", "`")) for fault, text in zip(What, texts, strict=True)],
    )
