# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A transport that passes requests to an emulated world in memory, without sockets."""

from __future__ import annotations

import asyncio

from ..core.http import HttpRequest, HttpResponse
from .world import World


class EmulatorTransport:
    """A blocking and an asynchronous transport of the client, answered by a world in memory.

    A ``hang`` fault raises :class:`NoAnswer` at once, as a time-out would later.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send a request.

        :raises TransportError: where a fault leaves no answer.
        """
        return self.world.handle(request)

    async def asend(self, request: HttpRequest) -> HttpResponse:
        """Send a request.

        :raises TransportError: where a fault leaves no answer.
        """
        await asyncio.sleep(0)  # as a real transport, let other tasks run before the answer
        return self.world.handle(request)

    async def aclose(self) -> None:
        """Do nothing: there are no connections to close."""
