# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Whom the world knows, and the keys and tokens that it has handed out to them.

What expires does so by the clock that dates of signatures are measured against (``World.wall``): a client compares
expiry with the same clock it signs by. ``World.advance`` moves jobs, not this; a world made with ``now=`` has one clock
for both, and a test moves it.
"""

from __future__ import annotations

import random as random_module
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ..core.emulation import EmulatedKey, Token
from ..core.emulation.identity import (
    EmulatedAgency,
    EmulatedIdToken,
    EmulatedRole,
    EmulatedUser,
    Issued,
    Lent,
    Use,
)
from ..core.errors import ParameterError
from ..core.times import Clock

DEFAULT_PROVIDER = "acs:ram::1000000000000001:oidc-provider/emulator"
DEFAULT_DOMAIN = "emulator-domain"
DEFAULT_PROJECT = "cn-north-4"
_LONGEST = 10 * 365 * 86400
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TOKEN_BYTES = {Use.SECURITY: 300, Use.AUTH: 1500, Use.SESSION: 36}  # about as long as the vendors' own


def role_arn(name: str) -> str:
    """Of a role of the emulator's account; an ARN stays as it is."""
    return name if name.startswith("acs:") else f"acs:ram::1000000000000001:role/{name}"


def _check(name: str, seconds: float | None) -> None:
    if seconds is not None and not 0 <= seconds <= _LONGEST:
        raise ParameterError(f"{name} must be from 0 to {_LONGEST} seconds, not {seconds}")


@dataclass(slots=True)
class _Pass:
    """One token. ``use`` is ``None`` where it is only known to be too old; ``handed_out`` where a vendor gave it."""

    use: Use | None
    expires: datetime | None = None
    project_id: str | None = None
    handed_out: bool = False


