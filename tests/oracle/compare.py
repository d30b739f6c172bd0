# SPDX-License-Identifier: GPL-2.0-or-later
"""One semantic patch over some C files, through the reference implementation and through the engine.

An answer is what scripts print (sorted), the tokens of the file afterwards, and whether the rule was given
up on the file. A semantic patch that is refused as a whole gives no answers but ``None``.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from rewriter.engine.run import run_file
from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.parser import parse_semantic_patch

PATIENCE = 60  # seconds for a semantic patch

_EMPTY = re.compile(r"\bS2?=(?= |$)")
_LIST_BEGINS = re.compile(r"(?<=\bSL\d=) ")
_STATEMENT = re.compile(r"\bS=.*?(?= p\d@|$)")
_BEHIND_NEST = re.compile(r"^ *\.\.\.\+?>\n *S$", re.MULTILINE)
_HEADER = re.compile(r"^@(?!script|initialize|finalize)(\w[\w !&|]*?)(?: disable \w+)?@$", re.MULTILINE)
_INHERITED = re.compile(r"^\w[\w ]* r\.\w+;", re.MULTILINE)
_ANY_ARGUMENT = re.compile(r"\(\.\.\., \w, \.\.\.\)")
_AT_THE_END = re.compile(r"\S+(?: p\d@\d+:0)+")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_PLACE = re.compile(r" p\d@\d+:\d+")
_COMPOUND = frozenset(("if", "else", "for", "while", "do", "switch", "{"))
_TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"|\w+|[^\w\s]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one file."""

    output: tuple[str, ...]
    tokens: tuple[str, ...]
    failed: bool

    def explain(self) -> str:
        """Give the answer as text."""
        lines = [*self.output, "FAILED" if self.failed else " ".join(self.tokens)]
        return "\n".join(lines)


def tokens(text: str) -> tuple[str, ...]:
    """Give the tokens of C text, comments and how lines are joined dropped."""
    return tuple(t for t in _TOKEN.findall(text.replace("\\\n", " ")) if not t.startswith(("/*", "//")))


