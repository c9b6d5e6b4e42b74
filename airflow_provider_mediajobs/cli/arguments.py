# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A command's arguments as data, shared by `mediajobs` and `airflow mediajobs`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Argument(NamedTuple):
    """The arguments of ``ArgumentParser.add_argument``, and of Airflow's ``Arg``."""

    flags: tuple[str, ...]
    options: Mapping[str, Any]


def argument(*flags: str, **options: Any) -> Argument:
    """One argument, written as for ``add_argument``."""
    return Argument(flags, options)


CONN_ID = argument(
    "conn_id",
    metavar="CONN_ID",
    help="id of an Airflow connection, for example huawei_mediajobs_default; it may be in an environment variable, a "
    "secrets backend or Airflow's database",
)
REGION = argument(
    "--region",
    metavar="ID",
    help="the vendor's region, for example cn-shanghai (default: the region of the connection)",
)
PROJECT_ID = argument(
    "--project-id",
    metavar="ID",
    help="id of a Huawei Cloud project (default: that of the connection, else it is looked up by the region); "
    "ignored for Alibaba Cloud",
)
JSON = argument("--json", action="store_true", help="print the results as JSON instead of tables")


def add_all(parser: Any, arguments: Iterable[Argument]) -> None:
    """Add arguments to a parser of the standard library."""
    for flags, options in arguments:
        parser.add_argument(*flags, **options)
