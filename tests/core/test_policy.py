"""What a DAG author may choose."""

from __future__ import annotations

import pytest

from airflow_provider_mediajobs.core.errors import ParameterError
from airflow_provider_mediajobs.core.policy import check_on_partial


def test_check_on_partial() -> None:
    """The three policies, listed where another is given."""
    assert [check_on_partial(value) for value in ("fail", "accept", "skip")] == ["fail", "accept", "skip"]
    with pytest.raises(ParameterError, match="on_partial must be one of fail, accept, skip, not 'Accept'"):
        check_on_partial("Accept")
