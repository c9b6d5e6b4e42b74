# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Decides when refused credentials end the waits of a connection: a table of states and events. Pure.

===========  ========  ==========  =========  ============  =========  ======
state        answered  refused     read same  read another  known bad  told
===========  ========  ==========  =========  ============  =========  ======
``UNTRIED``  ``GOOD``  ``DOUBTED``                          ``BAD``
``GOOD``               ``DOUBTED``            ``UNTRIED``
``DOUBTED``  ``GOOD``              ``BAD``    ``REPLACED``  ``BAD``
``REPLACED`` ``GOOD``  ``BAD``                              ``BAD``
``BAD``                                                                ``UNTRIED``
===========  ========  ==========  =========  ============  =========  ======

An empty field leaves the state as it is. The first refusal ends no wait: the connection is read again, since its key
may have been changed. Only if that brings the same credentials, or others that are refused too, all waits of the
connection get the error.
"""

from __future__ import annotations

from enum import Enum

from ..core.errors import MediaJobsError


class CredentialState(Enum):
    """What is known of the credentials in use."""

    UNTRIED = "no answer yet"
    GOOD = "answered"
    DOUBTED = "refused once; the connection must be read again"
    REPLACED = "new since the connection was read again after a refusal; no answer yet"
    BAD = "refused; all waits must get the error"


class CredentialEvent(Enum):
    """What happens to the credentials in use. A late answer to a call with earlier ones is no such event."""

    ANSWERED = "a call was answered"
    REFUSED = "a call was refused"
    READ_SAME = "the connection was read again and has not changed"
    READ_ANOTHER = "the connection was read again and has changed"
    KNOWN_BAD = "they were refused a short time ago, or the connection cannot be read any more"
    TOLD = "all waits got the error"


_NEXT = {
    (CredentialState.UNTRIED, CredentialEvent.ANSWERED): CredentialState.GOOD,
    (CredentialState.UNTRIED, CredentialEvent.REFUSED): CredentialState.DOUBTED,
    (CredentialState.UNTRIED, CredentialEvent.KNOWN_BAD): CredentialState.BAD,
    (CredentialState.GOOD, CredentialEvent.REFUSED): CredentialState.DOUBTED,
    (CredentialState.GOOD, CredentialEvent.READ_ANOTHER): CredentialState.UNTRIED,
    (CredentialState.DOUBTED, CredentialEvent.ANSWERED): CredentialState.GOOD,
    (CredentialState.DOUBTED, CredentialEvent.READ_SAME): CredentialState.BAD,
    (CredentialState.DOUBTED, CredentialEvent.READ_ANOTHER): CredentialState.REPLACED,
    (CredentialState.DOUBTED, CredentialEvent.KNOWN_BAD): CredentialState.BAD,
    (CredentialState.REPLACED, CredentialEvent.ANSWERED): CredentialState.GOOD,
    (CredentialState.REPLACED, CredentialEvent.REFUSED): CredentialState.BAD,
    (CredentialState.REPLACED, CredentialEvent.KNOWN_BAD): CredentialState.BAD,
    (CredentialState.BAD, CredentialEvent.TOLD): CredentialState.UNTRIED,
}


class CredentialStanding:
    """The state of one connection's credentials.

    :ivar state: the present state of the table.
    :ivar error: the newest refusal of the credentials; ``None`` if there is none, or all waits got it.
    """

    __slots__ = ("error", "state")

    def __init__(self) -> None:
        self.state = CredentialState.UNTRIED
        self.error: MediaJobsError | None = None

    def after(self, event: CredentialEvent, error: MediaJobsError | None = None) -> CredentialState:
        """Enter the state that follows an event, and return it.

        :param error: the refusal, where the event is one.
        """
        self.state = _NEXT.get((self.state, event), self.state)
        self.error = None if self.state in {CredentialState.GOOD, CredentialState.UNTRIED} else error or self.error
        return self.state
