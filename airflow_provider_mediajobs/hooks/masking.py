# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Registers secrets, such as temporary credentials, with Airflow's secrets masker before they are used."""

from __future__ import annotations

from typing import Any

SHORTEST = 5
"""Characters; Airflow's default. For shorter secrets its masker logs a warning and does not mask them."""


def mask(secret: Any) -> None:
    """Mask a secret in all logs of this process.

    :param secret: a string, or a mapping of which Airflow masks the values with names of secrets.
    """
    from airflow.sdk.log import mask_secret

    if what := _long_enough(secret):
        mask_secret(what)


async def amask(secret: Any) -> None:
    """As :func:`mask`, on an event loop: sending the secret to the supervisor must not block it."""
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
    """The secret without strings that are too short, for which Airflow would log a warning."""
    if isinstance(secret, dict):
        return {name: kept for name, value in secret.items() if (kept := _long_enough(value))}
    if isinstance(secret, list):
        return [kept for value in secret if (kept := _long_enough(value))]
    return secret if isinstance(secret, str) and len(secret) >= _shortest() else None


def _shortest() -> int:
    from airflow.sdk import conf

    shortest: int = conf.getint("logging", "min_length_masked_secret", fallback=SHORTEST)
    return shortest