def reference(rule: str, files: dict[str, str]) -> dict[str, Answer] | None:
    """Ask spatch. Scripts have to begin each line they print with the file's name and a blank."""
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        root = Path(folder)
        (root / "rule.cocci").write_text(rule)
        tree = root / "tree"
        tree.mkdir()
        for name, text in files.items():
            (tree / name).write_text(text)
        command = ["spatch", "--very-quiet", "--no-show-diff", "--in-place", "--timeout", "5"]
        command += ["--no-includes", "--sp-file", "../rule.cocci", "--dir", "."]
        try:  # its own limit is for one file and does not hold while it reads the semantic patch
            done = subprocess.run(
                command, cwd=tree, capture_output=True, text=True, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return None
        if done.returncode != 0:
            return None
        noise = re.findall(r"^EXN:(.*) in (?:\./)?(\S+)$", done.stderr + done.stdout, re.MULTILINE)
        changes = re.search(r"^[-+]", rule, re.MULTILINE)
        failed = {name for why, name in noise if changes and re.search(r"tagged|inconsistent", why)}
        lost = {name for _, name in noise} - failed  # its own troubles say nothing of the language
        answers: dict[str, Answer] = {}
        for name in files.keys() - lost:
            mark = f"./{name} "
            lines = [
                n.removeprefix("./") for n in done.stdout.splitlines() if n.startswith((mark, f"{name} "))
            ]
            text = (tree / name).read_text()
            answers[name] = Answer(_plain(lines), tokens(text), name in failed)
        return answers


def ours(rule: str, files: dict[str, str]) -> dict[str, Answer] | None:
    """Ask the engine."""
    try:
        patch = parse_semantic_patch(rule, "rule.cocci")
    except SemanticPatchError:
        return None
    answers: dict[str, Answer] = {}
    for name, text in files.items():
        result = run_file(patch, name, text.encode())
        new = result.rewrite.apply().decode() if result.rewrite else text
        if result.errors:
            new = text
        answers[name] = Answer(_plain(result.output), tokens(new), bool(result.errors))
    return answers


def _plain(lines: Iterable[str]) -> tuple[str, ...]:
    """Sort lines; blanks that stand for an empty statement or begin a list of statements do not count."""
    return tuple(sorted(_LIST_BEGINS.sub("", " ".join(line.split())) for line in lines))


def agree(theirs: Answer, mine: Answer) -> bool:
    """Tell whether two answers say the same; after a failure only the failure counts."""
    if theirs.failed or mine.failed:
        return theirs.failed == mine.failed
    return theirs == mine


def explained(theirs: Answer, mine: Answer, rule: str, text: str = "") -> str:
    """Give the documented reason for which two answers differ, "" for none; ``text`` is the file.

    What is changed has to be the same but for braces and the place of ``static``; what is told may be told in
    another number of pieces.
    """
    if theirs.failed or mine.failed:
        several = _INHERITED.search(rule) or _ANY_ARGUMENT.search(rule)
        if several is not None and not mine.failed:
            return "the same code added for several values"
        return "a part that isomorphisms let fit in two ways" if _fits_as_written(mine, rule, text) else ""
    if theirs.tokens != mine.tokens:
        return _other_code(theirs.tokens, mine.tokens, rule) if theirs.output == mine.output else ""
    if _close_strings(theirs.output) == _close_strings(mine.output):
        return "blanks around the conversions of a string"
    written = [line for line in theirs.output if not _EMPTY.search(line)]
    if set(theirs.output) == set(mine.output):
        return "the same is told more than once"
    if set(written) == set(mine.output):
        return "an empty statement that nobody wrote"
    extra = set(theirs.output) - set(mine.output)
    if set(mine.output) <= set(theirs.output) and all(_AT_THE_END.fullmatch(line) for line in extra):
        return "the end of a function, found for the sake of another branch"
    places = {_STATEMENT.sub("", line) for line in mine.output}
    also = set(mine.output) < set(theirs.output) and {_STATEMENT.sub("", line) for line in extra} <= places
    if also and _BEHIND_NEST.search(rule):
        return "a statement that a nest finds is what follows it, too"
    if _united(written) == _united(mine.output):
        return "the positions of several ways are told together"
    return ""


def _fits_as_written(mine: Answer, rule: str, text: str) -> bool:
    """Tell whether the reference gives our answer where it has no isomorphisms."""
    if mine.failed or not text:
        return False
    plain = reference(_HEADER.sub(r"@\1 disable all@", rule), {"c.c": text})
    return plain is not None and "c.c" in plain and plain["c.c"].tokens == mine.tokens


def _other_code(theirs: tuple[str, ...], mine: tuple[str, ...], rule: str) -> str:
    if theirs.count("{") != theirs.count("}") and mine.count("{") == mine.count("}"):
        return "a brace left without its other one"
    if _without_needless_braces(theirs) == _without_needless_braces(mine):
        return "braces around one statement"
    if len(theirs) < len(mine) and [t for t in theirs if t not in "{}"] == [t for t in mine if t not in "{}"]:
        return "braces around several statements in the place of an arm"
    if [t for t in theirs if t not in "()"] == [t for t in mine if t not in "()"]:
        return "parentheses around operands"
    if [t for t in theirs if t != "static"] == [t for t in mine if t != "static"]:
        return "the place of static" if len(theirs) == len(mine) else ""
    if [t for t in theirs if t != "inline"] == list(mine):
        return "an inline left behind"
    if "\n++" in rule and sorted(theirs) == sorted(mine):
        return "the order of what ++ adds"
    return ""


def _without_needless_braces(code: tuple[str, ...]) -> list[str]:
    """Drop the braces around a block, one statement that holds no other, and an ``if`` before ``else``."""
    open_blocks: list[list[str]] = [[]]
    for token, following in pairwise((*code, "")):
        if token == "{":
            open_blocks.append([])
        elif token == "}" and len(open_blocks) > 1:
            inside = open_blocks.pop()
            simple = following == "else" and inside[:1] == ["if"]  # it would take the other's else
            simple |= inside.count(";") == 1 and inside[-1] == ";" and not _COMPOUND & {*inside}
            open_blocks[-1] += inside if simple or _is_block(inside) else ["{", *inside, "}"]
        else:
            open_blocks[-1].append(token)
    return [token for block in open_blocks for token in ("{", *block)]


def _is_block(code: list[str]) -> bool:
    depths = list(accumulate({"{": 1, "}": -1}.get(token, 0) for token in code))
    return code[:1] == ["{"] and depths.index(0) == len(code) - 1


def _close_strings(output: Iterable[str]) -> list[str]:
    return sorted(_STRING.sub(lambda found: found[0].replace(" ", ""), line) for line in output)


def _united(output: Iterable[str]) -> dict[str, set[str]]:
    united: dict[str, set[str]] = {}
    for line in output:
        united.setdefault(_PLACE.sub("", line), set()).update(_PLACE.findall(line))
    return united
