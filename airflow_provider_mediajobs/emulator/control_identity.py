# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The part of the control API for identities: roles, users, agencies, tokens. Answers never contain a secret.

GET    /_emulator/identity      settings, names, how many tokens were issued
POST   /_emulator/identity      {"lifetime": 5, "session_lifetime": 60, "instance_role": "r", "instance_agency": "a"}
POST   /_emulator/roles         {"name": "publisher", "external_id": "x", "max_seconds": 7200, "provider": "acs:…"}
POST   /_emulator/oidc_tokens   {"token": "a.b.c", "provider": "acs:…", "subject": "s", "seconds": 600}
POST   /_emulator/agencies      {"name": "agency", "domain": "d"}
POST   /_emulator/users         {"name": "user", "password": "p", "domain": "d"}
POST   /_emulator/projects      {"name": "cn-east-3", "project_id": "p"}
POST   /_emulator/revoke        {"name": "an access key or a token"}, or {} for all that were issued
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .fields import NUMBER, TEXT, WHOLE, Document, Shape, checked
from .identity import Identity
from .world import World

Answer = Callable[[World, Document], tuple[int, Document]]

_SETTINGS = {
    **dict.fromkeys(("lifetime", "session_lifetime"), NUMBER),
    **dict.fromkeys(("instance_role", "instance_agency"), TEXT),
}


def _show(world: World, _: Document) -> tuple[int, Document]:
    return 200, world.identity.to_dict()


def _set(world: World, document: Document) -> tuple[int, Document]:
    world.identity.set(**checked(document, _SETTINGS))
    return 200, world.identity.to_dict()


def _revoke(world: World, document: Document) -> tuple[int, Document]:
    world.identity.revoke(**checked(document, {"name": TEXT}))
    return 200, world.identity.to_dict()


def _adding(add: Callable[..., Any], shapes: Mapping[str, Shape], *required: str) -> Answer:
    """An operation that calls a method of :class:`Identity` with the document's fields as its arguments."""

    def added(world: World, document: Document) -> tuple[int, Document]:
        add(world.identity, **checked(document, shapes, *required))
        return 201, world.identity.to_dict()

    return added


_ROLE = {"name": TEXT, "external_id": TEXT, "max_seconds": WHOLE, "provider": TEXT}
_OIDC_TOKEN = {"token": TEXT, "provider": TEXT, "subject": TEXT, "seconds": NUMBER}
_USER = {"name": TEXT, "password": TEXT, "domain": TEXT}
_PROJECT = {"name": TEXT, "project_id": TEXT}

OPERATIONS: Mapping[str, Mapping[str, Answer]] = {
    "identity": {"GET": _show, "POST": _set},
    "roles": {"POST": _adding(Identity.add_role, _ROLE, "name")},
    "oidc_tokens": {"POST": _adding(Identity.add_oidc_token, _OIDC_TOKEN, "token")},
    "agencies": {"POST": _adding(Identity.add_agency, {"name": TEXT, "domain": TEXT}, "name")},
    "users": {"POST": _adding(Identity.add_user, _USER, "name", "password")},
    "projects": {"POST": _adding(Identity.add_project, _PROJECT, "name", "project_id")},
    "revoke": {"POST": _revoke},
}
