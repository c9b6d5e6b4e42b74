# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How a message shows a value that a caller gave: the one place that turns an unknown value into text.

``repr`` of such a value may raise, recurse, take for ever or give megabytes: of what is nested a thousand levels deep,
of a list that holds another one twice, which holds another one twice, and so on, of an integer of 5,000 digits, or of
an object whose class has a fault.
"""

from __future__ import annotations

from reprlib import Repr
from typing import Any

from .storable import readable

LONGEST = 200
"""Characters."""

_REPR = Repr()
_REPR.maxlevel = 4
_REPR.maxdict = _REPR.maxlist = _REPR.maxtuple = _REPR.maxset = _REPR.maxfrozenset = _REPR.maxdeque = 6
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = LONGEST


def shown(value: Any) -> str:
    """The value as Python writes it, in one line of at most :data:`LONGEST` characters; else its type."""
    try:
        text = _REPR.repr(value)
    except Exception:  # noqa: BLE001  # whatever a class of somebody else's does
        text = f"a value of type {type(value).__name__}"
    return readable(text, LONGEST)


def shown_name(name: Any) -> str:
    """A name as it is; quoted and cut where it cannot stand in a message so."""
    return name if isinstance(name, str) and name.isprintable() and len(name) <= LONGEST else shown(name)
