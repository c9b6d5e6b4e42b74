# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulator's identities (keys, roles, agencies, users), and the keys and tokens issued to them.

Keys and tokens expire by the clock that signatures' dates are checked against (``World.wall``), because a client
compares an expiry with the clock it signs with. ``World.advance`` moves the jobs' clock only; a world made with
``now=`` uses that one clock for both.
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
    """The ARN of a role of the emulator's account, by its name; an ARN is returned unchanged."""
    return name if name.startswith("acs:") else f"acs:ram::1000000000000001:role/{name}"


def _check(name: str, seconds: float | None) -> None:
    if seconds is not None and not 0 <= seconds <= _LONGEST:
        raise ParameterError(f"{name} must be from 0 to {_LONGEST} seconds, not {seconds}")


@dataclass(slots=True)
class _Pass:
    """One token. ``use`` is ``None`` where only its expiry is known; ``handed_out``: issued, not added by hand."""

    use: Use | None
    expires: datetime | None = None
    project_id: str | None = None
    handed_out: bool = False


class Identity:
    """Keys, tokens, roles, agencies, users and OIDC tokens that the emulator knows.

    :param wall: the clock that expiry is measured by.
    :param project_id: the Huawei Cloud project of tokens added by hand; the only project unless others are added.
    :param lock: held while anything changes.
    """

    lifetime: float | None = None
    """Lifetime in seconds of temporary keys and IAM tokens issued from now on, instead of the one requested.

    It may be shorter than the vendors allow. A metadata service still shows the key it issued before, until half of
    that key's life is over or it is revoked.
    """
    session_lifetime: float | None = None
    """The same for the session tokens of the metadata services, in seconds."""
    instance_role: str | None = None
    """The RAM role of the emulated Alibaba Cloud instance; without one its metadata service has no credentials."""
    instance_agency: str | None = None
    """The agency of the emulated Huawei Cloud instance; without one its metadata service has no credentials."""
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
        """Change the attributes that are given; ``None`` leaves one as it is, an empty name removes a role or agency.

        :raises ParameterError: for a negative lifetime or one above ten years.
        """
        _check("lifetime", lifetime)
        _check("session_lifetime", session_lifetime)
        with self._lock:
            self.lifetime = self.lifetime if lifetime is None else lifetime
            self.session_lifetime = self.session_lifetime if session_lifetime is None else session_lifetime
            self.instance_role = self.instance_role if instance_role is None else instance_role or None
            self.instance_agency = self.instance_agency if instance_agency is None else instance_agency or None

    # --- roles, users, agencies, projects ---------------------------------------------------------------------------

    def add_role(
        self, name: str, *, external_id: str | None = None, max_seconds: int = 3600, provider: str | None = None
    ) -> EmulatedRole:
        """Add a RAM role.

        :param name: name or ARN.
        :param external_id: the ``ExternalId`` that callers must send to assume the role; ``None`` for none.
        :param max_seconds: longest session, in seconds.
        :param provider: ARN of an OIDC provider; the role can then be assumed with its tokens only, not with keys.
        :raises ParameterError: for a negative ``max_seconds`` or one above ten years.
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
        """Add an OIDC token, as if its provider had issued it.

        :param token: any text; it is not parsed.
        :param provider: ARN of the provider.
        :param seconds: its lifetime; ``None``: it never expires.
        :raises ParameterError: for a negative lifetime or one above ten years.
        """
        _check("seconds", seconds)
        now = self._wall()
        expires = None if seconds is None else now + timedelta(seconds=seconds)
        with self._lock:
            self._oidc_tokens[token] = EmulatedIdToken(token, provider, subject, now, expires)
            return self._oidc_tokens[token]

    def add_agency(self, name: str, *, domain: str = DEFAULT_DOMAIN) -> EmulatedAgency:
        """Add an agency of a Huawei Cloud account; every key of the emulator may assume it."""
        with self._lock:
            self._agencies[name] = EmulatedAgency(name, domain)
            return self._agencies[name]

    def add_user(self, name: str, password: str, *, domain: str = DEFAULT_DOMAIN) -> EmulatedUser:
        """Add an IAM user of the Huawei Cloud account named ``domain``."""
        with self._lock:
            self._users[name, domain] = EmulatedUser(name, password, domain)
            return self._users[name, domain]

    def add_project(self, name: str, project_id: str) -> None:
        """Add a Huawei Cloud project, or change the id of one. All jobs are in the project ``World.project_id``."""
        with self._lock:
            self.projects[name] = project_id

    def role(self, arn: str) -> EmulatedRole | None:
        """The RAM role with that ARN; ``None`` where there is none."""
        return self._roles.get(arn)

    def has_provider(self, arn: str) -> bool:
        """Whether an OIDC provider is known: the default, or one that a role trusts or that has issued a token."""
        known = [DEFAULT_PROVIDER, *(role.provider for role in self._roles.values())]
        return arn in known or any(token.provider == arn for token in self._oidc_tokens.values())

    def oidc_token(self, token: str) -> EmulatedIdToken | None:
        """The OIDC token as it was added; ``None`` for an unknown one."""
        return self._oidc_tokens.get(token)

    def agency(self, name: str) -> EmulatedAgency | None:
        """The agency of that name; ``None`` where there is none."""
        return self._agencies.get(name)

    def user(self, name: str, domain: str) -> EmulatedUser | None:
        """The user of that name in that account; ``None`` where there is none."""
        return self._users.get((name, domain))

    # --- keys and tokens added by hand ------------------------------------------------------------------------------

    def add_key(self, access_key: str, secret_key: str, security_token: str | None = None) -> None:
        """Accept an access key; with ``security_token``, a temporary key whose requests must carry that token."""
        with self._lock:
            self.keys[access_key] = EmulatedKey(access_key, secret_key, security_token)
            if security_token is not None:
                self._passes[security_token] = _Pass(Use.SECURITY)

    def add_auth_token(self, token: str, *, project_id: str | None = None) -> None:
        """Accept a Huawei Cloud ``X-Auth-Token``, scoped to a project: the world's own by default."""
        with self._lock:
            self._passes[token] = _Pass(Use.AUTH, project_id=project_id or self._project_id)

    def expire_token(self, token: str) -> None:
        """Treat a token as expired from now on, whether it was known or not."""
        with self._lock:
            known = self._passes.get(token, _Pass(None))
            self._passes[token] = replace(known, expires=_LONG_AGO)

    # --- issued keys and tokens -------------------------------------------------------------------------------------

    def lend(self, seconds: float, holder: str, prefix: str, *, keep: bool = False) -> Lent:
        """Issue a temporary key.

        :param seconds: requested lifetime; :attr:`lifetime` takes precedence.
        :param holder: the identity that the key acts for, as the vendor writes it.
        :param prefix: the characters that the vendor's temporary access keys begin with.
        :param keep: return the key issued before until half its life is over, as metadata services do.
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
        """Issue a token.

        :param seconds: requested lifetime; :attr:`lifetime` or :attr:`session_lifetime` takes precedence.
        :param project_id: the project that it is scoped to, if any.
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
        """Treat issued tokens as expired from now on.

        :param name: a token, or an access key whose token is meant; ``None`` for every token that was issued.
        :raises ParameterError: for an unknown token or key, or a key without a token.
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
        """Whether a token is valid, expired or unknown for that use now."""
        known = self._passes.get(token)
        if known is None or known.use not in {None, use}:
            return Token.UNKNOWN
        return Token.VALID if known.expires is None or self._wall() < known.expires else Token.EXPIRED

    def project_of(self, token: str) -> str | None:
        """The id of the project that an authentication token is scoped to; ``None`` for an unknown token."""
        known = self._passes.get(token)
        return known.project_id if known else None

    def to_dict(self) -> Mapping[str, object]:
        """The settings and names as the control API shows them; no secret is among them."""
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
