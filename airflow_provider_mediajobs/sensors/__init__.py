# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Sensors that gate a DAG on media jobs."""

from . import alibaba, huawei
from .alibaba import *  # noqa: F403 - each vendor's module says itself which sensors it has
from .huawei import *  # noqa: F403
from .job import MediaJobSensor

__all__ = ["MediaJobSensor"]
__all__ += alibaba.__all__
__all__ += huawei.__all__
