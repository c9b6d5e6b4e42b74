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


def default_chain(environment: Environment) -> ResolvedCredentials:
    """The credentials, or the provider of temporary credentials, of the first place that is configured.

    :param environment: the environment variables and files to look in.
    :raises ConfigError: where no place is configured, or the first configured place is invalid or not supported.
    """
    variables = {
        name.removeprefix(_PREFIX): value.strip()
        for name, value in environment.variables.items()
        if name.startswith(_PREFIX) and value.strip()
    }
    return (
        _from_key(variables)
        or _from_oidc_token(variables)
        or _from_profile(variables, environment)
        or _from_service_or_instance(variables)
    )


def _is_true(word: str | None) -> bool:
    """Whether a variable switches something on: whether it is ``true``, in upper or lower case."""
    return (word or "").lower() == "true"


def _from_key(variables: Mapping[str, str]) -> ResolvedCredentials | None:
    """The access key of the environment variables, permanent or temporary; ``None`` without both id and secret.

    :param variables: environment variables, without the prefix ``ALIBABA_CLOUD_``.
    """
    key, secret = variables.get("ACCESS_KEY_ID"), variables.get("ACCESS_KEY_SECRET")
    return ResolvedCredentials(Credentials(key, secret, variables.get("SECURITY_TOKEN"))) if key and secret else None


def _from_oidc_token(variables: Mapping[str, str]) -> ResolvedCredentials | None:
    """The role and token file that ACK sets in a pod (RRSA); ``None`` where a variable of the three is missing.

    :param variables: environment variables, without the prefix ``ALIBABA_CLOUD_``.
    """
    role, provider = variables.get("ROLE_ARN"), variables.get("OIDC_PROVIDER_ARN")
    file = variables.get("OIDC_TOKEN_FILE")
    if not (role and provider and file):
        return None
    return ResolvedCredentials(
        Credentials(), OidcRole(role, provider, file, variables.get("ROLE_SESSION_NAME", SESSION), DURATION)
    )


def _from_service_or_instance(variables: Mapping[str, str]) -> ResolvedCredentials:
    """The service of ``ALIBABA_CLOUD_CREDENTIALS_URI``, otherwise the RAM role of the ECS instance.

    :param variables: environment variables, without the prefix ``ALIBABA_CLOUD_``.
    :raises ConfigError: where there is no service and ``ALIBABA_CLOUD_ECS_METADATA_DISABLED`` excludes the instance.
    """
    if uri := variables.get("CREDENTIALS_URI"):
        return ResolvedCredentials(Credentials(), _checked_service(uri, "ALIBABA_CLOUD_CREDENTIALS_URI"))
    if _is_true(variables.get("ECS_METADATA_DISABLED")):
        raise ConfigError(
            "credentials: the default chain found no credentials: ALIBABA_CLOUD_ACCESS_KEY_ID and "
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET are not both set; nor are ALIBABA_CLOUD_ROLE_ARN, "
            f"ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE; {PROFILES} has no usable profile; "
            "ALIBABA_CLOUD_CREDENTIALS_URI is not set; and ALIBABA_CLOUD_ECS_METADATA_DISABLED is true, so the role of "
            "the ECS instance is not requested. Set one of these where Airflow runs, or choose another method in "
            "`credentials` of the connection"
        )
    return ResolvedCredentials(Credentials(), InstanceRole(variables.get("ECS_METADATA", "")))


def _checked_service(uri: str, where: str) -> Service:
    """The provider for a credentials service, its URL checked.

    :param uri: URL of the service.
    :param where: the variable or field that holds the URL, for the message.
    :raises ConfigError: for an invalid URL. The message does not contain it, since it may hold a secret.
    """
    try:
        parts = urlsplit(uri)
        good = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ConfigError(
            f"credentials: {where} must be an http or https URL with a host and without a user name; correct it"
        )
    return Service(uri)


# --- the profiles of the vendor's CLI -----------------------------------------------------------------------------


