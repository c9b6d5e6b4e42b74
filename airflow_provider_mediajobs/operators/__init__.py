"""Operators that submit media jobs, wait for them and find them again."""

from .alibaba import (
    AlibabaIceSubmitLiveEditingOperator,
    AlibabaLiveEditShowOperator,
    AlibabaVodSubmitTranscodeOperator,
)
from .huawei import HuaweiMpcCreateEditingOperator, HuaweiVodCreateEditingOperator
from .job import MediaJobOperator

__all__ = [
    "AlibabaIceSubmitLiveEditingOperator",
    "AlibabaLiveEditShowOperator",
    "AlibabaVodSubmitTranscodeOperator",
    "HuaweiMpcCreateEditingOperator",
    "HuaweiVodCreateEditingOperator",
    "MediaJobOperator",
]
