"""What any web server says that knows no vendor's codes: both metadata services are no more than that."""

from __future__ import annotations

from .emulation import Call, Refusal


def throttled() -> Refusal:
    """Too many calls."""
    return Refusal(429, "Too Many Requests", "Too many requests.")


def broken(status: int) -> Refusal:
    """A fault of the server's own."""
    return Refusal(status, "Internal Server Error", "Something went wrong.")


def denied(call: Call) -> Refusal:  # noqa: ARG001 - one shape for all vendors
    """Not for this caller."""
    return Refusal(403, "Forbidden", "Access is not allowed.")
