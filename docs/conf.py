# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Sphinx's settings. Build: ``.ci/run docs``, or ``python -m sphinx -W docs docs/_build/html``."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
if "AIRFLOW_HOME" not in os.environ:  # Airflow writes its settings there when it is imported: not into the user's own
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="mediajobs-docs-")
    atexit.register(shutil.rmtree, os.environ["AIRFLOW_HOME"], ignore_errors=True)

from airflow_provider_mediajobs import __version__  # noqa: E402 - after Airflow's home is set
from airflow_provider_mediajobs.provider_info import PACKAGE  # noqa: E402

project = PACKAGE
author = "the contributors of airflow-provider-mediajobs"
copyright = author  # noqa: A001 - Sphinx's name for it
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "mediajobs_docs"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_title = f"{project} {version}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
