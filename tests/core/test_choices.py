# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the checks of the arguments with which a DAG author chooses how to submit."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_mediajobs.core.choices import ON_UNCLEAR, Choices, check_choices
from airflow_provider_mediajobs.core.errors import ParameterError


@pytest.mark.parametrize("wrong", [{"on_unclear": "retry"}, {"resubmit_on_failure": 1}])
def test_choices_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        check_choices(Choices(**wrong))


def test_choices_that_are_right() -> None:
    for chosen in ON_UNCLEAR:
        check_choices(Choices(chosen, resubmit_on_failure=True))
