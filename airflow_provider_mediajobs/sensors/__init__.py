"""Sensors that gate a DAG on media jobs."""

from .alibaba import AlibabaIceLiveEditingSensor, AlibabaLiveEditingSensor, AlibabaVodTranscodeSensor
from .huawei import HuaweiMpcEditingSensor, HuaweiVodEditingSensor
from .job import MediaJobSensor

__all__ = [
    "AlibabaIceLiveEditingSensor",
    "AlibabaLiveEditingSensor",
    "AlibabaVodTranscodeSensor",
    "HuaweiMpcEditingSensor",
    "HuaweiVodEditingSensor",
    "MediaJobSensor",
]
