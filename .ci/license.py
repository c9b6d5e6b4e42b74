# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The licence header of every Python file: inserts it where it is missing.

``python .ci/license.py`` changes files and fails where it has changed any, as pre-commit expects of a hook;
``python .ci/license.py --check`` changes none, and fails where it would have.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (".ci", "airflow_provider_mediajobs", "docs", "example_dags", "tests")
HEADER = """\
# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""
_FIRST_LINES = re.compile(r"(#!.*\n)?")
"""What has to stay in front: the line that names an interpreter."""


def with_header(text: str) -> str:
    """The text of a file with the header, once."""
    start = _FIRST_LINES.match(text)
    end = start.end() if start is not None else 0
    return text if text[end:].startswith(HEADER) else text[:end] + HEADER + text[end:]


def without_header(text: str) -> str:
    """The text of a file without the header, as it was written."""
    return text.replace(HEADER, "", 1)


def files(root: Path = ROOT) -> list[Path]:
    """All Python files of a checkout."""
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))


def main(arguments: list[str], root: Path = ROOT) -> int:
    """:returns: the exit code: 1 where a file had no header."""
    lacking = [path for path in files(root) if with_header(path.read_text()) != path.read_text()]
    for path in lacking:
        print(f"{path.relative_to(root)} has no licence header")
        if "--check" not in arguments:
            path.write_text(with_header(path.read_text()))
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
