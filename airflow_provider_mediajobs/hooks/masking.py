"""Temporary credentials are told to Airflow's secrets masker before they are used."""

from __future__ import annotations

from typing import Any

SHORTEST = 5
"""Airflow's default for the characters below which its masker says in the task's log that it does not mask."""


def mask(secret: Any) -> None:
    """From now on no log of this process shows it.

    :param secret: a text; or a table of such, of which Airflow hides those whose names are of secrets.
    """
    from airflow.sdk.log import mask_secret

    if what := _long_enough(secret):
        mask_secret(what)


async def amask(secret: Any) -> None:
    """The same on an event loop, where telling the supervisor must not block."""
    what = _long_enough(secret)
    if not what:
        return
    try:
        from airflow.sdk.log import amask_secret
    except ImportError:  # before Airflow 3.3
        from asgiref.sync import sync_to_async

        await sync_to_async(mask)(what)
    else:
        await amask_secret(what)


def _long_enough(secret: Any) -> Any:
    """Without what Airflow would refuse to mask, aloud."""
    if isinstance(secret, dict):
        return {name: kept for name, value in secret.items() if (kept := _long_enough(value))}
    if isinstance(secret, list):
        return [kept for value in secret if (kept := _long_enough(value))]
    return secret if isinstance(secret, str) and len(secret) >= _shortest() else None


def _shortest() -> int:
    from airflow.sdk import conf

    shortest: int = conf.getint("logging", "min_length_masked_secret", fallback=SHORTEST)
    return shortest
