"""``airflow mediajobs …``: the same commands among Airflow's own. Airflow loads this at every command it runs."""

from __future__ import annotations

import sys
from argparse import Namespace
from types import ModuleType

from airflow.cli.cli_config import ActionCommand, Arg, GroupCommand

from . import INTERRUPTED, doctor, status


def commands() -> list[GroupCommand]:
    """What the provider info names."""
    about = "Look at media jobs, and at the connections to their vendors"
    return [GroupCommand("mediajobs", about, [_command(module) for module in (status, doctor)])]


def _command(module: ModuleType) -> ActionCommand:
    arguments = [Arg(flags, **options) for flags, options in module.ARGUMENTS]

    def run(given: Namespace) -> None:
        try:
            code = module.run(given)
        except KeyboardInterrupt:
            code = INTERRUPTED
        sys.exit(code)  # Airflow drops what a command returns

    return ActionCommand(module.NAME, module.HELP, run, arguments, module.ABOUT)
