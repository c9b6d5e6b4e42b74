# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The hook of Alibaba Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.kind import single
from ..vendors.alibaba import ALIBABA
from ..vendors.alibaba.api import rpc
from .media import MediaHook


class AlibabaMediaHook(MediaHook):
    """An Alibaba Cloud account: ApsaraVideo Live, Intelligent Media Services, ApsaraVideo VOD. See `MediaHook`."""

    vendor_name = ALIBABA.name
    conn_type = ALIBABA.conn_type
    default_conn_name = ALIBABA.default_conn_id
    hook_name = ALIBABA.hook_name

    def __init__(self, conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(conn_id, **kwargs)

    def call(
        self, product: str, action: str, parameters: Mapping[str, Any] | None = None, *, version: str | None = None
    ) -> dict[str, Any]:
        """Call any RPC operation, signed, such as one this package does not model. Sent once, not retried.

        :param product: ``live``, ``ice``, ``vod``, or another with its ``version``.
        :param action: the operation's name.
        :param parameters: by the vendor's names; lists and objects are flattened as the vendor does it; the caller
            encodes those that are JSON text.
        :param version: the API's version, where the product is not one of the three.
        :returns: the answer's JSON.
        :raises MediaJobsError: what the vendor or the network said.
        """
        return self.run(single(rpc.call(self.account, product, action, parameters or {}, version)))
