# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``mediajobs doctor``: tries a connection, permission by permission."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaJobsError, ParameterError
from ..core.http import Transport
from .arguments import CONN_ID, JSON, PROJECT_ID, REGION, add_all, argument
from .environment import command_line, complain, console, vendor_behind

if TYPE_CHECKING:
    from ..core.kind import JobKind
    from ..core.vendor import Vendor
    from ..hooks.media import MediaHook
    from .examination import Report

NAME = "doctor"
HELP = "check a connection: endpoints, clock, permissions, quotas"
ABOUT = """Check a connection. Prints the vendor's endpoints, whether this machine's clock agrees with the vendor's,
which permissions the key has, the limits on calls that are assumed, and the smallest policy that grants the
permissions: a RAM policy for Alibaba Cloud, an IAM custom policy for Huawei Cloud.

Each permission is tried by one harmless call about a job that cannot exist. After the first authentication failure
no further call is made, because Huawei Cloud locks a key after five in a row. Permissions to submit jobs are listed
but never tried, because a try would submit a job.

Examples:
  mediajobs doctor huawei_mediajobs_default
  mediajobs doctor alibaba_mediajobs_default --kind alibaba.vod.transcode --submit

Exit codes:
  0  sensors have all permissions that they need; with --submit, operators can find their jobs, too
  1  a permission is denied or could not be checked, or the quota storage (where one is configured) is out of order
  2  an argument or the connection is wrong; no permission was tried
"""
ARGUMENTS = (
    CONN_ID,
    argument(
        "--kind",
        action="append",
        default=[],
        metavar="KIND",
        help="check for this kind of job only, for example huawei.mpc.editing; may be repeated (default: all kinds of "
        "the connection's vendor)",
    ),
    argument(
        "--submit",
        action="store_true",
        help="also try the permissions by which operators find jobs they submitted, and add all permissions of "
        "operators to the policy; nothing is submitted",
    ),
    argument(
        "--cancel",
        action="store_true",
        help="add the permissions to cancel jobs to the policy; they are not tried, and nothing is cancelled",
    ),
    REGION,
    PROJECT_ID,
    JSON,
)


def add_to(subparsers: Any) -> None:
    """Add the command and its arguments."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser(NAME, help=HELP, description=ABOUT, formatter_class=raw)
    add_all(parser, ARGUMENTS)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """:returns: the exit code."""
    with command_line() as out:
        try:
            report, unread = _report(given)
        except MediaJobsError as error:
            complain(NAME, error, given.conn_id)
            return 2
        if given.json:
            print(json.dumps({**report.to_dict(), "unread": unread or None}, indent=2), file=out)
        else:
            from .doctor_view import view

            if unread:
                print(f"connection {given.conn_id!r}: {unread}\n", file=out)
            console(out).print(view(report))
        return 0 if report.well else 1


def _report(given: argparse.Namespace) -> tuple[Report, str]:
    """The report, and a warning about names in the connection's extra."""
    from ..clock import utc_now
    from ..hooks.quota_storage import trouble
    from ..transports.blocking import BlockingTransport
    from .comparing import Comparing
    from .examination import Report, examine, plan

    vendor = vendor_behind(given.conn_id, given.kind)
    kinds = _kinds(vendor, given.kind)
    with closing(_hook(vendor, given)) as first:
        account = first.account
    given.project_id = account.project_id  # the account may have been looked up
    with BlockingTransport(account.http) as transport:
        comparing = Comparing(transport, utc_now)
        hook = _hook(vendor, given, comparing)
        findings = tuple(examine(vendor, account, plan(kinds, submit=given.submit), hook.run))
    told = (comparing.skew, given.cancel, given.submit, trouble())
    return Report(given.conn_id, vendor, account, kinds, findings, *told), first.unread


def _kinds(vendor: Vendor, names: list[str]) -> tuple[JobKind, ...]:
    valid = {kind.name: kind for kind in vendor.kinds}
    for name in names:
        if name not in valid:
            raise ParameterError(f"kind {name!r} is not a kind of {vendor.title}; valid kinds: {', '.join(valid)}")
    return tuple(valid[name] for name in dict.fromkeys(names)) or vendor.kinds


def _hook(vendor: Vendor, given: argparse.Namespace, transport: Transport | None = None) -> MediaHook:
    from ..hooks import hook_class

    return hook_class(vendor)(given.conn_id, region=given.region, project_id=given.project_id, transport=transport)
