# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""How Alibaba's RPC operations are addressed: endpoints, versions, parameters.

RPC style: path ``/``, ``POST`` with the parameters in the query string and an empty body, as the vendor's SDKs send it.
The older signature moves them into a form body when it signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ....core.errors import ConfigError, ParameterError
from ....core.kind import Exchange, Permission
from ....core.sendable import check_text, sent_as, token
from .quotas import quota_name

if TYPE_CHECKING:
    from ....core.account import Account
    from ....core.http import HttpRequest, HttpResponse, Pairs

NO_ID = "0" * 32
"""As long as the vendor's ids, and none of them."""

VERSIONS = {"live": "2016-11-01", "ice": "2020-11-09", "vod": "2017-03-21", "mts": "2014-06-18"}

# Regions whose Live API answers at the central host; the vendor's rule for any other is live.<region>.
# The older help page gives Singapore and Frankfurt hosts of their own; the SDK's newer table does not.
_LIVE_CENTRAL = frozenset(
    "cn-shanghai cn-beijing cn-shenzhen cn-qingdao cn-hangzhou cn-hongkong cn-chengdu cn-huhehaote cn-wulanchabu "
    "cn-zhangjiakou ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 eu-central-1 "
    "eu-west-1 me-east-1 me-central-1 us-east-1 us-west-1".split()
)

# VOD regions without a host of their own; cn-hangzhou is served from Shanghai.
_VOD_CENTRAL = frozenset(
    "ap-southeast-2 ap-southeast-3 cn-chengdu cn-huhehaote cn-qingdao cn-wuhan cn-wulanchabu me-east-1 "
    "us-east-1".split()
)


def endpoint(account: Account, product: str) -> str:
    """Scheme and host for a product.

    :raises ConfigError: where the host depends on a region and the connection has none.
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
    # ICE jobs are regional; the SDK's table sends most regions to ice.aliyuncs.com, the help page none. The page wins.
    return f"https://{product}.{region}.aliyuncs.com"


def call(
    account: Account,
    product: str,
    action: str,
    parameters: Mapping[str, Any],
    version: str | None = None,
) -> HttpRequest:
    """One RPC request, unsigned.

    :param parameters: by the vendor's names; ``None`` is left out, lists become ``Name.1``, objects ``Name.Key``.
    :param version: needed for a product this package does not model.
    :raises ParameterError: for a product without a known version, and for a value that cannot be sent.
    """
    from ....core.http import HttpRequest  # here, not above: importing a sensor in a DAG file must not load it

    version = version or VERSIONS.get(token("product", product))
    if version is None:
        raise ParameterError(
            f"version is missing: {product!r} is none of {', '.join(VERSIONS)}; give the API's version"
        )
    if not isinstance(parameters, Mapping):
        raise ParameterError(f"parameters must be values by name, not {type(parameters).__name__}")
    names: Pairs = (("x-acs-action", token("action", action)), ("x-acs-version", token("version", version)))
    headers: Pairs = (*names, ("accept", "application/json"))
    query = tuple(_flat("", parameters))
    counted = quota_name(product, action)
    return HttpRequest("POST", endpoint(account, product), query=query, headers=headers, product=counted)


def check_empty(response: HttpResponse, *fields: str) -> None:
    """See :func:`errors.check_empty`."""
    from . import errors  # as above

    errors.check_empty(response, *fields)


def permission(action: str, parameters: Mapping[str, Any], fields: str, *, proved_by: str = "") -> Permission:
    """A RAM permission that is tried by one call of its own operation, for an id that cannot exist.

    The gateway checks the key, then the permission; only the product behind it checks the id, so an error about the id
    proves the permission.

    :param action: ``product:Operation``.
    :param fields: names of fields, separated by blanks; a response of the operation has at least one of them.
    :param proved_by: the vendor's codes of such an error, separated by blanks.
    """
    product, _, operation = action.partition(":")

    def attempt(account: Account) -> Exchange[None]:
        response = yield call(account, product, operation, parameters)
        check_empty(response, "RequestId", *fields.split())

    return Permission(action, attempt, frozenset(proved_by.split()))


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            part = check_text("a name in parameters", str(key))
            yield from _flat(f"{name}.{part}" if name else part, item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value, start=1):
            yield from _flat(f"{name}.{index}", item)
    elif value is not None:
        yield name, sent_as(f"parameters: {name}", value)
