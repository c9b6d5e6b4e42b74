# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulator's control API: JSON under ``/_emulator/``, without authentication.

GET    /_emulator/           the project id, the kinds with their ids and status words, and the quotas
POST   /_emulator/jobs       {"kind": "huawei.mpc.editing", "ids": {"job_id": "30647"},
                              "script": [["PROCESSING", 0], ["SUCCEEDED", 12]], "by": "seconds",
                              "record": {"metadata": []}, "age": 0, "undocumented": false}
POST   /_emulator/faults     {"fault": "throttle", "product": "mpc", "times": 3, "retry_after": 2}
GET    /_emulator/{jobs,faults,requests}
DELETE /_emulator/{jobs,faults,requests}

Roles, users, agencies, tokens and their lifetimes: see ``control_identity``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..core.errors import ParameterError
from ..core.http import HttpResponse
from .catalogue import KINDS
from .control_identity import OPERATIONS as IDENTITY
from .control_identity import Answer
from .fields import BODY, NUMBER, OBJECT, SCRIPT, TEXT, TRUTH, WHOLE, Document, checked
from .script import Job
from .world import World

PREFIX = "/_emulator/"


def control(world: World, method: str, path: str, body: bytes) -> HttpResponse:
    """Answer a request to the control API.

    :param path: the request's path; it begins with :data:`PREFIX`.
    :returns: JSON; status 400 for bad parameters, 404 for an unknown path, 405 for an unknown method.
    """
    name = path.removeprefix(PREFIX).strip("/")
    operations = _OPERATIONS.get(name)
    if operations is None:
        paths = ", ".join(PREFIX + name for name in _OPERATIONS)
        return _json(404, {"message": f"there is no {path}; there are {paths}"})
    if method not in operations:
        return _json(405, {"message": f"{path} takes {', '.join(operations)}"})
    try:
        return _json(*operations[method](world, _document(body) if method == "POST" else {}))
    except ParameterError as error:
        return _json(400, {"message": str(error)})


def _json(status: int, document: Document) -> HttpResponse:
    return HttpResponse(status, {"content-type": "application/json"}, json.dumps(document, indent=1).encode() + b"\n")


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ParameterError("the body is not JSON") from None
    if not isinstance(document, dict):
        raise ParameterError("the body must be a JSON object")
    return document


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_JOB = {
    "kind": TEXT,
    "ids": OBJECT,
    "script": SCRIPT,
    "by": TEXT,
    "record": OBJECT,
    "age": NUMBER,
    "undocumented": TRUTH,
}
_FAULT = {
    **dict.fromkeys(("fault", "vendor", "product", "kind", "action", "code", "word"), TEXT),
    **dict.fromkeys(("times", "status"), WHOLE),
    **dict.fromkeys(("seconds", "retry_after"), NUMBER),
    **dict.fromkeys(("ids", "headers"), OBJECT),
    "body": BODY,
}


def _index(world: World, _: Document) -> tuple[int, Document]:
    kinds = {kind.name: {"ids": kind.ids, "words": kind.words} for kind in KINDS.values()}
    return 200, {"project_id": world.project_id, "kinds": kinds, "limits": world.limits}


def _add_job(world: World, document: Document) -> tuple[int, Document]:
    return 201, _shown(world, world.add_job(**checked(document, _JOB, "kind", "ids")))


def _list_jobs(world: World, _: Document) -> tuple[int, Document]:
    return 200, {"jobs": [_shown(world, job) for job in world.jobs]}


def _shown(world: World, job: Job) -> Document:
    now = job.at(world.now())
    return {
        "kind": job.kind.name,
        "ids": job.ids,
        "script": job.script.steps,
        "by": job.script.by,
        "record": job.record,
        "looks": job.looks,
        "state": now.state,
        "created": now.created.isoformat(),
        "finished": now.finished.isoformat() if now.finished else None,
    }


def _add_fault(world: World, document: Document) -> tuple[int, Document]:
    given = checked(document, _FAULT, "fault")
    return 201, world.add_fault(given.pop("fault"), **given).to_dict()


def _list_faults(world: World, _: Document) -> tuple[int, Document]:
    return 200, {"faults": [fault.to_dict() for fault in world.faults]}


def _list_requests(world: World, _: Document) -> tuple[int, Document]:
    return 200, {"requests": [request.to_dict() for request in world.requests]}


def _clearing(clear: Callable[[World], None]) -> Answer:
    def cleared(world: World, _: Document) -> tuple[int, Document]:
        clear(world)
        return 200, {}

    return cleared


_OPERATIONS: Mapping[str, Mapping[str, Answer]] = {
    "": {"GET": _index},
    "jobs": {"GET": _list_jobs, "POST": _add_job, "DELETE": _clearing(World.clear_jobs)},
    "faults": {"GET": _list_faults, "POST": _add_fault, "DELETE": _clearing(World.clear_faults)},
    "requests": {"GET": _list_requests, "DELETE": _clearing(World.clear_requests)},
    **IDENTITY,
}
