# SPDX-License-Identifier: GPL-2.0-or-later
"""Random small C functions. A function is a tree of `Statement`, so that it can be made smaller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

CALLS = ("a", "b", "c")
FUNCTIONS = ("f", "g")
VARIABLES = ("x", "y", "z")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: text before each block and behind the last; without blocks the text alone."""

    heads: tuple[str, ...]
    blocks: tuple[tuple[Statement, ...], ...] = ()
    tail: str = ""
    bare: bool = False  # its blocks are single statements without braces

    def lines(self, indent: int) -> Iterator[str]:
        """Write it."""
        pad = "\t" * indent
        for i, head in enumerate(self.heads):
            block = self.blocks[i] if i < len(self.blocks) else None
            if block is None:
                yield pad + head
            elif self.bare and len(block) == 1:
                yield pad + head
                yield from block[0].lines(indent + 1)
            else:
                yield f"{pad}{head} {{"
                for part in block:
                    yield from part.lines(indent + 1)
                yield pad + "}" + (f" {self.tail}" if self.tail and i + 1 == len(self.heads) else "")

    def smaller(self) -> Iterator[Statement]:
        """Give every version of it that lacks one part."""
        for i, block in enumerate(self.blocks):
            for less in smaller(block):
                yield replace(self, blocks=(*self.blocks[:i], less, *self.blocks[i + 1 :]))
        if len(self.heads) == 2:
            yield replace(self, heads=self.heads[:1], blocks=self.blocks[:1])


def smaller(block: tuple[Statement, ...]) -> Iterator[tuple[Statement, ...]]:
    """Give every version of a block that lacks one statement, has one flattened, or one made smaller."""
    for i, part in enumerate(block):
        yield (*block[:i], *block[i + 1 :])
        for inner in part.blocks if not part.heads[0].startswith("switch") else ():
            yield (*block[:i], *inner, *block[i + 1 :])
        for less in part.smaller():
            yield (*block[:i], less, *block[i + 1 :])


def _never_falls_out(statement: Statement) -> bool:
    head = statement.heads[0]
    if head.startswith(("return", "goto", "break", "continue")):
        return True
    if head.startswith("switch"):
        parts = statement.blocks[0]
        own = [part.heads[0] for part in parts]
        return "default:" in own and "break;" not in own and _never_falls_out(parts[-1])
    if head.startswith(("while", "for", "list", "do")) or (len(statement.heads) == 1 and "if" in head):
        return False
    return bool(statement.blocks) and all(b and _never_falls_out(b[-1]) for b in statement.blocks)


def function(body: tuple[Statement, ...], returns: str = "int") -> str:
    """Write a function."""
    lines = [line for part in body for line in part.lines(1)]
    return "\n".join([f"{returns} q(struct s *x, int y)", "{", *lines, "}", ""])


@dataclass(slots=True)
class Functions:
    """Makes functions from one source of chance."""

    chance: Random

    # --- C ----------------------------------------------------------------------------------------

    def body(self) -> tuple[Statement, ...]:
        """Make the statements of a function; labels stand at the end only."""
        parts = list(self._block(0, self.chance.randint(2, 5), False))
        # A function that falls off the end of a block inside it is one of the documented differences.
        if _never_falls_out(parts[-1]) or parts[-1].heads == ("",):
            parts[-1] = Statement((self._call() + ";",))
        text = "\n".join(line for part in parts for line in part.lines(1))
        if "goto out;" in text:
            parts += [Statement(("out:",)), *self._block(2, 1, False)]
        return tuple(parts)

    def _block(self, depth: int, length: int, loop: bool) -> tuple[Statement, ...]:
        made: list[Statement] = []
        for _ in range(length):
            made.append(self._statement(depth, loop))
            if _never_falls_out(made[-1]):  # dead code says nothing
                break
        return tuple(made)

    def _statement(self, depth: int, loop: bool) -> Statement:
        pick = self.chance.random()
        inner = lambda inside=loop: self._block(depth + 1, self.chance.choice((1, 1, 2, 3)), inside)  # noqa: E731
        bare = self.chance.random() < 0.5
        if depth < 2 and pick < 0.16:
            return Statement((f"if ({self.expression()})",), (inner(),), bare=bare)
        if depth < 2 and pick < 0.24:
            return Statement((f"if ({self.expression()})", "else"), (inner(), inner()), bare=False)
        if depth < 2 and pick < 0.29:
            return Statement((f"while ({self.expression()})",), (inner(True),), bare=bare)
        if depth < 2 and pick < 0.32:
            return Statement(("for (y = 0; y < 3; y++)",), (inner(True),), bare=bare)
        if depth < 2 and pick < 0.34:
            body = inner(True)
            if _never_falls_out(body[-1]):
                body = (Statement((self._call() + ";",)),)
            return Statement(("do",), (body,), tail=f"while ({self.expression()});")
        if depth < 2 and pick < 0.36:
            return Statement(("list_for_each(y, x)",), (inner(True),))
        if depth < 2 and pick < 0.39:
            return self._switch(depth, loop)
        if depth < 2 and pick < 0.41:
            return Statement(("",), (inner(),))
        if pick < 0.46:
            return Statement((f"return {self.expression()};",))
        if pick < 0.48:
            return Statement(("goto out;",))
        if loop and pick < 0.54:
            return Statement((self.chance.choice(("break;", "continue;")),))
        if pick < 0.60:
            return Statement((f"{self.chance.choice(('int', 'long', 'struct s *'))} {self._declared()};",))
        if pick < 0.72:
            return Statement((f"{self._place()} = {self.expression()};",))
        if pick < 0.82:
            return Statement((f"{self._call(True)};",))
        return Statement((f"{self._call()};",))

    def _switch(self, depth: int, loop: bool) -> Statement:
        parts: list[Statement] = []
        for label in ("case 1:", "case 2:", "default:")[: self.chance.randint(1, 3)]:
            parts += [Statement((label,)), *self._block(depth + 1, 1, loop)]
            if _never_falls_out(parts[-1]):
                continue
            if self.chance.random() < 0.7:
                parts.append(Statement(("break;",)))
            else:
                parts.append(Statement((self._call() + ";",)))
        return Statement((f"switch ({self.chance.choice(VARIABLES)})",), (tuple(parts),))

    def _declared(self) -> str:
        name = self.chance.choice(("z", "w"))
        return name if self.chance.random() < 0.5 else f"{name} = {self.expression()}"

    def _place(self) -> str:
        return self.chance.choice(("x", "y", "z", "x->n"))

    def _call(self, arguments: bool = False) -> str:
        if not arguments:
            return self.chance.choice(CALLS) + "()"
        wanted = [self.expression(1) for _ in range(self.chance.choice((1, 1, 2, 3)))]
        return f"{self.chance.choice(FUNCTIONS)}({', '.join(wanted)})"

    def expression(self, depth: int = 0) -> str:
        """Make an expression."""
        pick = self.chance.random()
        if depth < 2 and pick < 0.4:
            left, right = self.expression(depth + 1), self.expression(depth + 1)
            shapes = ("{0} == NULL", "{0} != NULL", "!{0}", "({0})", "{0} && {1}", "{0} | {1}", "{0} + {1}")
            shapes += ("{0} == {1}", "{0} ? {0} : {1}", "x->n", "x->n", "*{0}", "NULL == {0}", "{0} < {1}")
            simple = self.chance.choice(VARIABLES)
            return self.chance.choice(shapes).format(simple, right if left else "")
        if depth < 2 and pick < 0.55:
            return self._call(True)
        return self.chance.choice((*VARIABLES, *VARIABLES, "0", "1", "A", "NULL", "x->n"))
