"""``python -m airflow_provider_mediajobs.cli``, where the console script is not on the path."""

from __future__ import annotations

import sys

from . import main

sys.exit(main())
