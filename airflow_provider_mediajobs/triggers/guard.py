# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Guards Airflow's trigger runner, which all triggers of the process share, against exceptions of one of them."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable

from airflow.triggers.base import TriggerEvent

from ..core import storable


class TriggerBroken(RuntimeError):
    """A trigger ended with an unexpected exception. The text names its class and place, not its message."""


async def guarded(event: Callable[[], Awaitable[TriggerEvent]]) -> TriggerEvent:
    """Await a trigger's event and make it storable.

    Any error ends this wait alone: exceptions' texts are sent to the supervisor, and one that cannot be encoded ends
    the runner, as does ``SystemExit``, which a plugin may raise.

    :raises TriggerBroken: for any exception; Airflow then ends this trigger.
    """
    try:
        found = await event()
        if type(found) is TriggerEvent:  # events that end the task have no content
            found = TriggerEvent(storable.event(found.payload))
    except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001  # see above
        raise TriggerBroken(_sort(error)) from None
    return found


def _sort(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return storable.readable(
        f"the wait broke: unexpected {type(error).__name__}{place}; a retry of the task waits anew"
    )
