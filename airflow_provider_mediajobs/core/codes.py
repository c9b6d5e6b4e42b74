"""A vendor's error codes: what each is to us, and what it says to whoever tries a permission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .diagnosis import Verdict
from .errors import ApiError


class Code(NamedTuple):
    """One row of a vendor's table.

    :param sort: our error.
    :param verdict: what the code, met in a trial, says of the permission.
    :param proves: operations that answer with it only after they have looked at the permission; no others do.
    """

    sort: type[ApiError]
    verdict: Verdict
    proves: frozenset[str] = frozenset()

    def verdict_on(self, action: str) -> Verdict:
        """On one permission, by its name."""
        return Verdict.ALLOWED if action in self.proves else self.verdict


def rows(sort: type[ApiError], verdict: Verdict, codes: str, *proves: str) -> Mapping[str, Code]:
    """Several codes that mean the same.

    :param codes: with blanks between them.
    """
    return dict.fromkeys(codes.split(), Code(sort, verdict, frozenset(proves)))
