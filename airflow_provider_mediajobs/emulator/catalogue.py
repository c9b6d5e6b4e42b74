# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated vendors and kinds, and checks of the names that users of the emulator give.

This module is the only one of the emulator that lists the vendors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.emulation import EmulatedKind, EmulatedVendor
from ..core.errors import ParameterError
from ..vendors.alibaba.emulation import EMULATED as ALIBABA
from ..vendors.huawei.emulation import EMULATED as HUAWEI
from .faults import Fault, What

Limits = dict[str, tuple[float, float]]
"""Quotas by bucket: at most so many calls in so many seconds."""

VENDORS: tuple[EmulatedVendor, ...] = (*ALIBABA, *HUAWEI)
"""The emulated vendors. They are tried in this order: the first that recognises a request answers it."""
KINDS: Mapping[str, EmulatedKind] = {kind.name: kind for vendor in VENDORS for kind in vendor.kinds}

# A fault with a misspelt name would never apply to any request, so such names are refused.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "vendor": tuple(dict.fromkeys(vendor.name for vendor in VENDORS)),
    "product": tuple(dict.fromkeys(product for vendor in VENDORS for product in vendor.products)),
    "kind": tuple(KINDS),
}


def known(field: str, name: str) -> str:
    """Check the name of a vendor, product or kind, and return it.

    :param field: ``vendor``, ``product`` or ``kind``.
    :raises ParameterError: for an unknown name; the message lists the known ones.
    """
    if name not in _NAMES[field]:
        raise ParameterError(f"{field} {name!r} is unknown; there are {', '.join(_NAMES[field])}")
    return name


def known_kind(name: str) -> EmulatedKind:
    """The emulated kind of that name.

    :raises ParameterError: for an unknown name; the message lists the kinds.
    """
    return KINDS[known("kind", name)]


def known_ids(kind: EmulatedKind, ids: Mapping[str, Any], made_up: Mapping[str, str]) -> tuple[str, ...]:
    """The values of a job's ids, in the order in which the kind declares them.

    :param made_up: values for ids that were not given.
    :raises ParameterError: for an id that the kind does not have, that is missing or that is not text.
    """
    if unknown := [name for name in ids if name not in kind.ids]:
        raise ParameterError(f"ids: {kind.name} has no {unknown[0]!r}; it has {', '.join(kind.ids)}")
    given = {**made_up, **ids}
    for name in kind.ids:
        if not isinstance(given.get(name), str) or not given[name]:
            raise ParameterError(f"ids: {kind.name} needs {name!r} as text")
    return tuple(given[name] for name in kind.ids)


def known_fault(what: str, facts: Mapping[str, Any]) -> Fault:
    """Make a fault, checked.

    :param what: a value of :class:`What`.
    :param facts: fields of :class:`Fault`.
    :raises ParameterError: for an unknown fault, field or name, or a field that does not go with the fault.
    """
    if what not in list(What):
        raise ParameterError(f"fault {what!r} is unknown; there are {', '.join(What)}")
    for field in ("vendor", "product", "kind"):
        if facts.get(field) is not None:
            known(field, facts[field])
    try:
        fault = Fault(What(what), **facts)
    except TypeError as error:
        raise ParameterError(f"fault: {error}") from None
    fault.check()
    return fault


def chosen_forms(wanted: Mapping[str, str]) -> dict[str, str]:
    """The form of each kind's answers, for kinds that have several: the first, unless another is wanted.

    :param wanted: forms by kind.
    :raises ParameterError: for an unknown kind, or one whose answers have no such form.
    """
    for name, form in wanted.items():
        if form not in known_kind(name).forms:
            raise ParameterError(f"forms: {name} has no {form!r}; it has {', '.join(KINDS[name].forms) or 'one only'}")
    return {name: kind.forms[0] for name, kind in KINDS.items() if kind.forms} | dict(wanted)


def chosen_limits(wanted: bool | Mapping[str, tuple[float, float]]) -> Limits:
    """The quotas to enforce.

    :param wanted: ``True`` for the vendors' own, ``False`` for none, or a mapping that replaces some of the vendors'.
    :raises ParameterError: for an unknown bucket; the message lists the known ones.
    """
    own = {name: limit for vendor in VENDORS for name, limit in vendor.limits.items()}
    if isinstance(wanted, bool):
        return own if wanted else {}
    if unknown := [name for name in wanted if name not in own]:
        raise ParameterError(f"limits: there is no {unknown[0]!r}; there are {', '.join(own)}")
    return {**own, **wanted}
