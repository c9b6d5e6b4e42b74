# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulator's record of the requests it served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..core.emulation import Call
from ..core.http import Pairs


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request that the emulator served, without its secrets.

    :param at: when it was served, by the world's clock.
    :param call: the operation and its parameters.
    :param status: HTTP status of the answer; ``None`` where a fault left no answer.
    :param code: the vendor's error code, where the request was refused.
    :param faults: types of the faults that applied to it.
    """

    at: datetime
    vendor: str
    method: str
    path: str
    call: Call
    status: int | None
    code: str | None
    faults: tuple[str, ...]

    @property
    def action(self) -> str:
        """The operation, as the vendor's page names it."""
        return self.call.action

    @property
    def product(self) -> str | None:
        """The vendor's product."""
        return self.call.product

    @property
    def kind(self) -> str | None:
        """The kind of the jobs it asked for; ``None`` for requests that are not about jobs."""
        return self.call.kind

    @property
    def ids(self) -> Pairs:
        """The ids that the request named."""
        return self.call.ids

    def to_dict(self) -> dict[str, Any]:
        """The request as the control API shows it."""
        return {
            "at": self.at.isoformat(),
            "vendor": self.vendor,
            "method": self.method,
            "path": self.path,
            **{name: getattr(self.call, name) for name in ("product", "action", "kind", "ids", "parameters")},
            "status": self.status,
            "code": self.code,
            "faults": self.faults,
        }
