"""``python -m airflow_provider_mediajobs.emulator``: the world on a loopback port, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from ..core.errors import ParameterError
from .control import PREFIX
from .server import EmulatorServer
from .world import DEFAULT_ACCESS_KEY, DEFAULT_PROJECT_ID, DEFAULT_SECRET_KEY, World


def main(arguments: Sequence[str] | None = None) -> int:
    """The URL alone on the first line, then what a client needs; then serve."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        server = EmulatorServer(make_world(given), given.host, given.port)
    except (ParameterError, OSError) as error:
        parser.error(str(error))
    _interrupt_on_signals()
    with suppress(KeyboardInterrupt):
        # In one piece: who reads only the first line and closes the pipe must not end us.
        print("\n".join([server.url, *_greeting(given, server.url)]), flush=True)
        server.serve()
    server.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m airflow_provider_mediajobs.emulator",
        description="Five media-job APIs of Alibaba Cloud and Huawei Cloud on one loopback port.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port (default: %(default)s)")
    parser.add_argument(
        "--access-key", type=_key, action="append", metavar="ID:SECRET", help="accept this key; repeatable"
    )
    parser.add_argument("--project-id", default=DEFAULT_PROJECT_ID, help="of Huawei's paths (default: %(default)s)")
    parser.add_argument("--security-token", help="make the keys temporary ones that need this token")
    parser.add_argument("--auth-token", help="accept this Huawei X-Auth-Token")
    parser.add_argument(
        "--job-seconds",
        type=_range,
        default=(12.0, 20.0),
        metavar="MIN:MAX",
        help="how long created jobs last (default: 12:20)",
    )
    parser.add_argument("--no-quotas", action="store_true", help="do not enforce the vendors' limits")
    return parser


def _key(text: str) -> tuple[str, str]:
    access_key, colon, secret_key = text.partition(":")
    if not (access_key and colon and secret_key):
        raise argparse.ArgumentTypeError("write ID:SECRET")
    return access_key, secret_key


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
    """The world that the options describe. Its clock is the real one."""
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
    return world


def _greeting(given: argparse.Namespace, url: str) -> list[str]:
    """Only the default secret is shown: it opens nothing else."""
    own = [f"access key   {access_key}" for access_key, _ in given.access_key or ()]
    default = [f"access key   {DEFAULT_ACCESS_KEY}", f"secret key   {DEFAULT_SECRET_KEY}"]
    return [*(own or default), f"project id   {given.project_id}", f"control      {url}{PREFIX}", "Ctrl-C stops it."]


def _interrupt_on_signals() -> None:
    """The first SIGINT or SIGTERM interrupts; more of them must not disturb the ending."""

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)


if __name__ == "__main__":
    sys.exit(main())
