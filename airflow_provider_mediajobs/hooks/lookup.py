"""Finds an Airflow connection, and tells a missing one from one that cannot be looked up now.

Airflow asks its secrets backends in turn, passes over those that break, and says "isn't defined" in the end: to it, a
vault that is down and an API server that restarts are a typing mistake. A typing mistake must end a wait at once and
the others may only delay it, so after that answer each backend is asked once more, and those that break are heard.
"""

from __future__ import annotations

import asyncio
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
from ..core.kind import Vendor
from .account import account_from
from .masking import amask
from .scrubbing import unforeseen

LOOK_UP_S = 30.0
"""Seconds after which a secrets backend that does not answer is out of reach."""


def find(conn_id: str, conn_type: str) -> Connection:
    """The connection.

    :param conn_type: what it should be of, for the message.
    :raises ConfigError: when it does not exist, cannot be read, or is withheld: somebody has to act.
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
    raise error  # out here, so that no traceback shows what a backend said: it may be secret


async def account_of(vendor: Vendor, conn_id: str, region: str | None, project_id: str | None) -> Account:
    """The account behind a connection, for a trigger. A worker has read the same connection before.

    :raises ConfigError: when it cannot be used as it is now.
    :raises ConnectionUnavailable: when it could not be looked up, missing or not; later it may.
    """
    try:
        async with asyncio.timeout(LOOK_UP_S):
            connection, extra = await _alook_up(conn_id)
    except Exception as trouble:  # noqa: BLE001
        error = unforeseen(conn_id, trouble)
    else:
        account = account_from(vendor, connection, extra, region=region, project_id=project_id)
        await _masked(conn_id, account)
        return account
    raise error


async def _masked(conn_id: str, account: Account) -> None:
    """Airflow knows the secrets of the connection, not those of the environment."""
    try:
        async with asyncio.timeout(LOOK_UP_S):
            for secret in account.credentials.secrets:
                await amask(secret)
    except Exception as trouble:  # noqa: BLE001
        error = ConnectionUnavailable(f"secrets of {conn_id!r} could not be masked ({type(trouble).__name__})")
    else:
        return
    raise error


async def _alook_up(conn_id: str) -> tuple[Connection, object]:
    if hasattr(Connection, "aextra_dejson"):
        connection = await BaseHook.aget_connection(conn_id)
        return connection, await connection.aextra_dejson()
    # Before Airflow 3.3 the asynchronous look-up masks secrets by a call that blocks the loop.
    from asgiref.sync import sync_to_async

    connection = await sync_to_async(BaseHook.get_connection)(conn_id)
    return connection, await sync_to_async(lambda: connection.extra_dejson)()


def _hidden_trouble(conn_id: str) -> MediaJobsError | None:
    """What kept Airflow from finding the connection; ``None`` where it is just not there."""
    try:
        from airflow.sdk.execution_time.supervisor import ensure_secrets_backend_loaded
    except ImportError:  # not a public name: with an Airflow that has another, Airflow's own word must do
        return None
    for backend in ensure_secrets_backend_loaded():
        try:
            found = _ask(backend, conn_id)
        except Exception as trouble:  # noqa: BLE001
            return _told(conn_id, trouble)
        if found is not None:
            return ConnectionUnavailable(f"connection {conn_id!r} was not found at first, then it was")
    return None


def _ask(backend: Any, conn_id: str) -> Any:
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection
    from airflow.sdk.execution_time.secrets import ExecutionAPISecretsBackend

    if not isinstance(backend, ExecutionAPISecretsBackend):
        return backend.get_connection(conn_id=conn_id)
    # The one that speaks to Airflow's API server answers trouble with "none". Ask as it does, and look at the answer.
    answer = task_runner.SUPERVISOR_COMMS.send(GetConnection(conn_id=conn_id))
    if not isinstance(answer, ErrorResponse):
        return answer
    if answer.error.value == "CONNECTION_NOT_FOUND":
        return None
    raise AirflowRuntimeError(answer)


def _told(conn_id: str, trouble: Exception) -> MediaJobsError:
    """An error by its type alone."""
    name = type(trouble).__name__
    if isinstance(trouble, AirflowSecretsBackendAccessDenied):
        return ConfigError(f"connection {conn_id!r} is withheld from this task ({name}); grant it access")
    # Of Airflow's parser, or of its configuration. Those ValueErrors that are OSErrors too are the network's.
    if isinstance(trouble, ValueError | TypeError | AirflowException) and not isinstance(trouble, OSError):
        return ConfigError(
            f"connection {conn_id!r} cannot be read ({name}); write it as JSON or as a URI, "
            "and check the configuration of the secrets backend"
        )
    return ConnectionUnavailable(f"connection {conn_id!r} could not be looked up ({name})")
