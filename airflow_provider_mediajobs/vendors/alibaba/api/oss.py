# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Objects of OSS, the vendor's storage, as records name them."""

from __future__ import annotations

from typing import Any

from ....core import facts, shapes


def address(value: Any) -> str | None:
    """``oss://bucket/object`` of a record with both parts, as they were sent; ``None`` where one is missing."""
    file = shapes.known_record(value, shapes.capitalised)
    bucket, name = facts.text(file.get("Bucket")), facts.text(file.get("Object"))
    return f"oss://{bucket}/{name.lstrip('/')}" if bucket and name else None
