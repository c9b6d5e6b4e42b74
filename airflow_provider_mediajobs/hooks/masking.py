"""Temporary credentials are told to Airflow's secrets masker before they are used."""

from __future__ import annotations


def mask(secret: str) -> None:
    """From now on no log of this process shows it."""
    from airflow.sdk.log import mask_secret

    mask_secret(secret)


async def amask(secret: str) -> None:
    """The same on an event loop, where telling the supervisor must not block."""
    try:
        from airflow.sdk.log import amask_secret
    except ImportError:  # before Airflow 3.3
        from asgiref.sync import sync_to_async

        await sync_to_async(mask)(secret)
    else:
        await amask_secret(secret)
