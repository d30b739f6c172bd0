# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter list``: the patterns that ship with the tool."""

from __future__ import annotations

from rich.text import Text

from rewriter.cli.errors import clear_errors
from rewriter.cli.output import print_lines
from rewriter.engine.catalog import shipped_patterns
from rewriter.report.pattern import define_options


def list_patterns() -> None:
    """List the shipped patterns: name, topic, the first line of what they are for, and the -D they take."""
    with clear_errors():
        patterns = shipped_patterns()
        width = max((len(p.name) for p in patterns), default=0)
        topics = max((len(p.topic) for p in patterns), default=0)
        lines = []
        for pattern in patterns:
            patch = pattern.parse(every=True)
            head = patch.description[0] if patch.description else ""
            if takes := define_options(patch):
                head = f"{head} ({', '.join(takes)})".strip()
            name = (pattern.name.ljust(width), "bold")
            lines.append(Text.assemble(name, "  ", pattern.topic.ljust(topics), "  ", head))
        print_lines(lines)
