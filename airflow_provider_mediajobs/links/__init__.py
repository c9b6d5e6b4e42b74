# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Links beside a task in Airflow's UI: to the vendor's console, and to the job's output."""

from .console import MediaJobConsoleLink
from .output import MediaJobOutputLink

__all__ = ["MediaJobConsoleLink", "MediaJobOutputLink"]
