# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What was asked of the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..core.emulation import Call
from ..core.http import Pairs


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request that was served, without its secrets.

    :param status: HTTP status of the answer; ``None`` where there was none.
    :param code: the vendor's code, where it refused.
    :param faults: what struck it.
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
        """The operation's name on the vendor's page."""
        return self.call.action

    @property
    def product(self) -> str | None:
        """The vendor's product."""
        return self.call.product

    @property
    def kind(self) -> str | None:
        """The kind of job it was about."""
        return self.call.kind

    @property
    def ids(self) -> Pairs:
        """The ids it named."""
        return self.call.ids

    def to_dict(self) -> dict[str, Any]:
        """As the control API shows it."""
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
