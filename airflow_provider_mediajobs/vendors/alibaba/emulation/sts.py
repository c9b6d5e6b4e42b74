# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The emulated Security Token Service (STS) of Alibaba Cloud.

Written from the pages AssumeRole, AssumeRoleWithOIDC and GetCallerIdentity (2015-04-01), and from the product's list of
error codes.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ....core.emulation import Refusal, VendorContext
from ....core.emulation.identity import EmulatedIdToken, EmulatedRole, Lent
from ....core.times import zulu
from .operation import STS, Given, Operation

ACCOUNT = "1000000000000001"
_USER, _ROLE_ID = "2000000000000001", "3000000000000001"
_ROLE_ARN = re.compile(r"acs:ram::\d+:role/[\w.\-/]+", re.ASCII)
_SESSION = re.compile(r"[a-zA-Z0-9.@\-_]{2,64}", re.ASCII)
_ISSUER = "https://oidc.emulator.example"


def get_caller_identity(context: VendorContext, given: Given) -> dict[str, Any]:  # noqa: ARG001 - takes no parameter
    """``GetCallerIdentity``: names the emulator's only user, or for a temporary key the session of its role."""
    holder = context.caller.holder if context.caller else ""
    if not holder:
        arn = f"acs:ram::{ACCOUNT}:user/emulator"
        return {"IdentityType": "RAMUser", "AccountId": ACCOUNT, "UserId": _USER, "PrincipalId": _USER, "Arn": arn}
    session = holder.rpartition("/")[2]
    whose = {"RoleId": _ROLE_ID, "PrincipalId": f"{_ROLE_ID}:{session}", "Arn": holder}
    return {"IdentityType": "AssumedRoleUser", "AccountId": ACCOUNT, **whose}


def assume_role(context: VendorContext, given: Given) -> dict[str, Any]:
    """``AssumeRole``: issues a temporary key of a role to a caller with a key of the account or of another role.

    :raises Refusal: for a bad parameter, an unknown role, or a role whose trust policy does not admit the caller.
    """
    arn, session = _role_arn(given), _session(given)
    _check_policy(given)
    role = _role(context, arn)
    if role.provider is not None or role.external_id not in {None, given.get("ExternalId")}:
        message = "You are not authorized to do this action. You should be authorized by RAM."
        raise Refusal(403, "NoPermission", message)
    return _assumed(role, session, _lent(context, role, session, given))


def assume_role_with_oidc(context: VendorContext, given: Given) -> dict[str, Any]:
    """``AssumeRoleWithOIDC``: issues a temporary key of a role for a token of its OIDC provider, without a signature.

    :raises Refusal: for a bad parameter or token, an unknown role, or a role of another provider.
    """
    arn, session = _role_arn(given), _session(given)
    _check_policy(given)
    token = _checked_token(context, given)
    role = _role(context, arn)
    if role.provider != token.provider:
        raise Refusal(401, "AuthenticationFail.NoPermission", "There is no permission")
    return {**_assumed(role, session, _lent(context, role, session, given)), "OIDCTokenInfo": _token_info(token)}


def _required(given: Given, name: str) -> str:
    """The value of a mandatory parameter.

    :raises Refusal: where it is missing or empty.
    """
    if not given.get(name):
        raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")
    return given[name]


def _illegal(name: str, why: str) -> Refusal:
    """The refusal of a parameter whose value is not allowed."""
    return Refusal(400, f"InvalidParameter.{name}", why)


def _role_arn(given: Given) -> str:
    """The ARN of the role that is to be assumed.

    :raises Refusal: where it is missing or malformed.
    """
    arn = _required(given, "RoleArn")
    if not _ROLE_ARN.fullmatch(arn):
        raise _illegal("RoleArn", "The parameter RoleArn is wrongly formed.")
    return arn


def _session(given: Given) -> str:
    """The name of the role's session.

    :raises Refusal: where it is missing or malformed.
    """
    session = _required(given, "RoleSessionName")
    if not _SESSION.fullmatch(session):
        raise _illegal("RoleSessionName", "The parameter RoleSessionName is wrongly formed.")
    return session


def _check_policy(given: Given) -> None:
    """Check that ``Policy`` is a policy document. The emulator does not apply it."""
    policy = given.get("Policy", '{"Statement": []}')
    try:
        well_formed = "Statement" in json.loads(policy)
    except (ValueError, TypeError):
        well_formed = False
    if not well_formed:
        raise _illegal("PolicyGrammar", "The parameter Policy has not passed grammar check.")


def _role(context: VendorContext, arn: str) -> EmulatedRole:
    """The emulated role with this ARN.

    :raises Refusal: for an unknown role.
    """
    role = context.directory.role(arn)
    if role is None:
        raise Refusal(404, "EntityNotExist.Role", "The specified Role does not exist.")
    return role


def _checked_token(context: VendorContext, given: Given) -> EmulatedIdToken:
    """The OIDC token of a request.

    :raises Refusal: for an unknown provider, a token that it has not issued, or an expired one.
    """
    provider = _required(given, "OIDCProviderArn")
    if not context.directory.has_provider(provider):
        raise Refusal(401, "AuthenticationFail.NoPermission", "No such OIDC Provider registered.")
    token = context.directory.oidc_token(given.get("OIDCToken", ""))
    if token is None or token.provider != provider:
        message = "The Jwt content is invalid that cannot be recognized."
        raise Refusal(401, "AuthenticationFail.OIDCToken.Invalid", message)
    if token.expires is not None and context.now >= token.expires:
        raise Refusal(401, "AuthenticationFail.OIDCToken.Expired", "This JsonWebToken is expired.")
    return token


def _lent(context: VendorContext, role: EmulatedRole, session: str, given: Given) -> Lent:
    """Issue a temporary key for the requested lifetime, by default an hour.

    :raises Refusal: for a lifetime below 15 minutes or above the role's maximum.
    """
    text = given.get("DurationSeconds") or "3600"
    if not text.isdecimal() or not 900 <= int(text) <= role.max_seconds:
        message = f"The Min/Max value of DurationSeconds is 15min/{role.max_seconds // 60}min."
        raise _illegal("DurationSeconds", message)
    return context.lend(int(text), f"acs:ram::{ACCOUNT}:assumed-role/{role.name}/{session}", "STS.")


def _assumed(role: EmulatedRole, session: str, lent: Lent) -> dict[str, Any]:
    """The answer with a temporary key."""
    return {
        "AssumedRoleUser": {"Arn": f"{role.arn}/{session}", "AssumedRoleId": f"{_ROLE_ID}:{session}"},
        "Credentials": {
            "AccessKeyId": lent.access_key,
            "AccessKeySecret": lent.secret_key,
            "SecurityToken": lent.security_token,
            "Expiration": zulu(lent.expires),
        },
    }


def _token_info(token: EmulatedIdToken) -> dict[str, Any]:
    """What the answer says of the OIDC token."""
    return {
        "Subject": token.subject,
        "Issuer": _ISSUER,
        "ClientIds": "emulator",
        "IssuanceTime": zulu(token.issued),
        "ExpirationTime": zulu(token.expires) if token.expires else "",
        "VerificationInfo": "Success",
    }


OPERATIONS = (
    Operation(STS, "AssumeRole", None, {}, assume_role),
    Operation(STS, "AssumeRoleWithOIDC", None, {}, assume_role_with_oidc),
    Operation(STS, "GetCallerIdentity", None, {}, get_caller_identity),
)
