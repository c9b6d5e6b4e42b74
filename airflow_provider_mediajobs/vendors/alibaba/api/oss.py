# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The addresses of files in OSS, the vendor's object storage."""

from __future__ import annotations

from typing import Any

from ....core import facts, shapes


def address(value: Any) -> str | None:
    """The URL ``oss://bucket/object`` of a record of both parts, unescaped; ``None`` where one is missing."""
    file = shapes.known_record(value, shapes.capitalised)
    bucket, name = facts.text(file.get("Bucket")), facts.text(file.get("Object"))
    return f"oss://{bucket}/{name.lstrip('/')}" if bucket and name else None
