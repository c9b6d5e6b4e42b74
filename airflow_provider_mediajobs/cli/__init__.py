# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The ``mediajobs`` command. One module for each subcommand, with its arguments and its ``run``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from .. import __version__

COMMANDS = ("status", "doctor", "demo")
"""Modules of the subcommands, loaded when run: Airflow imports this package at every command of its own."""

_ABOUT = """Commands for media jobs of Alibaba Cloud and Huawei Cloud, which Airflow tasks wait for: check an Airflow
connection, show jobs, and run a demo. `mediajobs COMMAND --help` explains each."""

INTERRUPTED = 130
"""Exit code of a command that was interrupted by Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    :returns: the process's exit code.
    """
    parser = argparse.ArgumentParser(prog="mediajobs", description=_ABOUT)
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        import_module(f".{command}", __name__).add_to(subparsers)
    given = parser.parse_args(arguments)
    try:
        code: int = given.run(given)
    except KeyboardInterrupt:  # also while Airflow is being imported, which takes seconds
        return INTERRUPTED
    return code
