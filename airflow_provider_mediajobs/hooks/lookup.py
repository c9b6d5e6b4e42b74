# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Finds an Airflow connection, and tells a missing one from one that cannot be looked up now.

Airflow asks its secrets backends in turn, ignores those that fail, and finally reports "isn't defined", whether the id
is wrong, a vault is down or the API server restarts. A wrong id must end a wait at once, while the others may only
delay it. So after that answer each backend is asked again, and its errors are examined.

A backend need not return the SDK's ``Connection``: ``LocalFilesystemBackend``, older vaults and custom backends return
Airflow's model or a similar class. So methods of the object are tried before they are used.
"""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any

from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowNotFoundException,
    AirflowRuntimeError,
    AirflowSecretsBackendAccessDenied,
)

from ..core.account import Account
from ..core.errors import ConfigError, ConnectionUnavailable, MediaJobsError
from ..core.vendor import Vendor
from .account import account_from, unread_in
from .masking import amask, mask
from .scrubbing import unforeseen

log = logging.getLogger(__name__)
_told_already: set[tuple[str, str]] = set()

LOOK_UP_S = 30.0
"""Seconds after which a look-up is given up."""


def account_behind(
    vendor: Vendor, conn_id: str, conn_type: str, *, region: str | None, project_id: str | None
) -> tuple[Account, str]:
    """The account behind a connection, on a worker, and a warning about names in its extra that nothing reads.

    :raises ConfigError: when it does not exist or cannot be used.
    :raises ConnectionUnavailable: when it could not be looked up; later it may.
    """
    connection: Any = find(conn_id, conn_type)
    try:
        extra = connection.extra_dejson
        if not isinstance(connection, Connection):
            mask(extra)  # Airflow's model registers secrets with another masker than that of the task's log
        account = account_from(vendor, connection, extra, region=region, project_id=project_id)
        return account, unread_in(connection, extra)
    except MediaJobsError:
        raise
    except Exception as trouble:  # noqa: BLE001  # whatever a backend has handed out does
        error = unforeseen(conn_id, trouble)
    raise error


def find(conn_id: str, conn_type: str) -> Connection:
    """The connection, on a worker.

    :param conn_type: the expected type, for the message.
    :raises ConfigError: when it does not exist, cannot be read, or access to it is denied.
    :raises ConnectionUnavailable: when it could not be looked up; later it may.
    """
    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        error = _hidden_trouble(conn_id) or ConfigError(
            f"connection {conn_id!r} does not exist; create it with type {conn_type}, "
            f"or set AIRFLOW_CONN_{conn_id.upper()}"
        )
    except Exception as trouble:  # noqa: BLE001  # whatever a backend raises
        error = _told(conn_id, trouble)
    raise error  # raised outside the handler: the backend's message in a traceback may be secret


async def account_of(vendor: Vendor, conn_id: str, region: str | None, project_id: str | None) -> Account:
    """The account behind a connection, for a trigger. A worker has read the connection before, so it exists.

    :raises ConfigError: when its present content cannot be used.
    :raises ConnectionUnavailable: when it could not be looked up, missing or not; later it may.
    """
    try:
        async with asyncio.timeout(LOOK_UP_S):
            connection, extra = await _alook_up(conn_id)
        account = account_from(vendor, connection, extra, region=region, project_id=project_id)
        _tell_once(conn_id, unread_in(connection, extra))
    except MediaJobsError:
        raise
    except AirflowNotFoundException as trouble:
        error = await _ahidden_trouble(conn_id, trouble)
    except Exception as trouble:  # noqa: BLE001
        error = unforeseen(conn_id, trouble)
    else:
        await _masked(conn_id, account)
        return account
    raise error


def _tell_once(conn_id: str, unread: str) -> None:
    """Log a warning about a connection once a process: a triggerer reads it for every wait, and every hour."""
    if unread and (conn_id, unread) not in _told_already:
        _told_already.add((conn_id, unread))
        log.warning("connection %r: %s", conn_id, unread)


async def _ahidden_trouble(conn_id: str, otherwise: Exception) -> ConnectionUnavailable:
    """The error that kept Airflow from finding the connection; the API server is not asked again."""
    from asgiref.sync import sync_to_async

    try:
        async with asyncio.timeout(LOOK_UP_S):
            await sync_to_async(_ask_all)(conn_id, remote=False)
    except Exception as trouble:  # noqa: BLE001
        return unforeseen(conn_id, trouble)
    return unforeseen(conn_id, otherwise)


async def _masked(conn_id: str, account: Account) -> None:
    """The account, with secrets from the environment masked; Airflow masks those of the connection."""
    try:
        async with asyncio.timeout(LOOK_UP_S):
            for secret in account.credentials.secrets:
                await amask(secret)
    except Exception as trouble:  # noqa: BLE001
        error = ConnectionUnavailable(f"secrets of {conn_id!r} could not be masked ({type(trouble).__name__})")
    else:
        return
    raise error


async def _alook_up(conn_id: str) -> tuple[Any, object]:
    from asgiref.sync import sync_to_async

    if hasattr(Connection, "aextra_dejson"):
        connection: Any = await BaseHook.aget_connection(conn_id)
    else:  # before Airflow 3.3 the asynchronous look-up blocks the loop to mask secrets
        connection = await sync_to_async(BaseHook.get_connection)(conn_id)
    decode = getattr(connection, "aextra_dejson", None)
    if decode is not None:
        return connection, await decode()
    extra = await sync_to_async(lambda: connection.extra_dejson)()
    if not isinstance(connection, Connection):
        await amask(extra)
    return connection, extra


def _hidden_trouble(conn_id: str) -> MediaJobsError | None:
    """The error that kept Airflow from finding the connection; ``None`` where the connection does not exist."""
    try:
        found = _ask_all(conn_id, remote=True)
    except Exception as trouble:  # noqa: BLE001
        return _told(conn_id, trouble)
    return ConnectionUnavailable(f"connection {conn_id!r} was not found at first, then it was") if found else None


def _ask_all(conn_id: str, *, remote: bool) -> bool:
    """Whether one of the backends has the connection now; raises the first error of a backend.

    :param remote: whether to ask Airflow's API server, too.
    """
    try:
        from airflow.sdk.execution_time.secrets import ExecutionAPISecretsBackend
        from airflow.sdk.execution_time.supervisor import ensure_secrets_backend_loaded
    except ImportError:  # private names: where an Airflow has others, its own answer stands
        return False
    for backend in ensure_secrets_backend_loaded():
        if isinstance(backend, ExecutionAPISecretsBackend):
            if remote and _ask_airflow(conn_id) is not None:
                return True
        elif found := backend.get_connection(conn_id=conn_id):
            # As in Airflow: a backend without the method has no connections.
            found.get_uri(), found.password, found.extra
            return True
    return False


def _ask_airflow(conn_id: str) -> Any:
    """Ask the API server directly: its backend hides errors and returns None for them."""
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection

    answer = task_runner.SUPERVISOR_COMMS.send(GetConnection(conn_id=conn_id))
    if not isinstance(answer, ErrorResponse):
        return answer
    if answer.error.value == "CONNECTION_NOT_FOUND":
        return None
    raise AirflowRuntimeError(answer)


def _told(conn_id: str, trouble: Exception) -> MediaJobsError:
    """The error for a failed look-up, on a worker."""
    said = _said(trouble)
    if isinstance(trouble, AirflowSecretsBackendAccessDenied):
        return ConfigError(f"connection {conn_id!r} is withheld from this task ({said}); grant it access")
    # By Airflow's parser or configuration. ValueErrors that are OSErrors as well come from the network.
    if isinstance(trouble, ValueError | TypeError | AirflowException) and not isinstance(trouble, OSError):
        return ConfigError(
            f"connection {conn_id!r} cannot be read ({said}); write it as JSON or as a URI, "
            "and check the configuration of the secrets backend"
        )
    return ConnectionUnavailable(f"connection {conn_id!r} could not be looked up ({said})")


def _said(trouble: Exception) -> str:
    """An error by its type and errno text: a backend's own message may hold a secret."""
    name = type(trouble).__name__
    if isinstance(trouble, AttributeError) and trouble.name:
        return f"{name}: {type(trouble.obj).__name__} has no {trouble.name!r}"
    if isinstance(trouble, ImportError) and trouble.name:
        return f"{name}: {trouble.name}"
    if isinstance(trouble, OSError) and isinstance(trouble.errno, int):
        return f"{name}: {os.strerror(trouble.errno)}"
    return name


def ids_in_database() -> set[str]:
    """Ids of the connections in Airflow's metadata database, for commands; none where it cannot be read."""
    from airflow.models import Connection as Model
    from airflow.utils.session import create_session

    try:
        with create_session() as session:
            return {row[0] for row in session.query(Model.conn_id)}
    except Exception:  # noqa: BLE001  # whatever stands in for a database does: it is not what was asked for
        return set()
