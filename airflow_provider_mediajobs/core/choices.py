# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a DAG author may choose of submitting."""

from __future__ import annotations

from typing import NamedTuple

from .arguments import flag
from .policy import one_of

ON_UNCLEAR = ("fail", "adopt", "resubmit")


class Choices(NamedTuple):
    """What a DAG author may choose.

    :param on_unclear: what to do where a job may have been made, and none can be proved to be it.
    :param resubmit_on_failure: let a retry submit again where the job has ended badly.
    """

    on_unclear: str = "fail"
    resubmit_on_failure: bool = False


def check_choices(choices: Choices) -> None:
    """:raises ParameterError: naming the argument."""
    one_of("on_unclear", choices.on_unclear, ON_UNCLEAR)
    flag("resubmit_on_failure", choices.resubmit_on_failure)
