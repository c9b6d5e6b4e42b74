# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``airflow mediajobs …``: the same commands in Airflow's command line, which imports this at every command."""

from __future__ import annotations

import sys
from argparse import Namespace
from types import ModuleType

from airflow.cli.cli_config import ActionCommand, Arg, GroupCommand

from . import INTERRUPTED, doctor, status


def commands() -> list[GroupCommand]:
    """The commands, as the provider info declares them."""
    about = "Show media jobs of Alibaba Cloud and Huawei Cloud, and check connections to both vendors"
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
