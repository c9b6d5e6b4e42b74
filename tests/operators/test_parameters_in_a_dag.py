# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Tests parameters that come from mapped tasks and templates, in a real DAG run.

Covers ``operators.parameters`` and ``sensors.checks``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from requests.adapters import HTTPAdapter

from airflow_provider_mediajobs.emulator.server import EmulatorServer

from ..conftest import dags_of

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

pytestmark = pytest.mark.filterwarnings("ignore")  # a whole Airflow runs in here, and warns about itself


NAMES = ("inputs", "editing_type", "trans_template_id", "priority")
SOURCE = {"bucket": "b", "location": "cn-north-4", "object": "in.mp4"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The bodies of all requests that create something."""
    bodies: list[dict[str, Any]] = []
    send = HTTPAdapter.send

    def recorded(adapter: HTTPAdapter, request: PreparedRequest, **given: Any) -> Response:
        if request.method == "POST" and request.body:
            bodies.append(json.loads(request.body))
        return send(adapter, request, **given)

    monkeypatch.setattr(HTTPAdapter, "send", recorded)
    return bodies


def test_parameters_from_everywhere(
    mediajobs_airflow: Any, mediajobs_emulator: EmulatorServer, sent: list[dict[str, Any]]
) -> None:
    """XComs of a mapped task are one list, and numbers are sent as such although templates render to text.

    A mapped task that returned nothing fails the operator without a retry, and nothing is submitted: a video without
    one of its parts is the wrong video.
    """
    world = mediajobs_emulator.world
    world.job_seconds = (0.0, 0.0)
    dag = dags_of(Path(__file__).with_name("dag_of_parameters.py"))["parameters"]

    run = mediajobs_airflow(dag)

    assert {ti.task_id: str(ti.state) for ti in run.get_task_instances()} == {
        "part": "success",
        "source": "success",
        "inside": "success",
        "of_mapped": "success",
        "holed": "success",
        "of_mapped_hole": "failed",
        "numbers": "success",
        "number": "success",
    }
    given = [{name: body[name] for name in NAMES if name in body} for body in sent]
    assert sorted(given, key=json.dumps) == [
        {
            "inputs": [
                {"asset_id": "a1", "timeline_start": "0", "timeline_end": "9"},
                {"asset_id": "a2", "timeline_start": "0", "timeline_end": "9"},
            ]
        },
        {"inputs": [{"input": SOURCE, "clips": [{"object": "1.mp4"}, {"object": "2.mp4"}]}, {"input": SOURCE}]},
        {"inputs": [{"input": SOURCE}], "editing_type": 1},
        {"trans_template_id": [7000530], "priority": 9},
    ]
