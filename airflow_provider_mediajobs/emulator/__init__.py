# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A local world where the vendors live, for tests, demos and the vendors' own SDKs.

:class:`World` holds jobs, keys and faults; :class:`EmulatorTransport` lets this package's client talk to it in memory,
:class:`EmulatorServer` (in ``emulator.server``) lets anybody talk to it through a loopback socket.
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
