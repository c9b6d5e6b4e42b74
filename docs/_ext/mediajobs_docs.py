# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""The Sphinx extension of this documentation: ``{register} NAME`` puts a table of the register in its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import register_tables
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


class RegisterDirective(SphinxDirective):
    """A table of ``register_tables``, by its name and, for tables of one kind, the name of the kind."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table.

        :raises DirectiveError: for an unknown table or kind, with the page and the line.
        """
        try:
            text = register_tables.made(" ".join(self.arguments))
        except (TypeError, ValueError) as error:
            raise self.error(str(error)) from None
        for path in Path(register_tables.__file__).parent.glob("register_*.py"):
            self.env.note_dependency(str(path))
        made: list[nodes.Node] = self.parse_text_to_nodes(text)
        return made


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; Sphinx calls this function."""
    app.add_directive("register", RegisterDirective)
    return {"version": "1", "parallel_read_safe": True}
