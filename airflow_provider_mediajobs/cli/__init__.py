"""The ``mediajobs`` command. One module a subcommand; each adds its own arguments and runs itself."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from types import ModuleType

from .. import __version__
from . import demo

COMMANDS: tuple[ModuleType, ...] = (demo,)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    :returns: the process's exit code.
    """
    parser = argparse.ArgumentParser(prog="mediajobs", description="Gates for DAGs on media jobs: helpers.")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_to(subparsers)
    given = parser.parse_args(arguments)
    code: int = given.run(given)
    return code
