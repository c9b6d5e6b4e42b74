# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests the link to the vendor's console, which Airflow's UI shows beside a task.

Covers ``links.console``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from airflow.sdk import DAG

from airflow_provider_mediajobs.links import MediaJobConsoleLink, MediaJobOutputLink
from airflow_provider_mediajobs.operators import HuaweiVodCreateEditingOperator, MediaJobOperator
from airflow_provider_mediajobs.provider_info import get_provider_info
from airflow_provider_mediajobs.sensors import HuaweiVodEditingSensor, MediaJobSensor
from airflow_provider_mediajobs.triggers import finish

from ..kinds import FACTS


@pytest.mark.parametrize("kind", FACTS)
def test_console(kind: str) -> None:
    """Of the kind, whatever its ids are."""
    sensor = MediaJobSensor(task_id="t", kind=kind, ids=dict(FACTS[kind].requested))
    link, _ = sensor.operator_extra_links
    ti: Any = None

    assert (link.name, link.xcom_key) == ("Vendor's console", "_link_MediaJobConsoleLink")
    assert link.get_link(sensor, ti_key=ti) == (FACTS[kind].console_list or FACTS[kind].console)


@pytest.mark.parametrize(
    "of", [MediaJobSensor, HuaweiVodEditingSensor, MediaJobOperator, HuaweiVodCreateEditingOperator]
)
def test_whose_it_is(of: Any) -> None:
    assert [type(link) for link in of.operator_extra_links] == [MediaJobConsoleLink, MediaJobOutputLink]


def test_airflow_knows_it() -> None:
    """It shows no link that is not registered."""
    paths = [path.rpartition(".") for path in get_provider_info()["extra-links"]]
    found = [getattr(import_module(module), name) for module, _, name in paths]

    assert found == [MediaJobConsoleLink, MediaJobOutputLink]


def test_the_triggerer_writes_them_where_airflow_looks_for_them() -> None:
    assert (MediaJobConsoleLink().xcom_key, MediaJobOutputLink().xcom_key) == (finish.CONSOLE, finish.OUTPUT)


def test_in_a_serialized_dag() -> None:
    """The API server has no more than this: where the address is stored."""
    from airflow.serialization.serialized_objects import DagSerialization

    with DAG("d", schedule=None) as dag:
        HuaweiVodEditingSensor(task_id="t", edit_task_id="1")
        HuaweiVodEditingSensor.partial(task_id="m").expand(edit_task_id=["1", "2"])
    back = DagSerialization.from_dict(DagSerialization.to_dict(dag))

    for name in ("t", "m"):
        keys = [link.xcom_key for link in back.get_task(name).operator_extra_links]
        assert keys == ["_link_MediaJobConsoleLink", "_link_MediaJobOutputLink"]
