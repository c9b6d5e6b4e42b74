# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A link to the file that the job has made."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from typing import Any

    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class MediaJobOutputLink(BaseOperatorLink):
    """A link to the first output of the result whose address is known.

    The query of the address is left out, since it may be a signature. Airflow stores the link when a worker has ended
    its part of the task; where the task ends in the triggerer, the triggerer stores it.
    """

    @property
    def name(self) -> str:
        """The text on the button."""
        return "Output"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's own form
        """The address, as the task has found it; empty before the job has ended."""
        return cast("str", cast("Any", operator).output_address)
