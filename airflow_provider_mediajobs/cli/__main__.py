# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""``python -m airflow_provider_mediajobs.cli``, where the console script is not on the path."""

from __future__ import annotations

import sys

from . import main

sys.exit(main())
