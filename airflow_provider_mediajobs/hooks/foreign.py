# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Reads connections that were made for other Airflow providers of the same clouds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .extra import Extra


class Keys(NamedTuple):
    """An access key, with the names of its two fields in the connection.

    :param login: id of the key.
    :param password: secret of the key.
    """

    login: object
    password: object
    names: tuple[str, str]


PLAIN = ("login", "password")
IN_EXTRA = ("access_key_id", "access_key_secret")

# Connection types by vendor. The providers `apache-airflow-providers-alibaba` and `apache-airflow-providers-huawei`.
TYPES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "alibaba": dict.fromkeys(("alibaba_cloud", "oss", "adb_spark", "maxcompute"), IN_EXTRA),
    "huawei": {"huaweicloud": PLAIN},
}

READ_ELSEWHERE = frozenset(
    "__extra__ access_key_id access_key_secret ak auth_type bucket bucket_name cluster_id endpoint obs_bucket project"
    " sk sts_token token".split()
)
"""Names in extra that those providers, or Airflow itself, read."""


def is_foreign(vendor: str, conn_type: str) -> bool:
    """Whether a connection type is another provider's for this vendor."""
    return conn_type in TYPES.get(vendor, {})


def keys_of(fields: Extra, vendor: str, conn_type: str, own: Keys) -> Keys:
    """The key of such a connection: in the fields where that provider reads it, or else in login and password.

    :param own: login and password.
    :raises ConfigError: for a type of authentication that is not supported.
    """
    names = TYPES[vendor][conn_type]
    if names == PLAIN:
        return own
    if fields.text("auth_type") not in {None, "AK"}:
        cure = f"use AK and put the key into {' and '.join(names)}"
        raise fields.error("auth_type", "is not supported here", cure)
    return Keys(fields.text(names[0]) or own.login, fields.text(names[1]) or own.password, names)
