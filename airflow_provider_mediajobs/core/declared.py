# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Frozen classes with fields by annotation, like dataclasses but cheaper to define: they are loaded in every DAG parse.

A dataclass generates and compiles methods of its own, up to a millisecond for a large one; these share theirs.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True)
class Declared:
    """Base class: a subclass's annotations are its fields, in that order, and assigned values are their defaults.

    Creating an object is slower than with a dataclass. Objects of one class with equal fields are equal.
    """

    _fields: ClassVar[tuple[str, ...]]
    _defaults: ClassVar[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._defaults = {name: value for name, value in vars(cls).items() if name in cls._fields}

    def __init__(self, *given: Any, **named: Any) -> None:
        """:raises TypeError: for a field that is missing, unknown, or given twice."""
        placed = dict(zip(self._fields, given, strict=False))
        values = self._defaults | placed | named
        if len(placed) < len(given) or placed.keys() & named or values.keys() != set(self._fields):
            raise TypeError(f"{type(self).__name__} takes each of its fields once: {', '.join(self._fields)}")
        vars(self).update(values)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Checks of what was declared; raises where it cannot be right."""

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set: it is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be deleted: it is frozen")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self._fields))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"
