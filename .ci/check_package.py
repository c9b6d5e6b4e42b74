# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Is the wheel whole? Run by the interpreter of an environment that holds nothing but it, outside the checkout."""

import sys
import tarfile
import zipfile
from importlib.metadata import distribution, entry_points
from pathlib import Path

import airflow_provider_mediajobs

wheel, sdist = sys.argv[1:]
in_wheel = set(zipfile.ZipFile(wheel).namelist())
in_sdist = {name.partition("/")[2] for name in tarfile.open(sdist).getnames()}
assert "airflow_provider_mediajobs/py.typed" in in_wheel, "the wheel lacks py.typed"
assert not [name for name in in_wheel if name.startswith(("tests", "example_dags"))], "the wheel holds tests"
assert not [name for name in in_wheel if name.startswith("docs/")], "the wheel holds the documentation's sources"
missing = {
    *("LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "pyproject.toml", "constraints.txt"),
    *("docs/conf.py", "docs/_ext/register_tables.py", ".ci/run"),
} - in_sdist
assert not missing, f"the sdist lacks {', '.join(sorted(missing))}"
assert not [name for name in in_sdist if name.startswith("docs/_build")], "the sdist holds built documentation"

home = Path(airflow_provider_mediajobs.__file__)
assert home.is_relative_to(sys.prefix), f"imported from {home}, not from the wheel"
version = distribution("airflow-provider-mediajobs").version
assert version == airflow_provider_mediajobs.__version__, version
addresses = distribution("airflow-provider-mediajobs").metadata.get_all("Project-URL")
urls = dict(address.split(", ", 1) for address in addresses)
assert {"Homepage", "Documentation", "Source", "Changelog", "Bug Tracker"} <= urls.keys(), urls

(entry,) = [
    point
    for point in entry_points(group="apache_airflow_provider")
    if point.value.startswith("airflow_provider_mediajobs")
]
info = entry.load()()
assert info["package-name"] == "airflow-provider-mediajobs", info
assert info["versions"] == [version], info

import airflow_provider_mediajobs.hooks.alibaba
import airflow_provider_mediajobs.hooks.huawei
import airflow_provider_mediajobs.sensors

(command,) = entry_points(group="console_scripts", name="mediajobs")
assert callable(command.load())
print(
    f"{Path(wheel).name}: {len(in_wheel)} files, {len(info['connection-types'])} connection types; imports, registers"
)
