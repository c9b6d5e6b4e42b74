# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What can go wrong, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from ..core.emulation import Call
from ..core.errors import ParameterError, TransportError
from ..core.http import HttpResponse


class What(StrEnum):
    """The sorts of fault."""

    THROTTLE = "throttle"
    """The vendor's answer to too many calls."""
    SERVER_ERROR = "server_error"
    """The vendor's own failure, with ``status`` (default 500)."""
    RESET = "reset"
    """The connection breaks instead of an answer."""
    HANG = "hang"
    """No answer comes. In memory this is a time-out at once."""
    ANSWER = "answer"
    """Something else answers: ``status`` (default 200), ``headers`` and ``body``, which is text, or JSON as a value."""
    HTML = "html"
    """A proxy's page instead of JSON, with ``status`` (default 502)."""
    TRUNCATED = "truncated"
    """Half the JSON, with a length to match."""
    SHORT_BODY = "short_body"
    """Half the body the length promised, then the end of the connection."""
    STATUS = "status"
    """Jobs show ``word`` instead of their own."""
    VANISH = "vanish"
    """Jobs are not shown."""
    CLOCK_SKEW = "clock_skew"
    """The vendor's clock is ``seconds`` ahead (or behind, when negative)."""
    DENY = "deny"
    """The key lacks the permission for what is asked."""
    REJECT_ID = "reject_id"
    """The vendor calls these ids wrong, and with them the whole request."""


@dataclass(slots=True, eq=False)
class Fault:
    """One thing that goes wrong, for the requests it fits.

    :param what: see :class:`What`.
    :param vendor: only for this vendor; so with ``product``, ``kind`` and ``action``.
    :param ids: only for jobs with these ids, or requests that name them.
    :param times: how many requests it still strikes; ``None`` until it is cleared.
    :param status: HTTP status of an error, where not the usual one.
    :param code: the vendor's code of an error, where not the usual one.
    :param retry_after: seconds the vendor asks to wait.
    :param headers: of an answer, with their names in lower case; likewise ``body``.
    """

    what: What
    vendor: str | None = None
    product: str | None = None
    kind: str | None = None
    action: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None
    status: int | None = None
    code: str | None = None
    word: str = ""
    seconds: float = 0.0
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ""

    def check(self) -> None:
        """:raises ParameterError: naming the field that makes no sense."""
        if not all(isinstance(value, str) for value in self.ids.values()):
            raise ParameterError("ids: every id must be text")
        if not all(isinstance(value, str) for value in self.headers.values()):
            raise ParameterError("headers: every header must be text")
        if (self.headers or self.body) and self.what is not What.ANSWER:
            raise ParameterError("headers and body: only an answer fault has them")
        if self.what is What.STATUS and not self.word:
            raise ParameterError("word: a status fault needs the word that jobs shall show")
        if self.what is What.CLOCK_SKEW and not self.seconds:
            raise ParameterError("seconds: a clock_skew fault needs to know by how much")
        if self.status is not None and not 200 <= self.status <= 599:
            raise ParameterError(f"status {self.status} is no HTTP status")
        if self.times is not None and self.times < 1:
            raise ParameterError(f"times must be 1 or more, or null until cleared, not {self.times}")

    def fits_call(self, vendor: str, call: Call) -> bool:
        """Whether it strikes a request as a whole."""
        return self._fits(vendor, call) and self.kind in {None, call.kind} and set(self.ids.items()) <= set(call.ids)

    def fits_job(self, vendor: str, call: Call, kind: str, ids: Mapping[str, str]) -> bool:
        """Whether it strikes one job within a request."""
        return self._fits(vendor, call) and self.kind in {None, kind} and self.ids.items() <= ids.items()

    def _fits(self, vendor: str, call: Call) -> bool:
        facts = ((self.vendor, vendor), (self.product, call.product), (self.action, call.action))
        return self.times != 0 and all(wanted in {None, given} for wanted, given in facts)

    def to_dict(self) -> dict[str, Any]:
        """As the control API shows it: what is set."""
        facts = asdict(self)
        what = str(facts.pop("what"))
        return {"fault": what, **{name: value for name, value in facts.items() if value or name == "times"}}


class ConnectionBroken(TransportError):
    """The emulated connection broke; a server resets the real one."""


class NoAnswer(TransportError):
    """The emulated vendor never answers; a server keeps the real connection open."""


class BodyCutShort(TransportError):
    """The emulated body ended before its promised length.

    :param response: the whole answer; a server sends half of it.
    """

    def __init__(self, response: HttpResponse) -> None:
        super().__init__("the body ended before its promised length")
        self.response = response
