# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The default chain of Alibaba Cloud's own tools: places to look for credentials, in order.

These are: the key in environment variables; a pod's OIDC token; the profile of the vendor's CLI; the service that
``ALIBABA_CLOUD_CREDENTIALS_URI`` names; the role of the ECS instance. The first that is configured is used. The role is
last, although some of the vendor's tools try it before that service: only a request shows whether there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ....core import facts
from ....core.account import Credentials
from ....core.credentials import Environment, ResolvedCredentials
from ....core.errors import ConfigError
from .credentials import AssumedRole, InstanceRole, OidcRole, Service

PROFILES = "~/.aliyun/config.json"
SESSION = "airflow-mediajobs"
DURATION = "3600"
_PREFIX = "ALIBABA_CLOUD_"

Profile = Mapping[str, str]


def default_chain(around: Environment) -> ResolvedCredentials:
    """The credentials, or the provider of them, of the first place that is configured.

    :raises ConfigError: where no place is configured, or the first one is invalid or cannot be used here.
    """
    variables = {
        name.removeprefix(_PREFIX): value.strip()
        for name, value in around.variables.items()
        if name.startswith(_PREFIX) and value.strip()
    }
    return _key(variables) or _pod(variables) or _profile(variables, around) or _service(variables)


def _is_true(word: str | None) -> bool:
    return (word or "").lower() == "true"


def _key(variables: Mapping[str, str]) -> ResolvedCredentials | None:
    key, secret = variables.get("ACCESS_KEY_ID"), variables.get("ACCESS_KEY_SECRET")
    return ResolvedCredentials(Credentials(key, secret, variables.get("SECURITY_TOKEN"))) if key and secret else None


def _pod(variables: Mapping[str, str]) -> ResolvedCredentials | None:
    role, provider = variables.get("ROLE_ARN"), variables.get("OIDC_PROVIDER_ARN")
    file = variables.get("OIDC_TOKEN_FILE")
    if not (role and provider and file):
        return None
    return ResolvedCredentials(
        Credentials(), OidcRole(role, provider, file, variables.get("ROLE_SESSION_NAME", SESSION), DURATION)
    )


def _service(variables: Mapping[str, str]) -> ResolvedCredentials:
    if uri := variables.get("CREDENTIALS_URI"):
        return ResolvedCredentials(Credentials(), _at(uri, "ALIBABA_CLOUD_CREDENTIALS_URI"))
    if _is_true(variables.get("ECS_METADATA_DISABLED")):
        raise ConfigError(
            "credentials: the default chain finds nothing: no ALIBABA_CLOUD_ACCESS_KEY_ID with its secret, no OIDC "
            f"token, no usable profile in {PROFILES}, no ALIBABA_CLOUD_CREDENTIALS_URI, and "
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED; set one of them, or choose other `credentials`"
        )
    return ResolvedCredentials(Credentials(), InstanceRole(variables.get("ECS_METADATA", "")))


def _at(uri: str, where: str) -> Service:
    """Check a service's URL.

    :raises ConfigError: for an invalid one. The message does not contain it, since it may be secret.
    """
    try:
        parts = urlsplit(uri)
        good = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ConfigError(f"credentials: {where} is not the http or https URL of a service; correct it")
    return Service(uri)


# --- the profiles of the vendor's CLI -----------------------------------------------------------------------------


def _profile(variables: Mapping[str, str], around: Environment) -> ResolvedCredentials | None:
    """The chosen profile of the vendor's CLI; ``None`` without one, and for one without settings."""
    if _is_true(variables.get("CLI_PROFILE_DISABLED")):
        return None
    try:
        told = facts.mapping(facts.decoded(around.read(PROFILES) or "{}"))
    except ValueError:
        raise ConfigError(f"credentials: {PROFILES} is not JSON; repair it, or run `aliyun configure`") from None
    profiles = [_texts(profile) for profile in facts.records(told.get("profiles"))]
    wanted = variables.get("PROFILE") or facts.text(told.get("current"))
    return _named(wanted, {profile["name"]: profile for profile in profiles if profile.get("name")})


def _texts(profile: Mapping[str, Any]) -> Profile:
    return {name: text.strip() for name, value in profile.items() if (text := facts.text(value))}


def _named(name: str | None, profiles: Mapping[str, Profile]) -> ResolvedCredentials | None:
    chosen = profiles.get(name or "")
    if chosen is None:
        return None
    source = profiles.get(chosen.get("source_profile", ""), {})
    if chosen.get("mode") == "ChainableRamRoleArn" and source.get("mode") in {"AK", "StsToken"}:
        return _assumed(chosen, _static(source))
    return _of_mode(chosen)


def _of_mode(profile: Profile) -> ResolvedCredentials | None:
    """The credentials, or the provider of them, of a profile.

    :raises ConfigError: for an unsupported mode, which may be interactive. The chain does not continue, since the next
        place might be of another account.
    """
    match profile.get("mode"):
        case "AK" | "StsToken" | None:
            key = _static(profile)
            return ResolvedCredentials(key) if key else None
        case "RamRoleArn":
            return _assumed(profile, _static(profile))
        case "EcsRamRole":
            return ResolvedCredentials(Credentials(), InstanceRole(profile.get("ram_role_name", "")))
        case "OIDC":
            return _by_token(profile)
        case "CredentialsURI" if uri := profile.get("credentials_uri"):
            return ResolvedCredentials(Credentials(), _at(uri, f"the `credentials_uri` in {PROFILES}"))
    raise ConfigError(
        f"credentials: the profile {profile['name']!r} in {PROFILES} has a mode that is not supported; choose "
        "another one by ALIBABA_CLOUD_PROFILE, or ignore all by ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true"
    )


def _static(profile: Profile) -> Credentials | None:
    key, secret, token = (profile.get(name, "") for name in ("access_key_id", "access_key_secret", "sts_token"))
    temporary = profile.get("mode") == "StsToken"
    if not (key and secret and (token or not temporary)):
        return None
    return Credentials(key, secret, token if temporary else None)


def _assumed(profile: Profile, key: Credentials | None) -> ResolvedCredentials | None:
    role, external_id, policy = (profile.get(name, "") for name in ("ram_role_arn", "external_id", "policy"))
    if key is None or not role:
        return None
    return ResolvedCredentials(key, AssumedRole(role, _session(profile), _duration(profile), external_id, policy))


def _by_token(profile: Profile) -> ResolvedCredentials | None:
    role, provider, file = (profile.get(name, "") for name in ("ram_role_arn", "oidc_provider_arn", "oidc_token_file"))
    if not (role and provider and file):
        return None
    policy = profile.get("policy", "")
    return ResolvedCredentials(
        Credentials(), OidcRole(role, provider, file, _session(profile), _duration(profile), policy)
    )


def _session(profile: Profile) -> str:
    return profile.get("ram_session_name") or profile.get("role_session_name") or SESSION


def _duration(profile: Profile) -> str:
    """The duration of a session in seconds, as text. The CLI writes 0 where none is set."""
    seconds = profile.get("expired_seconds", "0")
    return DURATION if seconds == "0" else seconds
