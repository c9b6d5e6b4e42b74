"""What lies between a trigger's ``run`` and Airflow's runner, which all triggers of the process share."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable

from airflow.triggers.base import TriggerEvent

from ..core import storable


class TriggerBroken(RuntimeError):
    """A trigger met what nobody thought of. The text holds its sort and place, and nothing it said."""


async def guarded(event: Callable[[], Awaitable[TriggerEvent]]) -> TriggerEvent:
    """The event, such that Airflow can encode it.

    Whatever goes wrong ends this wait at most. An exception's text is sent to the supervisor, and one that cannot be
    encoded ends the runner, as ``SystemExit`` does, which some plugin may raise.

    :raises TriggerBroken: for any exception, which Airflow takes for the end of this trigger.
    """
    try:
        found = await event()
        if type(found) is TriggerEvent:  # those that end the task carry nothing
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