class Identity:
    """Keys, tokens, roles, agencies, users and OIDC tokens.

    :param wall: the clock that expiry is measured by.
    :param project_id: the project of tokens that are added by hand, and the only one unless more are added.
    :param lock: held while anything changes.
    """

    lifetime: float | None = None
    """Seconds that temporary keys and IAM tokens last from then on, whatever was asked for: even less than vendors do.

    Nothing else is changed: what a metadata service has shown it goes on showing, until it is half used up or revoked.
    """
    session_lifetime: float | None = None
    """The same for the metadata services' own tokens."""
    instance_role: str | None = None
    """The RAM role of the Alibaba Cloud instance whose metadata service this is; without one it has no credentials."""
    instance_agency: str | None = None
    """The same of the Huawei Cloud instance."""
    domain_id = "emulator-domain-id"

    def __init__(self, wall: Clock, random: random_module.Random, project_id: str, lock: threading.RLock) -> None:
        self.keys: dict[str, EmulatedKey] = {}
        self.projects: dict[str, str] = {DEFAULT_PROJECT: project_id}
        self._wall = wall
        self._random = random
        self._project_id = project_id
        self._lock = lock
        self._passes: dict[str, _Pass] = {}
        self._kept: dict[str, Lent] = {}
        self._roles: dict[str, EmulatedRole] = {}
        self._oidc_tokens: dict[str, EmulatedIdToken] = {}
        self._agencies: dict[str, EmulatedAgency] = {}
        self._users: dict[tuple[str, str], EmulatedUser] = {}

    def set(
        self,
        *,
        lifetime: float | None = None,
        session_lifetime: float | None = None,
        instance_role: str | None = None,
        instance_agency: str | None = None,
    ) -> None:
        """Change what is given; an empty name takes a role or agency away.

        :raises ParameterError: for a time that makes no sense.
        """
        _check("lifetime", lifetime)
        _check("session_lifetime", session_lifetime)
        with self._lock:
            self.lifetime = self.lifetime if lifetime is None else lifetime
            self.session_lifetime = self.session_lifetime if session_lifetime is None else session_lifetime
            self.instance_role = self.instance_role if instance_role is None else instance_role or None
            self.instance_agency = self.instance_agency if instance_agency is None else instance_agency or None

    # --- whom the world knows ---------------------------------------------------------------------------------------

    def add_role(
        self, name: str, *, external_id: str | None = None, max_seconds: int = 3600, provider: str | None = None
    ) -> EmulatedRole:
        """A RAM role, by name or ARN.

        :param external_id: what callers must say to get it.
        :param max_seconds: the longest session.
        :param provider: ARN of the OIDC provider whose tokens open it; keys then do not.
        :raises ParameterError: for a time that makes no sense.
        """
        _check("max_seconds", max_seconds)
        arn = role_arn(name)
        with self._lock:
            self._roles[arn] = EmulatedRole(arn, external_id, max_seconds, provider)
            return self._roles[arn]

    def add_oidc_token(
        self,
        token: str,
        *,
        provider: str = DEFAULT_PROVIDER,
        subject: str = "emulator",
        seconds: float | None = None,
    ) -> EmulatedIdToken:
        """A token that the provider has issued, good for so many seconds or for ever. Any text will do.

        :raises ParameterError: for a time that makes no sense.
        """
        _check("seconds", seconds)
        now = self._wall()
        expires = None if seconds is None else now + timedelta(seconds=seconds)
        with self._lock:
            self._oidc_tokens[token] = EmulatedIdToken(token, provider, subject, now, expires)
            return self._oidc_tokens[token]

    def add_agency(self, name: str, *, domain: str = DEFAULT_DOMAIN) -> EmulatedAgency:
        """An agency of a Huawei Cloud account, which the world's keys may assume."""
        with self._lock:
            self._agencies[name] = EmulatedAgency(name, domain)
            return self._agencies[name]

    def add_user(self, name: str, password: str, *, domain: str = DEFAULT_DOMAIN) -> EmulatedUser:
        """An IAM user of a Huawei Cloud account."""
        with self._lock:
            self._users[name, domain] = EmulatedUser(name, password, domain)
            return self._users[name, domain]

    def add_project(self, name: str, project_id: str) -> None:
        """A further project of Huawei Cloud, or another id for one. Jobs are in the world's own project only."""
        with self._lock:
            self.projects[name] = project_id

    def role(self, arn: str) -> EmulatedRole | None:
        """The RAM role of that ARN."""
        return self._roles.get(arn)

    def has_provider(self, arn: str) -> bool:
        """Whether a role trusts that OIDC provider, or it has issued a token."""
        known = [DEFAULT_PROVIDER, *(role.provider for role in self._roles.values())]
        return arn in known or any(token.provider == arn for token in self._oidc_tokens.values())

    def oidc_token(self, token: str) -> EmulatedIdToken | None:
        """What an OIDC token says, if its provider has issued it."""
        return self._oidc_tokens.get(token)

    def agency(self, name: str) -> EmulatedAgency | None:
        """The agency of that name."""
        return self._agencies.get(name)

    def user(self, name: str, domain: str) -> EmulatedUser | None:
        """The user of that name in that account."""
        return self._users.get((name, domain))

    # --- keys and tokens added by hand ------------------------------------------------------------------------------

    def add_key(self, access_key: str, secret_key: str, security_token: str | None = None) -> None:
        """Accept a key; with a security token, a temporary one."""
        with self._lock:
            self.keys[access_key] = EmulatedKey(access_key, secret_key, security_token)
            if security_token is not None:
                self._passes[security_token] = _Pass(Use.SECURITY)

    def add_auth_token(self, token: str, *, project_id: str | None = None) -> None:
        """Accept a Huawei ``X-Auth-Token``, for the world's own project or another one."""
        with self._lock:
            self._passes[token] = _Pass(Use.AUTH, project_id=project_id or self._project_id)

    def expire_token(self, token: str) -> None:
        """From now on this token is too old, whether it was known or not."""
        with self._lock:
            known = self._passes.get(token, _Pass(None))
            self._passes[token] = replace(known, expires=_LONG_AGO)

    # --- what is handed out -----------------------------------------------------------------------------------------

    def lend(self, seconds: float, holder: str, prefix: str, *, keep: bool = False) -> Lent:
        """A temporary key.

        :param holder: whom it is lent to, in the vendor's words.
        :param prefix: how the vendor's temporary access keys begin.
        :param keep: the same key again until half its life is over, as metadata services have it.
        """
        now = self._wall()
        with self._lock:
            kept = self._kept.get(holder) if keep else None
            if kept is None or now >= kept.issued + (kept.expires - kept.issued) / 2 or not self._good(kept):
                kept = self._new(now, seconds, holder, prefix)
            if keep:
                self._kept[holder] = kept
            return kept

    def _good(self, lent: Lent) -> bool:
        return self.standing(lent.security_token, Use.SECURITY) is Token.VALID

    def _new(self, now: datetime, seconds: float, holder: str, prefix: str) -> Lent:
        token = self.issue(Use.SECURITY, seconds)
        access_key, secret_key = f"{prefix}{self._random.getrandbits(80):020X}", f"{self._random.getrandbits(160):040x}"
        self.keys[access_key] = EmulatedKey(access_key, secret_key, token.token, holder)
        return Lent(access_key, secret_key, token.token, now, token.expires)

    def issue(self, use: Use, seconds: float, project_id: str | None = None) -> Issued:
        """A token.

        :param project_id: the project that it is for, where it is for one.
        """
        set_by_hand = self.session_lifetime if use is Use.SESSION else self.lifetime
        now = self._wall()
        expires = now + timedelta(seconds=seconds if set_by_hand is None else set_by_hand)
        # A slash would be right too, but IAM's tokens have none.
        token = b64encode(self._random.randbytes(_TOKEN_BYTES[use]), b"+-" if use is Use.AUTH else None).decode()
        with self._lock:
            self._passes[token] = _Pass(use, expires, project_id, handed_out=True)
        return Issued(token, now, expires)

    def revoke(self, name: str | None = None) -> None:
        """What was handed out is too old from now on: all of it, or one token, or the token of one access key.

        :raises ParameterError: where nothing of that name is known.
        """
        with self._lock:
            if name is None:
                revoked = [token for token, held in self._passes.items() if held.handed_out]
            else:
                key = self.keys.get(name)
                revoked = [(key.security_token or "") if key else name]
            for token in revoked:
                if token not in self._passes:
                    raise ParameterError("revoke: no such token or temporary key was handed out")
                self._passes[token].expires = _LONG_AGO

    def standing(self, token: str, use: Use) -> Token:
        """Whether a token is good for that use now."""
        known = self._passes.get(token)
        if known is None or known.use not in {None, use}:
            return Token.UNKNOWN
        return Token.VALID if known.expires is None or self._wall() < known.expires else Token.EXPIRED

    def project_of(self, token: str) -> str | None:
        """The project that an authentication token is for."""
        known = self._passes.get(token)
        return known.project_id if known else None

    def to_dict(self) -> Mapping[str, object]:
        """As the control API shows it: no secret."""
        with self._lock:
            return {
                "lifetime": self.lifetime,
                "session_lifetime": self.session_lifetime,
                "instance_role": self.instance_role,
                "instance_agency": self.instance_agency,
                "roles": list(self._roles),
                "oidc_providers": sorted({token.provider for token in self._oidc_tokens.values()}),
                "agencies": [{"name": agency.name, "domain": agency.domain} for agency in self._agencies.values()],
                "users": [{"name": user.name, "domain": user.domain} for user in self._users.values()],
                "projects": self.projects,
                "handed_out": sum(held.handed_out for held in self._passes.values()),
            }
