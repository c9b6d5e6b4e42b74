# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A world as a transport: no socket, no waiting."""

from __future__ import annotations

import asyncio

from ..core.http import HttpRequest, HttpResponse
from .world import World


class EmulatorTransport:
    """Both transports of the client at once, served by a world in memory. A hang is a time-out at once."""

    def __init__(self, world: World) -> None:
        self.world = world

    def send(self, request: HttpRequest) -> HttpResponse:
        """:raises TransportError: where a fault leaves no answer."""
        return self.world.handle(request)

    async def asend(self, request: HttpRequest) -> HttpResponse:
        """:raises TransportError: where a fault leaves no answer."""
        await asyncio.sleep(0)  # a real one lets others run; a poller that relied on it would starve them here
        return self.world.handle(request)

    async def aclose(self) -> None:
        """There are no connections to give back."""
