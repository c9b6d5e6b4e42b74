# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Names are the field's terms: none is one of the private words that stood in their place.

What is stored (keys of trigger rows, events and memories) keeps the names it was written by: those are texts, and no
identifiers.

Covers every module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_provider_mediajobs.core.kind import JobKind

ROOT = Path(__file__).parent.parent
FILES = sorted([*(ROOT / "airflow_provider_mediajobs").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])

OLD_NAMES = {
    "Way": "AuthMethod",
    "WAYS": "AUTH_METHODS",
    "Found": "ResolvedCredentials",
    "CredentialSource": "CredentialProvider",
    "Asked": "WaitSpec",
    "asked": "wait, or requested",
    "ASKED": "the same",
    "Seen": "JobHistory",
    "Sight": "Visibility",
    "story": "messages",
    "visit": "request_handler",
    "Desk": "VendorContext",
    "desk": "context",
    "Track": "TrackedJob",
    "How": "CallKind",
}
"""Whole identifiers, but for underscores before them. Some are everyday words that may be a part of others."""

OLD_WORDS = {
    "blame": "explain_code",
    "ear": "Subscription",
    "diagnosis": "permission",
    "handover": "wait_event",
    "lease": "cached credentials",
    "leases": "cached credentials",
    "ledger": "caller_state",
    "lender": "cache_key",
    "seat": "LaneHandle",
    "stretch": "backpressure",
    "surroundings": "Environment",
    "telling": "progress_log",
    "trial": "try_permission",
    "trials": "permissions",
    "verdict": "decision, PermissionStatus, or DemoResult",
    "verdicts": "the same",
}
"""Parts of identifiers."""


def identifiers(source: str) -> Iterator[str]:
    """Every name that a module defines, uses or imports."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                yield from names
            case ast.alias(name=name, asname=other):
                yield from [*name.split("."), *([other] if other else [])]
            case ast.ImportFrom(module=str(name)):
                yield from name.split(".")


def words(identifier: str) -> list[str]:
    """In lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)]


def old_words(source: str) -> set[str]:
    """Identifiers that are old, or have a part that is."""
    found = set(identifiers(source))
    names = {name for name in found if name.lstrip("_") in OLD_NAMES}
    return names | {name for name in found if not OLD_WORDS.keys().isdisjoint(words(name))}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_are_terms_of_the_field(path: Path) -> None:
    """Also those of the files themselves."""
    if path == Path(__file__):
        return
    found = old_words(f"{path.read_text()}\n{path.stem.strip('_')}\n")
    assert found == set()


def test_a_planted_old_word_is_found() -> None:
    """Wherever a name can stand; in texts it may."""
    source = """
    import leases
    from .surroundings import x as Way
    class Desk(a.Asked):
        def visit(self, lender, key="story"): _verdict_of(ASKED=seen)
    def _blame(): global TRIALS
    """
    assert old_words("\n".join(line[4:] for line in source.splitlines())) == {
        *("leases", "surroundings", "Way", "Desk", "Asked", "visit", "lender", "_verdict_of", "ASKED", "_blame"),
        "TRIALS",
    }


def test_fields_of_a_kind() -> None:
    """``run`` and ``counted`` are everyday words elsewhere."""
    assert {"run_id", "collection_id"} <= set(JobKind.__annotations__)
    assert {"run", "counted"}.isdisjoint(JobKind.__annotations__)
