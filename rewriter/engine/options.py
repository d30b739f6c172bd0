# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person may ask of a run beyond the semantic patch itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.cfg.flow import EVERYWHERE, Flow
from rewriter.edit.wrap import WIDTH
from rewriter.engine.headers import Headers
from rewriter.match.manner import Manner
from rewriter.smpl.isofile import IsomorphismChoice
from rewriter.source.macros import MacroTable


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of one run; but for ``macros`` they are the same for every file.

    ``virtuals`` are ``-D name`` (value None) and ``-D name=value``; ``assume`` names facts about the tree
    that the analysis need not find (``per-vma-locks``); ``include`` names kinds of findings that are
    rewritten only on request (``may-sleep``); ``no_scripts`` leaves the patch's Python unrun; after
    ``seconds`` a file is given up, 0 for never; ``flow`` says which ways control takes, ``manner`` how
    patterns are matched; with ``inconsistent_paths`` code is changed even if control can come to it past
    the start of a match; lists are broken at a comma before column ``width``; with ``as_written`` plus code
    has the white space of the semantic patch; with ``keep_comments`` those in removed code stay;
    ``headers`` says which headers are read for types, none if it is None; ``isomorphisms`` says which there
    are; ``macros`` is what is known of the tree's macros, None for what the program knows by itself.
    """

    virtuals: tuple[tuple[str, str | None], ...] = ()
    assume: frozenset[str] = frozenset()
    include: frozenset[str] = frozenset()
    no_scripts: bool = False
    seconds: int = 0
    flow: Flow = EVERYWHERE
    inconsistent_paths: bool = False
    manner: Manner = field(default_factory=Manner)
    isomorphisms: IsomorphismChoice = field(default_factory=IsomorphismChoice)
    headers: Headers | None = None
    width: int = WIDTH
    as_written: bool = False
    keep_comments: bool = False
    macros: MacroTable | None = field(default=None, repr=False)

    @property
    def enabled(self) -> frozenset[str]:
        """The virtual rules that are switched on."""
        return frozenset(name for name, value in self.virtuals if value is None)

    @property
    def bindings(self) -> tuple[tuple[str, str], ...]:
        """The values given to virtual identifiers, in the order of the command line."""
        return tuple((name, value) for name, value in self.virtuals if value is not None)
