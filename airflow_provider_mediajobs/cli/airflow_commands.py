"""``airflow mediajobs …``: the same commands in Airflow's command line, which imports this at every command."""

from __future__ import annotations

import sys
from argparse import Namespace
from types import ModuleType

from airflow.cli.cli_config import ActionCommand, Arg, GroupCommand

from . import INTERRUPTED, doctor, status


def commands() -> list[GroupCommand]:
    """The commands, as the provider info declares them."""
    about = "Look at media jobs, and at the connections to their vendors"
    return [GroupCommand("mediajobs", about, [_command(module) for module in (status, doctor)])]


def _command(module: ModuleType) -> ActionCommand:
    arguments = [Arg(flags, **options) for flags, options in module.ARGUMENTS]

    def run(given: Namespace) -> None:
        try:
            code = module.run(given)
        except KeyboardInterrupt:
            code = INTERRUPTED
        sys.exit(code)  # Airflow ignores a command's return value

    return ActionCommand(module.NAME, module.HELP, run, arguments, module.ABOUT)
