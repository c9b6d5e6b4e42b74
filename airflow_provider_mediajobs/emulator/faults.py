# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Faults of the emulator: what can go wrong with which requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from ..core.emulation import Call
from ..core.errors import ParameterError, TransportError
from ..core.http import HttpResponse


class What(StrEnum):
    """The types of fault."""

    THROTTLE = "throttle"
    """The vendor's answer to too many calls."""
    SERVER_ERROR = "server_error"
    """The vendor's own failure, with ``status`` (default 500)."""
    RESET = "reset"
    """The connection is reset before any answer."""
    HANG = "hang"
    """No answer comes. Over HTTP the connection stays open; in memory the call times out at once."""
    ANSWER = "answer"
    """An answer of your own: ``status`` (default 200), ``headers`` and ``body`` (text, or a value sent as JSON)."""
    HTML = "html"
    """A proxy's HTML page instead of JSON, with ``status`` (default 502)."""
    TRUNCATED = "truncated"
    """The first half of the JSON, with a ``Content-Length`` that matches it."""
    SHORT_BODY = "short_body"
    """The first half of the body with the ``Content-Length`` of the whole, then the connection is closed."""
    STATUS = "status"
    """Jobs are reported with the status word ``word`` instead of their own."""
    VANISH = "vanish"
    """Jobs are missing from answers, as if they did not exist."""
    CLOCK_SKEW = "clock_skew"
    """The vendor's clock is ``seconds`` ahead (or behind, when negative)."""
    DENY = "deny"
    """The vendor's answer to a key that lacks the permission for the operation."""
    REJECT_ID = "reject_id"
    """The vendor rejects the ids as malformed, and with them the whole request."""


@dataclass(slots=True, eq=False)
class Fault:
    """One fault, and the requests and jobs it applies to.

    :param what: the type of fault.
    :param vendor: only requests to this vendor; ``None`` for any. Likewise ``product``, ``kind`` and ``action``.
    :param ids: only jobs with these ids, or requests that name them.
    :param times: how many more requests it applies to; ``None``: until it is cleared.
    :param status: HTTP status of the answer; ``None`` for the fault's default.
    :param code: the vendor's error code; ``None`` for the usual one of the fault.
    :param word: the status word that jobs are reported with (``STATUS`` only).
    :param seconds: how far the vendor's clock is ahead (``CLOCK_SKEW`` only).
    :param retry_after: seconds the vendor asks the client to wait.
    :param headers: headers of the answer, with names in lower case (``ANSWER`` only).
    :param body: body of the answer: text, or a value that is sent as JSON (``ANSWER`` only).
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
        """Check the fields.

        :raises ParameterError: for a field whose value is wrong or does not go with this type of fault.
        """
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
        """Whether the fault applies to a request as a whole."""
        return self._fits(vendor, call) and self.kind in {None, call.kind} and set(self.ids.items()) <= set(call.ids)

    def fits_job(self, vendor: str, call: Call, kind: str, ids: Mapping[str, str]) -> bool:
        """Whether the fault applies to one job that a request asks for."""
        return self._fits(vendor, call) and self.kind in {None, kind} and self.ids.items() <= ids.items()

    def _fits(self, vendor: str, call: Call) -> bool:
        facts = ((self.vendor, vendor), (self.product, call.product), (self.action, call.action))
        return self.times != 0 and all(wanted in {None, given} for wanted, given in facts)

    def to_dict(self) -> dict[str, Any]:
        """The fault as the control API shows it: fields that are set, and always ``times``."""
        facts = asdict(self)
        what = str(facts.pop("what"))
        return {"fault": what, **{name: value for name, value in facts.items() if value or name == "times"}}


class ConnectionBroken(TransportError):
    """The emulated connection was reset; :class:`EmulatorServer` resets the real one."""


class NoAnswer(TransportError):
    """The emulated vendor never answers; :class:`EmulatorServer` keeps the real connection open."""


class BodyCutShort(TransportError):
    """The emulated body ended before its ``Content-Length``.

    :param response: the whole answer; :class:`EmulatorServer` sends the first half of its body.
    """

    def __init__(self, response: HttpResponse) -> None:
        super().__init__("the body ended before its promised length")
        self.response = response
