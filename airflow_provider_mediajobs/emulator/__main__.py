# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``python -m airflow_provider_mediajobs.emulator``: serves an emulated world on a loopback port, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from ..core.errors import ParameterError
from .control import PREFIX
from .identity import DEFAULT_DOMAIN, DEFAULT_PROVIDER, Identity, role_arn
from .server import EmulatorServer
from .world import DEFAULT_ACCESS_KEY, DEFAULT_PROJECT_ID, DEFAULT_SECRET_KEY, World

_ABOUT = f"""Serve the media-job APIs of Alibaba Cloud and Huawei Cloud, emulated on one loopback port, until Ctrl-C.
The first line of the output is the URL; put its host and port, and the schema http, into an Airflow connection.

Example:
  python -m airflow_provider_mediajobs.emulator --port 8181 --access-key ID:SECRET

Jobs and faults are added while it runs, by the JSON control API below {PREFIX}.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the emulator, print its URL (alone on the first line) and what a client needs, and serve until interrupted.

    :param arguments: the command line's arguments; those of the process by default.
    :returns: the exit status.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        server = EmulatorServer(make_world(given), given.host, given.port)
    except (ParameterError, OSError) as error:
        parser.error(str(error))
    _interrupt_on_signals()
    with suppress(KeyboardInterrupt):
        # One write: a reader that takes the first line only and closes the pipe must not end this process.
        print("\n".join([server.url, *_greeting(given, server.url)]), flush=True)
        server.serve()
    server.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m airflow_provider_mediajobs.emulator",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1", help="loopback address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", metavar="N", type=int, default=0, help="port to listen on (default: 0, which takes any free port)"
    )
    parser.add_argument(
        "--access-key",
        type=_pair("ID:SECRET"),
        action="append",
        metavar="ID:SECRET",
        help="accept this access key, in place of the default; may be repeated "
        f"(default: {DEFAULT_ACCESS_KEY}:{DEFAULT_SECRET_KEY})",
    )
    parser.add_argument(
        "--project-id",
        metavar="ID",
        default=DEFAULT_PROJECT_ID,
        help="the Huawei Cloud project whose jobs are emulated (default: %(default)s)",
    )
    parser.add_argument(
        "--security-token",
        metavar="TOKEN",
        help="treat the access keys as temporary: their requests must carry this security token (default: none)",
    )
    parser.add_argument(
        "--auth-token",
        metavar="TOKEN",
        help="accept requests to Huawei Cloud's APIs that carry this token as X-Auth-Token (default: none)",
    )
    parser.add_argument(
        "--job-seconds",
        type=_range,
        default=(12.0, 20.0),
        metavar="MIN:MAX",
        help="shortest and longest duration, in seconds, of jobs that are submitted or added without a script "
        "(default: 12:20)",
    )
    parser.add_argument(
        "--no-quotas",
        action="store_true",
        help="answer any number of calls (default: calls over the vendors' limits are throttled)",
    )
    _add_identity(parser)
    return parser


def _add_identity(parser: argparse.ArgumentParser) -> None:
    """Add the options of the identity services. External ids, durations and domains: by the control API only."""
    identity = parser.add_argument_group(
        "identity services", "the services that issue temporary keys and tokens; none of these is set by default"
    )
    identity.add_argument(
        "--lifetime",
        type=float,
        metavar="SECONDS",
        help="lifetime of issued temporary keys and IAM tokens, in seconds (default: what the client asks for)",
    )
    for flag, name, purpose in (
        ("--role", "NAME", "Alibaba Cloud RAM role that the access keys may assume (AssumeRole)"),
        ("--oidc-role", "NAME", "Alibaba Cloud RAM role that OIDC tokens may assume (AssumeRoleWithOIDC)"),
        ("--oidc-token", "TOKEN", "OIDC token, any text, with which the roles of --oidc-role can be assumed"),
        ("--agency", "NAME", "Huawei Cloud agency that the access keys may assume"),
    ):
        identity.add_argument(flag, action="append", default=[], metavar=name, help=f"{purpose}; may be repeated")
    identity.add_argument(
        "--user",
        type=_pair("NAME:PASSWORD"),
        action="append",
        default=[],
        metavar="NAME:PASSWORD",
        help=f"Huawei Cloud IAM user of the account {DEFAULT_DOMAIN}; may be repeated",
    )
    identity.add_argument(
        "--instance-role", metavar="NAME", help="RAM role whose keys Alibaba Cloud's metadata service issues"
    )
    identity.add_argument(
        "--instance-agency", metavar="NAME", help="agency whose keys Huawei Cloud's metadata service issues"
    )


def _pair(form: str) -> Callable[[str], tuple[str, str]]:
    def pair(text: str) -> tuple[str, str]:
        name, colon, secret = text.partition(":")
        if not (name and colon and secret):
            raise argparse.ArgumentTypeError(f"write {form}")
        return name, secret

    return pair


def _range(text: str) -> tuple[float, float]:
    low, _, high = text.partition(":")
    try:
        numbers = float(low), float(high)
    except ValueError:
        raise argparse.ArgumentTypeError("write MIN:MAX, in seconds") from None
    if not 0 <= numbers[0] <= numbers[1]:
        raise argparse.ArgumentTypeError("write MIN:MAX, ascending and not negative")
    return numbers


def make_world(given: argparse.Namespace) -> World:
    """A world as the command line's options describe it. It runs on the real clock.

    :raises ParameterError: for an option's value that the world refuses.
    """
    keys = dict(given.access_key or [(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)])
    world = World(
        now=lambda: datetime.now(UTC),
        keys=keys,
        project_id=given.project_id,
        job_seconds=given.job_seconds,
        limits=not given.no_quotas,
    )
    for access_key, secret_key in keys.items() if given.security_token else ():
        world.add_key(access_key, secret_key, given.security_token)
    if given.auth_token:
        world.add_auth_token(given.auth_token)
    _introduce(world.identity, given)
    return world


def _introduce(identity: Identity, given: argparse.Namespace) -> None:
    identity.set(lifetime=given.lifetime, instance_role=given.instance_role, instance_agency=given.instance_agency)
    for role in given.role:
        identity.add_role(role)
    for role in given.oidc_role:
        identity.add_role(role, provider=DEFAULT_PROVIDER)
    for token in given.oidc_token:
        identity.add_oidc_token(token)
    for agency in given.agency:
        identity.add_agency(agency)
    for name, password in given.user:
        identity.add_user(name, password)


def _greeting(given: argparse.Namespace, url: str) -> list[str]:
    """What a client needs to know. Secrets given by the user are not printed; the default secret is no real one."""
    own = [f"access key   {access_key}" for access_key, _ in given.access_key or ()]
    default = [f"access key   {DEFAULT_ACCESS_KEY}", f"secret key   {DEFAULT_SECRET_KEY}"]
    roles = [f"role         {role_arn(name)}" for name in (*given.role, *given.oidc_role)]
    roles += [f"provider     {DEFAULT_PROVIDER}"] if given.oidc_role else []
    project = f"project id   {given.project_id}"
    return [*(own or default), project, *roles, f"control      {url}{PREFIX}", "Ctrl-C stops it."]


def _interrupt_on_signals() -> None:
    """Raise ``KeyboardInterrupt`` at the first SIGINT or SIGTERM; ignore further ones while the server shuts down."""

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)


if __name__ == "__main__":
    sys.exit(main())
