# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Requests to Alibaba Cloud's RPC operations: hosts, API versions, parameters.

An RPC request is a ``POST`` to ``/`` with the parameters in the query and an empty body, as the vendor's SDKs send it.
The older signature, HMAC-SHA1, moves the parameters into a form body when it signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ....core.errors import ConfigError, ParameterError
from ....core.kind import Exchange, Permission
from ....core.sendable import check_nesting, check_text, sent_as, token
from ....core.shown import shown
from .quotas import quota_name

if TYPE_CHECKING:
    from ....core.account import Account
    from ....core.http import HttpRequest, HttpResponse, Pairs

NO_ID = "0" * 32
"""An id that no job has, for trying permissions: as long as the vendor's ids."""

VERSIONS = {"live": "2016-11-01", "ice": "2020-11-09", "vod": "2017-03-21", "mts": "2014-06-18"}

# Regions whose Live API is served by the central host; for any other the vendor's rule is live.<region>. The list is
# that of the vendor's SDK: an older help page gives Singapore and Frankfurt hosts of their own.
_LIVE_CENTRAL = frozenset(
    "cn-shanghai cn-beijing cn-shenzhen cn-qingdao cn-hangzhou cn-hongkong cn-chengdu cn-huhehaote cn-wulanchabu "
    "cn-zhangjiakou ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 eu-central-1 "
    "eu-west-1 me-east-1 me-central-1 us-east-1 us-west-1".split()
)

# Regions whose VOD API is served by the central host. cn-hangzhou is served from Shanghai.
_VOD_CENTRAL = frozenset(
    "ap-southeast-2 ap-southeast-3 cn-chengdu cn-huhehaote cn-qingdao cn-wuhan cn-wulanchabu me-east-1 "
    "us-east-1".split()
)


def endpoint(account: Account, product: str) -> str:
    """Scheme and host for a product: the connection's own, otherwise the vendor's for the region.

    :raises ConfigError: where the host depends on the region and the connection has none.
    """
    if origin := account.override(product):
        return origin
    region = account.region
    if product == "live" and (region is None or region in _LIVE_CENTRAL):
        return "https://live.aliyuncs.com"
    if region is None:
        raise ConfigError(f"the connection has no region; {product} needs one: set `region` (for example cn-shanghai)")
    if product == "vod" and region in _VOD_CENTRAL:
        return "https://vod.aliyuncs.com"
    if product == "vod" and region == "cn-hangzhou":
        return "https://vod.cn-shanghai.aliyuncs.com"
    # ICE: the help page has a host for each region, the SDK's table sends most regions to ice.aliyuncs.com. Jobs belong
    # to a region, so the page's hosts are used.
    return f"https://{product}.{region}.aliyuncs.com"


def call(
    account: Account,
    product: str,
    action: str,
    parameters: Mapping[str, Any],
    version: str | None = None,
) -> HttpRequest:
    """One RPC request, unsigned.

    :param product: the product's name in its host, such as ``vod``.
    :param action: the operation's name.
    :param parameters: values by the vendor's names; ``None`` is left out, a list becomes ``Name.1``, an object
        ``Name.Key``.
    :param version: the API's version; by default that of the product in ``VERSIONS``.
    :raises ParameterError: for a product without a known version, and for a value that cannot be sent.
    :raises ConfigError: see :func:`endpoint`.
    """
    from ....core.http import HttpRequest  # here, not above: importing a sensor in a DAG file must not load it

    known = VERSIONS.get(token("product", product))
    version = known if version is None else token("version", version)
    if version is None:
        valid = ", ".join(VERSIONS)
        raise ParameterError(
            f"version is missing: {shown(product)} is none of {valid}; give the API's version as `version`"
        )
    if not isinstance(parameters, Mapping):
        raise ParameterError(f"parameters must be values by name, not {type(parameters).__name__}")
    check_nesting("parameters", parameters)
    names: Pairs = (("x-acs-action", token("action", action)), ("x-acs-version", version))
    headers: Pairs = (*names, ("accept", "application/json"))
    query = tuple(_flat("", parameters))
    counted = quota_name(product, action)
    return HttpRequest("POST", endpoint(account, product), query=query, headers=headers, product=counted)


def check_empty(response: HttpResponse, *fields: str) -> None:
    """Check a successful response without a job: see :func:`core.envelope.check_empty`."""
    from . import errors  # here, not above: importing a sensor in a DAG file must not load it

    errors.check_empty(response, *fields)


def permission(action: str, parameters: Mapping[str, Any], fields: str, *, proved_by: str = "") -> Permission:
    """A RAM permission that is tried by one call of its own operation, for an id that cannot exist.

    The gateway checks the key, then the permission; only the product behind it checks the id, so an error about the id
    proves the permission.

    :param action: the permission's name, ``product:Operation``.
    :param parameters: parameters of the call, which name that id.
    :param fields: names of fields, separated by blanks; a response of the operation has at least one of them.
    :param proved_by: the vendor's codes of such an error, separated by blanks.
    """
    product, _, operation = action.partition(":")

    def attempt(account: Account) -> Exchange[None]:
        response = yield call(account, product, operation, parameters)
        check_empty(response, "RequestId", *fields.split())

    return Permission(action, attempt, frozenset(proved_by.split()))


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Names and values of the query for a nested value; ``name`` is empty at the top.

    :raises ParameterError: for a name or value that cannot be sent.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            part = check_text("a name in parameters", str(key))
            yield from _flat(f"{name}.{part}" if name else part, item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value, start=1):
            yield from _flat(f"{name}.{index}", item)
    elif value is not None:
        yield name, sent_as(f"parameters: {name}", value)
