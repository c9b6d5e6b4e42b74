"""Whom the world knows: keys, and the tokens that make some of them temporary."""

from __future__ import annotations

import threading

from ..core.emulation import EmulatedKey, Token


class Identity:
    """Keys and tokens.

    :param lock: held while anything changes.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self.keys: dict[str, EmulatedKey] = {}
        self._tokens: dict[str, Token] = {}
        self._lock = lock

    def add_key(self, access_key: str, secret_key: str, security_token: str | None = None) -> None:
        """Accept a key; with a security token, a temporary one."""
        with self._lock:
            self.keys[access_key] = EmulatedKey(access_key, secret_key, security_token)
            if security_token is not None:
                self._tokens[security_token] = Token.VALID

    def add_auth_token(self, token: str) -> None:
        """Accept a Huawei ``X-Auth-Token``."""
        with self._lock:
            self._tokens[token] = Token.VALID

    def expire_token(self, token: str) -> None:
        """From now on this security or authentication token is too old."""
        with self._lock:
            self._tokens[token] = Token.EXPIRED

    def standing(self, token: str) -> Token:
        """Whether a token is good."""
        return self._tokens.get(token, Token.UNKNOWN)
