# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A separate Airflow that logs all it can, and everything that it writes anywhere."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow_provider_mediajobs.cli.stack import PROJECT_ID, airflow_environment
from airflow_provider_mediajobs.emulator.identity import DEFAULT_DOMAIN, DEFAULT_PROVIDER, role_arn
from airflow_provider_mediajobs.emulator.server import EmulatorServer

from ..leaks import Leak, Secrets
from ..proxy import Proxy
from .overhearing import OverhearingWorld
from .patience import until
from .secret_dags.system_secrets import FAILED, MPC, OPEN, REFUSED, TOLD, VOD, ids
from .stack import COMPONENTS, HERE, SAME_CODE, SETTINGS, Stack
from .stories import OVER

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Engine

DAG_ID = "system_secrets"
RUN = "secrets"
LIFETIME_S = 8.0
# With letters that every way of writing them down writes differently.
SECRETS = {
    "secret of the key": "the/right+secret=of the key %41",
    "secret of the temporary key": "the/right+secret=of the temporary key",
    "wrong secret": "a/wrong+secret=of somebody",
    "security token": "CAIS+a/security==token?of&the temporary key",
    "password of the user": 'p4ss"w\\ord/+= of the user',
    "wrong password": 'wr0ng"p4ss\\word/+=',
    "OIDC token": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhaXJmbG93In0.c2lnbmF0dXJlLW9m_-LXRlc3Q",
    "password of the proxy": "pr0xy:p4ss/w@rd+=é",
    "wrong password of the proxy": "wr0ng:pr0xy/p4ss@w0rd",
}
KEY, TEMPORARY_KEY = "loud-access-key", "loud-temporary-key"
USER, ROLE, OIDC_ROLE, AGENCY = "loud-user", "loud-role", "loud-oidc-role", "loud-agency"
EXTERNAL_ID = "loud-external-id"  # as the vendor has it, no secret: it names for whom a role is assumed
_DONE = {VOD: ("Processing", "CompleteAllSucc"), MPC: ("PROCESSING", "SUCCEEDED")}


@dataclass(frozen=True, slots=True)
class Written:
    """All that was written until the end.

    :param states: of tasks, by their ids.
    :param texts: by where they were found.
    """

    world: OverhearingWorld
    states: Mapping[str, str]
    texts: Mapping[str, str]
    seconds: float

    def leaks(self) -> set[Leak]:
        """In whatever place."""
        secrets = Secrets(SECRETS | self.world.handed_out() | self.world.heard)
        return {leak for where, text in self.texts.items() for leak in secrets.leaks(where, text)}


