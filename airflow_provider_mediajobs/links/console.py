# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The link to the vendor's console."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from airflow.sdk import BaseOperatorLink

from ..vendors import kind as kind_of

if TYPE_CHECKING:
    from typing import Any

    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class MediaJobConsoleLink(BaseOperatorLink):
    """A link to the page where the vendor shows jobs of the task's kind.

    No vendor documents an address for a single job. The link leads to the page that lists jobs where that has a
    documented address, else to the product's console. Airflow stores the link when a worker has ended its part of
    the task, also by deferring it. Where no worker has a part in it, the triggerer stores it at the end.
    """

    @property
    def name(self) -> str:
        """The text on the button."""
        return "Vendor's console"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's own form
        """The address. It follows from the kind; nothing is looked up."""
        return kind_of(cast("Any", operator).kind).jobs_page
