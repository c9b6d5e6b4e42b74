# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""An emulator of the vendors' job APIs, for tests, demos and the vendors' own SDKs.

:class:`World` holds the emulated jobs, keys and faults. :class:`EmulatorTransport` connects this package's client to it
in memory; :class:`EmulatorServer` (in ``emulator.server``) serves it over HTTP on a loopback port.
"""

from __future__ import annotations

from .catalogue import KINDS
from .faults import Fault, What
from .identity import DEFAULT_DOMAIN, DEFAULT_PROVIDER, Identity
from .record import RequestRecord
from .script import Job, Script
from .transport import EmulatorTransport
from .world import DEFAULT_ACCESS_KEY, DEFAULT_PROJECT_ID, DEFAULT_SECRET_KEY, World

__all__ = [
    "DEFAULT_ACCESS_KEY",
    "DEFAULT_DOMAIN",
    "DEFAULT_PROJECT_ID",
    "DEFAULT_PROVIDER",
    "DEFAULT_SECRET_KEY",
    "KINDS",
    "EmulatorTransport",
    "Fault",
    "Identity",
    "Job",
    "RequestRecord",
    "Script",
    "What",
    "World",
]
