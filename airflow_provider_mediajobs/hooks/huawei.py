# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The hook of Huawei Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.exchange import single
from ..vendors.huawei import HUAWEI
from ..vendors.huawei.api import rest
from .media import MediaHook


class HuaweiMediaHook(MediaHook):
    """A Huawei Cloud project: Video on Demand (VOD) and Media Processing Center (MPC).

    For the parameters and the other methods see :class:`MediaHook`.
    """

    vendor_name = HUAWEI.name
    conn_type = HUAWEI.conn_type
    default_conn_name = HUAWEI.default_conn_id
    hook_name = HUAWEI.hook_name

    def __init__(self, conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(conn_id, **kwargs)

    def call(
        self, service: str, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None
    ) -> dict[str, Any]:
        """Call any REST operation, signed, such as one this package does not model. Sent once, not retried.

        :param service: ``vod``, ``mpc``, or another service's host prefix.
        :param method: ``GET``, ``POST``, ``PUT``, ``DELETE``.
        :param path: the path on the vendor's page, from its first ``/`` on, without a query. ``{project_id}`` is filled
            in.
        :param query: the parameters of the query, by the vendor's names; a list makes one parameter for each item.
        :param body: any JSON value; ``None`` sends no body.
        :returns: the answer's JSON; ``{}`` for an answer without a body.
        :raises ParameterError: for an invalid path, or a value that cannot be sent; nothing is sent.
        :raises MediaJobsError: the vendor's error, or that of the network.
        """
        return self.run(
            single(rest.call(self.account, service, method, path, rest.pairs({} if query is None else query), body))
        )
