# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What is known of a connection's credentials, as a table of states and of what happens to them. Pure.

===========  ========  ==========  =========  ============  =========  ======
state        answered  refused     read same  read another  known bad  told
===========  ========  ==========  =========  ============  =========  ======
``UNTRIED``  ``GOOD``  ``DOUBTED``                          ``BAD``
``GOOD``               ``DOUBTED``            ``UNTRIED``
``DOUBTED``  ``GOOD``              ``BAD``    ``REPLACED``  ``BAD``
``REPLACED`` ``GOOD``  ``BAD``                              ``BAD``
``BAD``                                                                ``UNTRIED``
===========  ========  ==========  =========  ============  =========  ======

An empty field leaves the state as it is. A refusal alone ends no wait: the connection is read again, and only where
that brings nothing new, or something that is refused as well, all waits of the connection are told.
"""

from __future__ import annotations

from enum import Enum

from ..core.errors import MediaJobsError


class State(Enum):
    """Of the credentials in use."""

    UNTRIED = "no answer yet"
    GOOD = "answered"
    DOUBTED = "refused once; the connection is to be read again"
    REPLACED = "read again after a refusal, and not those that were refused"
    BAD = "refused; all waits are to be told"


class Happened(Enum):
    """To the credentials in use. What happens to earlier ones, in late answers, says nothing of these."""

    ANSWERED = "a call was answered"
    REFUSED = "a call was refused"
    READ_SAME = "the connection was read again and has not changed"
    READ_ANOTHER = "the connection was read again and has changed"
    KNOWN_BAD = "others were refused with them, or the connection can be read no more"
    TOLD = "all waits were told"


_NEXT = {
    (State.UNTRIED, Happened.ANSWERED): State.GOOD,
    (State.UNTRIED, Happened.REFUSED): State.DOUBTED,
    (State.UNTRIED, Happened.KNOWN_BAD): State.BAD,
    (State.GOOD, Happened.REFUSED): State.DOUBTED,
    (State.GOOD, Happened.READ_ANOTHER): State.UNTRIED,
    (State.DOUBTED, Happened.ANSWERED): State.GOOD,
    (State.DOUBTED, Happened.READ_SAME): State.BAD,
    (State.DOUBTED, Happened.READ_ANOTHER): State.REPLACED,
    (State.DOUBTED, Happened.KNOWN_BAD): State.BAD,
    (State.REPLACED, Happened.ANSWERED): State.GOOD,
    (State.REPLACED, Happened.REFUSED): State.BAD,
    (State.REPLACED, Happened.KNOWN_BAD): State.BAD,
    (State.BAD, Happened.TOLD): State.UNTRIED,
}


class Standing:
    """Of one connection's credentials.

    :ivar state: where they are in the table.
    :ivar error: the newest refusal of them; ``None`` while there is none, or after it was told.
    """

    __slots__ = ("error", "state")

    def __init__(self) -> None:
        self.state = State.UNTRIED
        self.error: MediaJobsError | None = None

    def after(self, happened: Happened, error: MediaJobsError | None = None) -> State:
        """The state that follows.

        :param error: what was answered, of a refusal.
        """
        self.state = _NEXT.get((self.state, happened), self.state)
        self.error = None if self.state in {State.GOOD, State.UNTRIED} else error or self.error
        return self.state
