# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The hook of Alibaba Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.exchange import single
from ..vendors.alibaba import ALIBABA
from ..vendors.alibaba.api import rpc
from .media import MediaHook


class AlibabaMediaHook(MediaHook):
    """An Alibaba Cloud account: ApsaraVideo Live, VOD and Media Processing, and Intelligent Media Services.

    For the parameters and the other methods see :class:`MediaHook`.
    """

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

        :param product: ``live``, ``ice``, ``vod`` or ``mts``; another one needs its ``version``.
        :param action: the operation's name, for example ``GetPlayInfo``.
        :param parameters: by the vendor's names. Lists and objects are flattened (``Name.1``, ``Name.1.Key``); where
            the vendor wants JSON text, give text.
        :param version: the API's version, for example ``2017-03-21``, where the product is none of these four.
        :returns: the answer's JSON.
        :raises ParameterError: for a value that cannot be sent, or a missing version; nothing is sent.
        :raises MediaJobsError: the vendor's error, or that of the network.
        """
        return self.run(
            single(rpc.call(self.account, product, action, {} if parameters is None else parameters, version))
        )
