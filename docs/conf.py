"""Sphinx's settings. Build: ``.ci/run docs``, or ``python -m sphinx -W docs docs/_build/html``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
# Airflow writes its settings where this says when it is imported; a build leaves the user's own alone.
os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="mediajobs-docs-"))

from airflow_provider_mediajobs import __version__  # noqa: E402 - after Airflow's home is set
from airflow_provider_mediajobs.provider_info import PACKAGE  # noqa: E402

project = PACKAGE
author = "the contributors of airflow-provider-mediajobs"
copyright = author  # noqa: A001 - Sphinx's name for it
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "mediajobs_docs"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"{project} {version}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
