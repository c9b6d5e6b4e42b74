"""Connections that were made for other providers of the same clouds, read as if they were this package's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .extra import Extra


class Keys(NamedTuple):
    """An access key, and what a connection calls its two parts.

    :param login: the key's id.
    :param password: its secret.
    """

    login: object
    password: object
    names: tuple[str, str]


PLAIN = ("login", "password")
IN_EXTRA = ("access_key_id", "access_key_secret")

# By the vendor's name here. The providers `apache-airflow-providers-alibaba` and `apache-airflow-providers-huawei`.
TYPES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "alibaba": dict.fromkeys(("alibaba_cloud", "oss", "adb_spark", "maxcompute"), IN_EXTRA),
    "huawei": {"huaweicloud": PLAIN},
}

READ_ELSEWHERE = frozenset(
    "__extra__ access_key_id access_key_secret ak auth_type bucket bucket_name cluster_id endpoint obs_bucket project"
    " sk sts_token token".split()
)
"""What those providers, and Airflow itself, keep in extra."""


def is_foreign(vendor: str, conn_type: str) -> bool:
    """Whether a type is another provider's, for an account of this vendor."""
    return conn_type in TYPES.get(vendor, {})


def keys_of(fields: Extra, vendor: str, conn_type: str, own: Keys) -> Keys:
    """The key that such a connection holds: where that provider reads it, or else in login and password.

    :param own: what is in those.
    :raises ConfigError: for a sort of authentication that the provider does not have.
    """
    names = TYPES[vendor][conn_type]
    if names == PLAIN:
        return own
    if fields.text("auth_type") not in {None, "AK"}:
        cure = f"use AK and put the key into {' and '.join(names)}"
        raise fields.error("auth_type", "is of a sort that is not known here", cure)
    return Keys(fields.text(names[0]) or own.login, fields.text(names[1]) or own.password, names)
