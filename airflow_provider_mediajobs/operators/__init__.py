# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Operators that submit media jobs, wait for them and find them again."""

from .alibaba import (
    AlibabaIceSubmitLiveEditingOperator,
    AlibabaIceSubmitProducingOperator,
    AlibabaIceSubmitTranscodeOperator,
    AlibabaLiveEditShowOperator,
    AlibabaMpsSubmitTranscodeOperator,
    AlibabaVodSubmitTranscodeOperator,
)
from .huawei import (
    HuaweiMpcCreateEditingOperator,
    HuaweiMpcCreateTranscodingOperator,
    HuaweiVodCreateEditingOperator,
)
from .job import MediaJobOperator

__all__ = [
    "AlibabaIceSubmitLiveEditingOperator",
    "AlibabaIceSubmitProducingOperator",
    "AlibabaIceSubmitTranscodeOperator",
    "AlibabaLiveEditShowOperator",
    "AlibabaMpsSubmitTranscodeOperator",
    "AlibabaVodSubmitTranscodeOperator",
    "HuaweiMpcCreateEditingOperator",
    "HuaweiMpcCreateTranscodingOperator",
    "HuaweiVodCreateEditingOperator",
    "MediaJobOperator",
]
