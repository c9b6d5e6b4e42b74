"""How Huawei's REST operations are addressed: hosts, project path, JSON bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...core.account import Account
from ...core.errors import ConfigError
from ...core.http import HttpRequest, Pairs, percent_encode

PRODUCTS = ("vod", "mpc")

# MPC in Beijing-1 still answers under the service's older name.
_OTHER_PREFIX = {("mpc", "cn-north-1"): "mts"}


def endpoint(account: Account, product: str) -> str:
    """Scheme and host for a product.

    :raises ConfigError: where the connection has neither a region nor a host.
    """
    if origin := account.override(product):
        return origin
    if account.region is None:
        raise ConfigError(f"the connection has no region; {product} needs one: set `region` (for example cn-north-4)")
    prefix = _OTHER_PREFIX.get((product, account.region), product)
    return f"https://{prefix}.{account.region}.myhuaweicloud.com"


def call(account: Account, product: str, method: str, path: str, query: Pairs = (), body: Any = None) -> HttpRequest:
    """One request, unsigned.

    :param path: may hold ``{project_id}``.
    :param body: anything JSON; ``None`` sends no body.
    """
    project = percent_encode(account.project_id or "")
    return HttpRequest(
        method,
        endpoint(account, product),
        path.replace("{project_id}", project),
        query=query,
        headers=(("Content-Type", "application/json"),),  # sent and signed even without a body, as the SDK does
        body=b"" if body is None else json.dumps(body, ensure_ascii=False).encode(),
    )


def pairs(query: Mapping[str, Any]) -> Pairs:
    """Names and values: a list repeats its name, ``None`` is left out, booleans are lower case."""
    found: list[tuple[str, str]] = []
    for name, value in query.items():
        items = value if isinstance(value, list | tuple) else [value]
        found += [
            (name, str(item).lower() if isinstance(item, bool) else str(item)) for item in items if item is not None
        ]
    return tuple(found)
