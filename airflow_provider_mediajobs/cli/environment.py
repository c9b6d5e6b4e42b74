# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The environment of a command: access to connections, Airflow's logs on stderr, errors on one line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from typing import TYPE_CHECKING, TextIO

from ..core.errors import ConfigError, ConnectionUnavailable
from ..core.vendor import Vendor

if TYPE_CHECKING:
    from rich.console import Console

_WIDE = 200
"""Columns where the output is no terminal: wide enough that ids and URIs are not wrapped."""

_VARIABLE = "AIRFLOW_CONN_"
_IDS = 10

# As set by Airflow's own commands on connections. Without it the metadata database is not read, as on workers.
_CONTEXT = {"_AIRFLOW_PROCESS_CONTEXT": "server"}
_QUIET = {"AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}


@contextmanager
def command_line() -> Iterator[TextIO]:
    """Context of a whole command: yields the stream for its results; all other output goes to stderr."""
    results = sys.stdout
    # `airflow mediajobs` sets up Airflow's logging to stdout.
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is results:
            handler.setStream(sys.stderr)
    with _environment(), redirect_stdout(sys.stderr):
        yield results


@contextmanager
def _environment() -> Iterator[None]:
    added = {name: value for name, value in (_CONTEXT | _QUIET).items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def console(stream: TextIO) -> Console:
    """A console that prints text unchanged: brackets in vendors' texts are no markup."""
    from rich.console import Console

    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


def complain(command: str, error: Exception, conn_id: str = "") -> None:
    """Print an error on one line of stderr.

    :param conn_id: the requested connection; where it does not exist, existing ones are listed.
    """
    print(f"mediajobs {command}: {one_line(str(error))}{_advice(error, conn_id)}", file=sys.stderr)


def one_line(text: str) -> str:
    """A text without line breaks and terminal control characters."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(text.split()))


def _advice(error: Exception, conn_id: str) -> str:
    if isinstance(error, ConnectionUnavailable):
        told = "; a secrets backend or Airflow's database does not answer (`airflow db check`)"
        return told + (_without_database(conn_id) if conn_id else "")
    missing = conn_id and str(error).startswith(f"connection {conn_id!r} does not exist")
    return _those_there_are(conn_id, _ids()) if missing and isinstance(error, ConfigError) else ""


def _without_database(conn_id: str) -> str:
    cure = f"; where there is no database, `airflow db migrate` makes one, or set {_VARIABLE}{conn_id.upper()}"
    return cure + _those_there_are(conn_id, _variables())


def _variables() -> set[str]:
    return {name.removeprefix(_VARIABLE).lower() for name in os.environ if name.startswith(_VARIABLE)}


def _ids() -> set[str]:
    from ..hooks.lookup import ids_in_database

    return _variables() | ids_in_database()


def _those_there_are(conn_id: str, ids: set[str]) -> str:
    """Existing connections with a similar id, or else some of them."""
    there = sorted(ids)
    some = get_close_matches(conn_id.lower(), there, 3) or there[:_IDS]
    return f"; there {'is' if len(some) == 1 else 'are'}: {', '.join(map(one_line, some))}" if some else ""


def vendor_behind(conn_id: str, kind_names: list[str]) -> Vendor:
    """The vendor of a connection by its type, or by the requested kinds where the type is generic.

    :raises MediaJobsError: where the connection is not found, or the vendor cannot be told.
    """
    from ..hooks.lookup import find
    from ..vendors import VENDORS, vendor_of

    types = " or ".join(vendor.conn_type for vendor in VENDORS)
    given = (find(conn_id, types).conn_type or "").replace("-", "_")
    for vendor in VENDORS:
        if vendor.conn_type == given:
            return vendor
    if not kind_names:
        raise ConfigError(f"connection {conn_id!r} is of type {given!r}, not {types}; name a kind of job with --kind")
    return vendor_of(kind_names[0])