def _from_profile(variables: Mapping[str, str], environment: Environment) -> ResolvedCredentials | None:
    """The chosen profile of the vendor's CLI: ``ALIBABA_CLOUD_PROFILE``, otherwise the current one of its file.

    :param variables: environment variables, without the prefix ``ALIBABA_CLOUD_``.
    :return: ``None`` where profiles are disabled, no profile is chosen, or the chosen one is incomplete.
    :raises ConfigError: for a file that is not JSON, or a profile whose mode is not supported.
    """
    if _is_true(variables.get("CLI_PROFILE_DISABLED")):
        return None
    try:
        settings = facts.mapping(facts.decoded(environment.read(PROFILES) or "{}"))
    except ValueError:
        raise ConfigError(f"credentials: {PROFILES} is not JSON; repair it, or run `aliyun configure`") from None
    profiles = [_text_fields(profile) for profile in facts.records(settings.get("profiles"))]
    wanted = variables.get("PROFILE") or facts.text(settings.get("current"))
    return _from_named_profile(wanted, {profile["name"]: profile for profile in profiles if profile.get("name")})


def _text_fields(profile: Mapping[str, Any]) -> Profile:
    """The fields of a profile that hold text or numbers, as text without blanks around it."""
    return {name: text.strip() for name, value in profile.items() if (text := facts.text(value))}


def _from_named_profile(name: str | None, profiles: Mapping[str, Profile]) -> ResolvedCredentials | None:
    """The credentials of the profile with this name; ``None`` where there is no such profile, or it is incomplete."""
    chosen = profiles.get(name or "")
    if chosen is None:
        return None
    source = profiles.get(chosen.get("source_profile", ""), {})
    if chosen.get("mode") == "ChainableRamRoleArn" and source.get("mode") in {"AK", "StsToken"}:
        return _role_of(chosen, _key_of(source))
    return _by_mode(chosen)


def _by_mode(profile: Profile) -> ResolvedCredentials | None:
    """The credentials of a profile, or the provider of temporary ones, by its ``mode``.

    :return: ``None`` for an incomplete profile.
    :raises ConfigError: for an unsupported mode, such as an interactive one. The chain does not continue, since the
        next place might hold credentials of another account.
    """
    match profile.get("mode"):
        case "AK" | "StsToken" | None:
            key = _key_of(profile)
            return ResolvedCredentials(key) if key else None
        case "RamRoleArn":
            return _role_of(profile, _key_of(profile))
        case "EcsRamRole":
            return ResolvedCredentials(Credentials(), InstanceRole(profile.get("ram_role_name", "")))
        case "OIDC":
            return _oidc_role_of(profile)
        case "CredentialsURI" if uri := profile.get("credentials_uri"):
            return ResolvedCredentials(Credentials(), _checked_service(uri, f"the `credentials_uri` in {PROFILES}"))
    raise ConfigError(
        f"credentials: the profile {profile['name']!r} in {PROFILES} has a mode that is not supported; name another "
        "profile in ALIBABA_CLOUD_PROFILE, or set ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true to ignore all profiles"
    )


def _key_of(profile: Profile) -> Credentials | None:
    """The access key that a profile holds; ``None`` where a part is missing. Mode ``StsToken`` also needs a token."""
    key, secret, token = (profile.get(name, "") for name in ("access_key_id", "access_key_secret", "sts_token"))
    temporary = profile.get("mode") == "StsToken"
    if not (key and secret and (token or not temporary)):
        return None
    return Credentials(key, secret, token if temporary else None)


def _role_of(profile: Profile, key: Credentials | None) -> ResolvedCredentials | None:
    """The RAM role that a profile names, assumed with a key; ``None`` without a key or a role."""
    role, external_id, policy = (profile.get(name, "") for name in ("ram_role_arn", "external_id", "policy"))
    if key is None or not role:
        return None
    return ResolvedCredentials(key, AssumedRole(role, _session_name(profile), _duration(profile), external_id, policy))


def _oidc_role_of(profile: Profile) -> ResolvedCredentials | None:
    """The RAM role that a profile names, assumed with an OIDC token; ``None`` where a field of the three is missing."""
    role, provider, file = (profile.get(name, "") for name in ("ram_role_arn", "oidc_provider_arn", "oidc_token_file"))
    if not (role and provider and file):
        return None
    policy = profile.get("policy", "")
    return ResolvedCredentials(
        Credentials(), OidcRole(role, provider, file, _session_name(profile), _duration(profile), policy)
    )


def _session_name(profile: Profile) -> str:
    """The name of the session in the vendor's audit log. Versions of the CLI name the field differently."""
    return profile.get("ram_session_name") or profile.get("role_session_name") or SESSION


def _duration(profile: Profile) -> str:
    """The lifetime of the temporary credentials in seconds, as text. The CLI writes 0 where none is set."""
    seconds = profile.get("expired_seconds", "0")
    return DURATION if seconds == "0" else seconds
