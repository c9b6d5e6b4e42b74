# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Protects Airflow's trigger runner, which all triggers of a process share, from the exceptions of one trigger."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable

from airflow.triggers.base import TriggerEvent

from ..core import storable


class TriggerBroken(RuntimeError):
    """A trigger ended with an unexpected exception. The text names its class and place; its message may be secret."""


async def guarded(event: Callable[[], Awaitable[TriggerEvent]]) -> TriggerEvent:
    """Await a trigger's event and make it storable.

    The runner would send an exception's text to its supervisor, and ends if that cannot be encoded. It also ends by
    ``SystemExit``, which a plugin may raise.

    :param event: returns the event.
    :raises TriggerBroken: in place of any exception; Airflow then ends this trigger alone.
    """
    try:
        found = await event()
        if type(found) is TriggerEvent:  # its subclasses, which end the task, have no payload
            found = TriggerEvent(storable.event(found.payload))
    except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001  # even SystemExit must not end the runner
        raise TriggerBroken(_described(error)) from None
    return found


def _described(error: BaseException) -> str:
    """Return the error's class and place as a sentence for the log."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return storable.readable(
        f"the wait broke: unexpected {type(error).__name__}{place}; a retry of the task waits anew"
    )
