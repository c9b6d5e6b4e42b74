"""Sensors that gate a DAG on media jobs."""

from . import alibaba, huawei
from .alibaba import *  # noqa: F403 - each vendor's module says itself which sensors it has
from .huawei import *  # noqa: F403
from .job import MediaJobSensor

__all__ = ["MediaJobSensor"]
__all__ += alibaba.__all__
__all__ += huawei.__all__
