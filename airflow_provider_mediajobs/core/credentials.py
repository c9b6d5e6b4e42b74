# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""What a vendor declares about credentials: the methods by which a connection obtains them, with their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .declared import Declared
from .errors import TransportError, UnreadableResponse
from .times import parse_time

if TYPE_CHECKING:
    from .account import CredentialProvider, Credentials
    from .http import HttpRequest, HttpResponse, Pairs

ACCESS_KEY = "access_key"
"""Name of the default method: requests are signed by the connection's own key, or carry its own token."""


class NoCredentials(UnreadableResponse):
    """An answer of an identity service from which the requested credentials cannot be read.

    :param status: HTTP status.
    :param body: says what is missing, where it was looked for and what to do. It contains nothing of the answer, which
        may hold part of a key.
    """

    def __str__(self) -> str:
        return f"HTTP {self.status}: {self.body}"


class Parameter(Declared):
    """One field of the connection's extra.

    :param label: of the field in Airflow's connection form.
    :param description: help text in that form.
    :param required: whether the method cannot work without it.
    :param variable: the vendor's environment variable that is read where the connection has no value.
    :param default: the value where neither has one.
    :param bounds: smallest and largest value, for a number.
    :param long: whether the form shows a text area.
    """

    name: str
    label: str
    description: str
    required: bool = False
    variable: str = ""
    default: str = ""
    bounds: tuple[int, int] | None = None
    long: bool = False


class ResolvedCredentials(Declared):
    """Credentials as found in a connection or in Airflow's environment.

    :param credentials: sign requests, or the provider's requests for temporary credentials.
    :param credential_provider: exchanges them for temporary ones; ``None`` where they are used as they are.
    """

    credentials: Credentials
    credential_provider: CredentialProvider | None = None


class Environment(Declared):
    """The process environment in which credentials are looked for.

    :param variables: environment variables.
    :param read: returns a file's text, ``~`` being the home directory; ``None`` where it cannot be read.
    """

    variables: Mapping[str, str]
    read: Callable[[str], str | None]


class AuthMethod(Declared):
    """One method of obtaining credentials.

    :param name: value of ``credentials`` in the connection.
    :param title: heading in the connection form.
    :param keys: what login and password mean to it; empty where it needs neither.
    :param parameters: fields of the extra that it reads.
    :param make: returns the provider for the values of those fields; ``None`` where login and password sign.
    :param find: looks for credentials in the environment instead; raises ``ConfigError`` where there are none.
    """

    name: str
    title: str
    keys: str
    parameters: tuple[Parameter, ...] = ()
    make: Callable[[Mapping[str, str]], CredentialProvider] | None = None
    find: Callable[[Environment], ResolvedCredentials] | None = None


def temporary(access_key: object, secret_key: object, security_token: object, expires_at: object) -> Credentials | None:
    """Credentials from the fields of an identity service's answer; ``None`` where one is missing or no text."""
    from .account import Credentials  # here, not above: every DAG parse builds the connection form

    if not (isinstance(access_key, str) and isinstance(secret_key, str) and isinstance(security_token, str)):
        return None
    if not (access_key and secret_key and security_token):
        return None
    return Credentials(access_key, secret_key, security_token, expires_at=parse_time(expires_at))


def local(method: str, origin: str, path: str, headers: Pairs = ()) -> HttpRequest:
    """A request to a service of this machine, such as a metadata service: unsigned, and never through a proxy."""
    from .http import HttpRequest  # as above

    return HttpRequest(method, origin, path, headers=headers, unsigned=True, direct=True)


def answer(response: HttpResponse, otherwise: str) -> dict[str, Any]:
    """The JSON object an identity service has answered. An unreadable body is never shown: it may hold part of a key.

    :param otherwise: text of the error in that case: what is missing, where it was looked for and what to do.
    :raises NoCredentials: for a body that is not a JSON object.
    """
    try:
        return response.json()
    except UnreadableResponse:
        raise NoCredentials(response.status, otherwise) from None


def word(response: HttpResponse, otherwise: str) -> str:
    """The single word that a metadata service has answered.

    :param otherwise: as for :func:`answer`.
    :raises NoCredentials: for anything but one word, such as another server's page.
    """
    found = response.body.decode("utf-8", "replace").strip()
    if not (found.isascii() and found.isprintable()) or len(found.split()) != 1:
        raise NoCredentials(response.status, otherwise)
    return found


def no_instance(error: TransportError) -> TransportError:
    """The error for a metadata service that does not answer: in most cases this is no instance of that cloud."""
    told = TransportError(
        f"{error}; only an ECS instance has a metadata service: where Airflow runs elsewhere, choose another method in "
        "`credentials` of the connection"
    )
    told.trouble = error.trouble
    return told