class LoudStack(Stack):
    """Boots beside the other one, and leaves this process's own Airflow alone.

    :param outside: folder that Airflow does not write to.
    """

    dags = HERE / "secret_dags"
    components = COMPONENTS | {"triggerer": ("triggerer", "--skip-serve-logs")}

    def __init__(self, home: Path, database: Mapping[str, str], outside: Path) -> None:
        super().__init__(home, database)
        self.world = OverhearingWorld(
            now=lambda: datetime.now(UTC), keys={KEY: SECRETS["secret of the key"]}, project_id=PROJECT_ID
        )
        self._server = EmulatorServer(self.world)
        self._proxy = Proxy("loud-proxy-user", SECRETS["password of the proxy"])
        self._token_file = outside / "oidc-token"
        self._rows: dict[str, set[str]] = {}

    def boot(self, patch: pytest.MonkeyPatch) -> None:
        """All of it, a triggerer too."""
        self._proxy.__enter__()
        self._prepare()
        self._start_airflow()
        self._add_connections()

    def stop(self) -> None:
        self._processes.stop()
        self._server.stop()
        self._proxy.__exit__(None, None, None)

    def run(self) -> Written:
        """To the end of every task, and of all processes: some tell most when they end."""
        engine = self._engine()
        begun = time.monotonic()
        self._add_jobs()
        self.ask(f"dags/{DAG_ID}/dagRuns", {"dag_run_id": RUN, "logical_date": None})
        until("every wait", lambda: self._are_over(engine), seconds=400, every=1, check=self.check)
        states = self._states()
        self._processes.stop()
        self._read_rows(engine)
        engine.dispose()
        return Written(self.world, states, dict(self._texts()), time.monotonic() - begun)

    # --- what there is to find ----------------------------------------------------------------------------------

    def _texts(self) -> Iterator[tuple[str, str]]:
        for table, found in self._rows.items():
            yield f"table {table}", "\n".join(found)
        database = Path(urlsplit(self._database["DATABASE__SQL_ALCHEMY_CONN"]).query.partition("=")[2])
        for path in (*self.home.rglob("*"), *database.glob("*.log")):
            if path.is_file():
                yield f"{path.parent.name}/{path.name}", path.read_bytes().decode("utf-8", "replace")
        yield "the emulator's requests", json.dumps([request.to_dict() for request in self.world.requests])
        yield "the emulator's control panel", json.dumps([self.control(what) for what in ("", "identity", "requests")])

    def _read_rows(self, engine: Engine) -> None:
        """Every row of every table as text, also what is there for a moment only; triggers' arguments in clear."""
        from cryptography.fernet import Fernet
        from sqlalchemy import inspect, text

        with engine.connect() as connection:
            for table in inspect(connection).get_table_names():
                rows = connection.scalars(text(f'SELECT row_to_json(t)::text FROM "{table}" t'))
                self._rows.setdefault(table, set()).update(rows)
            key = Fernet(self._environment["AIRFLOW__CORE__FERNET_KEY"])
            stored = connection.scalars(text("SELECT kwargs FROM trigger"))
            arguments = [row if row.startswith("{") else key.decrypt(row.encode()).decode() for row in stored]
            self._rows.setdefault("trigger (decrypted)", set()).update(arguments)

    def _engine(self) -> Engine:
        from sqlalchemy import create_engine

        return create_engine(self._database["DATABASE__SQL_ALCHEMY_CONN"])

    def _states(self) -> dict[str, str]:
        instances = self.ask(f"dags/{DAG_ID}/dagRuns/{RUN}/taskInstances?limit=100")["task_instances"]
        return {instance["task_id"]: instance["state"] for instance in instances}

    def _are_over(self, engine: Engine) -> bool:
        self._read_rows(engine)
        states = self._states()
        return bool(states) and all(state in OVER for state in states.values())

    # --- what runs ----------------------------------------------------------------------------------------------

    def _start_emulator(self) -> None:
        self._introduce()
        self.emulator = self._server.start().url

    def _introduce(self) -> None:
        world, identity = self.world, self.world.identity
        world.add_key(TEMPORARY_KEY, SECRETS["secret of the temporary key"], SECRETS["security token"])
        identity.set(lifetime=LIFETIME_S, instance_role="loud-instance-role", instance_agency="loud-instance-agency")
        identity.add_role(ROLE, external_id=EXTERNAL_ID)
        identity.add_role(OIDC_ROLE, provider=DEFAULT_PROVIDER)
        identity.add_oidc_token(SECRETS["OIDC token"])
        identity.add_agency(AGENCY)
        identity.add_user(USER, SECRETS["password of the user"])
        self._token_file.write_text(SECRETS["OIDC token"] + "\n")
        # Half of an answer that hands something out is no JSON, and what is no JSON is shown.
        for action, times in {"AssumeRole": 2, "AssumeRoleWithOIDC": 1, "CreateTemporaryAccessKeyByAgency": 1}.items():
            world.add_fault("truncated", action=action, times=times)

    def _add_jobs(self) -> None:
        """Those of waits are over at the third look, which is the triggerer's second at least.

        They are old, since the looks at young ones come closer together than credentials are renewed.
        """
        for name, (kind, *_) in (OPEN | REFUSED | TOLD | FAILED).items():
            runs, done = _DONE.get(kind, ("Processing", "Success"))
            self.world.add_job(kind, ids(kind, name), script=[(runs, 0), (done, 2)], by="looks", age=600)

    def _airflow(self) -> dict[str, str]:
        from cryptography.fernet import Fernet

        own = {
            **SETTINGS,
            **self._database,
            "LOGGING__LOGGING_LEVEL": "DEBUG",
            "CORE__FERNET_KEY": Fernet.generate_key().decode(),
        }
        environment = airflow_environment(os.environ, self.home, self._port, {})
        return environment | SAME_CODE | {f"AIRFLOW__{name}": value for name, value in own.items()}

    def _add_connections(self) -> None:
        """As people do, through Airflow's API, which keeps an audit log."""
        for conn_id, (vendor, login, password, extra) in self._connections().items():
            address = urlsplit(self.emulator)
            common = {"region": "cn-shanghai"} if vendor == "alibaba" else {"project_id": PROJECT_ID}
            fields = {"connection_id": conn_id, "conn_type": f"{vendor}_mediajobs", "login": login}
            secret = {"password": SECRETS[password] if password else None, "extra": json.dumps(common | extra)}
            place = {"schema": address.scheme, "host": address.hostname, "port": address.port}
            self.ask("connections", {**fields, **secret, **place})

    def _connections(self) -> dict[str, tuple[str, str | None, str | None, dict[str, str]]]:
        """Vendor, login, the name of the password, extra."""
        role = {"credentials": "assume_role", "role_arn": role_arn(ROLE), "external_id": EXTERNAL_ID}
        proxied = {**role, "proxy": self._proxy.url()}
        token = {"security_token": SECRETS["security token"]}
        agency = {"credentials": "agency", "agency_name": AGENCY, "domain_name": DEFAULT_DOMAIN}
        user = {"credentials": "iam_user", "domain_name": DEFAULT_DOMAIN}
        oidc = {"role_arn": role_arn(OIDC_ROLE), "oidc_token_file": str(self._token_file)}
        key, wrong = "secret of the key", "wrong secret"
        return {
            "role": ("alibaba", KEY, key, proxied),
            "role_by_hmac_sha1": ("alibaba", KEY, key, {**role, "signature": "HMAC-SHA1"}),
            "role_mismatch": ("alibaba", KEY, wrong, role),
            "instance_role": ("alibaba", None, None, {"credentials": "ecs_ram_role"}),
            "oidc": ("alibaba", None, None, {"credentials": "oidc", "oidc_provider_arn": DEFAULT_PROVIDER, **oidc}),
            "user": ("huawei", USER, "password of the user", {**user, "proxy": self._proxy.url()}),
            "wrong_user": ("huawei", USER, "wrong password", user),
            "agency": ("huawei", KEY, key, {**agency, "proxy": self._proxy.url()}),
            "instance_agency": ("huawei", None, None, {"credentials": "ecs_agency"}),
            "mismatch": ("alibaba", TEMPORARY_KEY, wrong, token),
            "mismatch_by_hmac_sha1": ("alibaba", TEMPORARY_KEY, wrong, {**token, "signature": "HMAC-SHA1"}),
            "mismatch_of_huawei": ("huawei", TEMPORARY_KEY, wrong, token),
            "stranger_to_the_proxy": (
                "alibaba",
                KEY,
                key,
                {**role, "proxy": self._proxy.url(SECRETS["wrong password of the proxy"])},
            ),
        }
