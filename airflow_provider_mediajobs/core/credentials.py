"""What a vendor module declares about credentials: the ways a connection may come by them, and what each must know."""

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
"""The way of a connection that says nothing else: its own key, or token, signs."""


class Parameter(Declared):
    """One field of the connection's extra.

    :param label: for people.
    :param description: the same.
    :param required: whether the way needs it.
    :param variable: of the environment, by the vendor's own name, that stands in where the connection says nothing.
    :param default: what stands in where that says nothing either.
    :param bounds: least and most, of a number.
    :param long: whether it takes more than a line.
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
    """What a connection, or the place where Airflow runs, says about credentials.

    :param credentials: sign requests, or ask the source for others.
    :param credential_provider: of temporary ones.
    """

    credentials: Credentials
    credential_provider: CredentialProvider | None = None


class Environment(Declared):
    """Where Airflow runs.

    :param variables: of the environment.
    :param read: the text of a file, ``~`` meaning the home; ``None`` where there is none that can be read.
    """

    variables: Mapping[str, str]
    read: Callable[[str], str | None]


class AuthMethod(Declared):
    """One way to come by credentials.

    :param name: value of ``credentials`` in the connection.
    :param title: for people.
    :param keys: what login and password are to it; empty where it needs neither.
    :param parameters: further fields.
    :param make: the source, from the values of those fields; ``None`` where login and password sign themselves.
    :param find: looks around instead; raises ``ConfigError`` where there is nothing.
    """

    name: str
    title: str
    keys: str
    parameters: tuple[Parameter, ...] = ()
    make: Callable[[Mapping[str, str]], CredentialProvider] | None = None
    find: Callable[[Environment], ResolvedCredentials] | None = None


def temporary(access_key: object, secret_key: object, security_token: object, expires_at: object) -> Credentials | None:
    """A temporary key as an identity service tells of it; ``None`` where part of it is missing."""
    from .account import Credentials  # here, not above: what a form offers is asked for in every DAG parse

    if not (isinstance(access_key, str) and isinstance(secret_key, str) and isinstance(security_token, str)):
        return None
    if not (access_key and secret_key and security_token):
        return None
    return Credentials(access_key, secret_key, security_token, expires_at=parse_time(expires_at))


def local(method: str, origin: str, path: str, headers: Pairs = ()) -> HttpRequest:
    """To a service that serves this machine alone: no key signs it, no proxy sees it."""
    from .http import HttpRequest  # as above

    return HttpRequest(method, origin, path, headers=headers, unsigned=True, direct=True)


def answer(response: HttpResponse, otherwise: str) -> dict[str, Any]:
    """The JSON of an identity service. What cannot be read may be half of a key, and is not shown.

    :param otherwise: said in its place.
    :raises UnreadableResponse: for what is no JSON object.
    """
    try:
        return response.json()
    except UnreadableResponse:
        raise UnreadableResponse(response.status, otherwise) from None


def word(response: HttpResponse, otherwise: str) -> str:
    """The single word that a metadata service answers with.

    :param otherwise: as for :func:`answer`.
    :raises UnreadableResponse: for anything else: a page of another server.
    """
    found = response.body.decode("utf-8", "replace").strip()
    if not (found.isascii() and found.isprintable()) or len(found.split()) != 1:
        raise UnreadableResponse(response.status, otherwise)
    return found


def no_instance(error: TransportError) -> TransportError:
    """A metadata service that does not answer, told in words of its own: most often there is none."""
    told = TransportError(f"{error}; only an ECS instance has a metadata service")
    told.trouble = error.trouble
    return told
