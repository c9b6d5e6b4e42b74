# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""JSON requests to the demo's own servers on this machine, by the standard library and without a proxy."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

_OPENER = build_opener(ProxyHandler({}))


class Unavailable(Exception):
    """The server does not answer, or answers with an error."""


def ask(url: str, body: Any = None, *, method: str | None = None, timeout: float = 15.0) -> Any:
    """Send a request and return the answer's JSON.

    :param body: sent by POST as JSON, where given.
    :raises Unavailable: for anything but a success with JSON.
    """
    data = None if body is None else json.dumps(body).encode()
    headers = {"accept": "application/json", "content-type": "application/json"}
    request = Request(url, data, headers, method=method)  # noqa: S310 - always http on this machine
    try:
        with _OPENER.open(request, timeout=timeout) as response:
            return json.load(response)
    except HTTPError as error:
        with error:
            raise Unavailable(f"{url} answers {error.code}: {error.read(500).decode('utf-8', 'replace')}") from None
    except (URLError, OSError, ValueError) as error:
        raise Unavailable(f"{url}: {error}") from None
