# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the engine with the reference implementation where bare terms stand in real files.

::

    python tests/oracle/bare.py --kernel DIR                     places and values, by `shapes.cocci`
    python tests/oracle/bare.py --kernel DIR --changes           what rules change, by `changes.cocci`
    python tests/oracle/bare.py --kernel DIR --seed 7 --files 40 --rules 'cast|sizeof'
    python tests/oracle/bare.py --kernel DIR -- --all-includes -I include

The files are drawn by the seed, or named by ``--file``. To each rule with a position a script is added that
prints where it matches and what every metavariable stands for, how many blanks are in it apart. Options
behind ``--`` go to both tools, ``--no-includes`` if there are none.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

from compare import Answer, agree, explained, tokens

from rewriter.cli.spatch import spatch

HERE = Path(__file__).parent
FOLDERS = ("drivers", "fs", "net", "sound", "kernel", "mm", "lib", "block", "crypto", "security", "arch/x86")
PATIENCE = 100  # seconds for one file
SHOWN = 4  # lines of a rule that differ

_RULE = re.compile(r"(?ms)^@(?P<name>\w+)[^@\n]*@\n(?P<declared>.*?)^@@\n.*?(?=^@\w+[^@\n]*@\n|\Z)")
_UNTOUCHED = "-o can not be applied"  # the reference's word for a file that stays as it is
_REFUSED = re.compile(r"already tagged|inconsistent")  # the reference's word on the rule, not on itself
_LIST = re.compile(r"\[\s*(\w+)\s*\]")
_SAID = re.compile(r"(?P<rule>\w+)! (?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule of a semantic patch: its name, its text, its positions and its other metavariables."""

    name: str
    text: str
    positions: tuple[str, ...]
    values: tuple[str, ...]

    def told(self) -> str:
        """Give the rule, and a script that prints a line for each place of its first position."""
        if not self.positions:
            return self.text
        names = (*self.positions, *self.values)
        inputs = "".join(f"{name} << {self.name}.{name};\n" for name in names)
        others = "".join(f", '{p}', {_PLACES.format(p)}" for p in self.positions[1:])
        values = "".join(f", '{v}=', *str({v}).replace(chr(92), '').split()" for v in self.values)
        place = f"'{self.name}!', " + ", ".join(f"_.{part}" for part in _PLACE)
        script = f"for _ in {self.positions[0]}:\n    print({place}{others}{values})\n"
        return f"{self.text}@script:python@\n{inputs}@@\n{script}"


_PLACE = ("file", "line", "column", "line_end", "column_end")
_PLACES = "sorted((int(x.line), int(x.column), int(x.line_end), int(x.column_end)) for x in {})"


def shapes(text: str) -> list[Shape]:
    """Cut a semantic patch into its rules, all of which have names; comments between them are dropped."""
    text = re.sub(r"(?m)^//.*\n", "", text)
    found = []
    for rule in _RULE.finditer(text):
        positions: list[str] = []
        values: list[str] = []
        for statement in rule["declared"].split(";")[:-1]:
            names = _declared(statement)
            kind = statement.split()[0]
            if kind == "position":
                positions += names
            elif kind not in ("typedef", "symbol", "fresh"):
                values += names
        found.append(Shape(rule["name"], rule[0], tuple(positions), tuple(values)))
    return found


def _declared(statement: str) -> list[str]:
    """Give the names that a declaration of metavariables declares, without its constraints."""
    lengths = [name for name in _LIST.findall(statement) if not name.isdigit()]
    plain = re.sub(r"\{[^}]*\}|\"[^\"]*\"|\[[^]]*\]", "", statement)
    parts = [re.split(r"[=!~<>:]", part)[0].split() for part in plain.split(",")]
    return [*lengths, *(part[-1].lstrip("*") for part in parts if part)]


@dataclass(slots=True)
class Said:
    """What a tool said of a file: lines by rule; the text afterwards; why it gave up."""

    lines: dict[str, Counter[str]]
    text: str
    failed: str


def ask(run: Runner, semantic_patch: str, kernel: Path, file: Path, options: Sequence[str]) -> Said:
    """Run a tool on a file inside the tree."""
    with tempfile.TemporaryDirectory(prefix="bare-") as folder:
        rule, new = Path(folder) / "rule.cocci", Path(folder) / "new.c"
        rule.write_text(semantic_patch)
        words = ["--very-quiet", "--no-show-diff", "--sp-file", str(rule), *options]
        if not re.search(r"^@script", semantic_patch, re.MULTILINE):
            words += ["-o", str(new)]
        code, output, error = run([*words, str(file)], kernel, Path(folder))
        text = (new if new.exists() else kernel / file).read_bytes().decode("utf-8", "replace")
    code *= _UNTOUCHED not in error
    lines: dict[str, Counter[str]] = {}
    for line in output.splitlines():
        if said := _SAID.match(line):
            lines.setdefault(said["rule"], Counter())[" ".join(said["text"].split())] += 1
    return Said(lines, text, f"exit {code}: {' '.join(error.split())[-300:]}" if code else "")


#: Follows a command line in a directory, with a scratch directory: exit code, stdout and stderr.
Runner = Callable[[list[str], Path, Path], tuple[int, str, str]]


def reference(words: list[str], where: Path, scratch: Path) -> tuple[int, str, str]:
    """Ask spatch."""
    try:
        done = subprocess.run(
            ["spatch", *words], cwd=where, capture_output=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return 1, "", "takes too long"
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def ours(words: list[str], where: Path, scratch: Path) -> tuple[int, str, str]:
    """Ask the engine, in a copy of this process, which need not start anew."""
    said = [scratch / "stdout", scratch / "stderr"]
    child = os.fork()
    if child == 0:
        sys.stdout, sys.stderr = (path.open("w") for path in said)
        os.chdir(where)
        signal.alarm(PATIENCE)
        code = 1
        try:
            code = spatch(words)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    output, error = (path.read_bytes().decode("utf-8", "replace") for path in said)
    return code, output, error


def differences(theirs: Said, mine: Said, times: bool) -> Iterator[tuple[str, list[str], list[str]]]:
    """Give rules with the lines that only one of the two said, or said more often if ``times`` count."""
    for name in sorted(theirs.lines.keys() | mine.lines.keys()):
        left, right = (said.lines.get(name, Counter()) for said in (theirs, mine))
        if not times:
            left, right = Counter(set(left)), Counter(set(right))
        if left != right:
            yield name, sorted((left - right).elements()), sorted((right - left).elements())


def changed(theirs: Said, mine: Said, rule: str) -> list[str]:
    """Show where two texts differ in their tokens, with some tokens around, unless that is documented."""
    left, right = (Answer((), tokens(said.text), bool(said.failed)) for said in (theirs, mine))
    if agree(left, right) or explained(left, right, rule):
        return []
    if left.failed != right.failed:
        return [f"    given up: reference {theirs.failed}, here {mine.failed}"]
    shown = []
    match = SequenceMatcher(None, left.tokens, right.tokens, autojunk=False)
    for kind, a, b, c, d in match.get_opcodes():
        if kind != "equal":
            shown.append(f"    reference: {' '.join(left.tokens[max(0, a - 8) : b + 5])}")
            shown.append(f"    here:      {' '.join(right.tokens[max(0, c - 8) : d + 5])}")
    return shown


def drawn(kernel: Path, folders: Sequence[str], size: int, count: int, seed: int) -> list[Path]:
    """Draw so many files that are no longer than ``size`` bytes."""
    found = [path for folder in folders for path in (kernel / folder).rglob("*.c")]
    small = sorted(path.relative_to(kernel) for path in found if path.stat().st_size < size)
    return Random(seed).sample(small, min(count, len(small)))


def main() -> None:
    """Run rules over files, print what differs and a summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", type=Path, required=True, help="the tree to take files from")
    parser.add_argument("--patch", type=Path, help="a semantic patch with other rules")
    parser.add_argument("--changes", action="store_true", help="compare what rules change")
    parser.add_argument("--rules", default="", help="a regular expression for names of rules")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=10, help="how many files to draw")
    parser.add_argument("--size", type=int, default=9000, help="how many bytes a file may have")
    parser.add_argument("--folder", action="append", help="where to draw them, several by default")
    parser.add_argument("--file", action="append", type=Path, help="these files, none are drawn")
    parser.add_argument("--times", action="store_true", help="how often the same is told counts")
    parser.add_argument("options", nargs="*", default=["--no-includes"], help="for both tools")
    options = parser.parse_args()
    patch = options.patch or HERE / ("changes.cocci" if options.changes else "shapes.cocci")
    chosen = [shape for shape in shapes(patch.read_text()) if re.search(options.rules, shape.name)]
    files = options.file or drawn(
        options.kernel, options.folder or FOLDERS, options.size, options.files, options.seed
    )
    run: Counter[str] = Counter()
    batches = [[shape] for shape in chosen] if options.changes else [chosen]
    for file in files:
        for batch in batches:
            run.update(compared(batch, file, options))
    print(", ".join(f"{count} {what}" for what, count in run.items()))


def compared(batch: list[Shape], file: Path, options: argparse.Namespace) -> Counter[str]:
    """Run rules over one file through both, print what differs, and count."""
    text = "".join(shape.told() for shape in batch)
    theirs = ask(reference, text, options.kernel, file, options.options)
    if theirs.failed and not _REFUSED.search(theirs.failed):
        if len(batch) > 1:
            halves = batch[: len(batch) // 2], batch[len(batch) // 2 :]
            return sum((compared(half, file, options) for half in halves), Counter())
        print(f"{batch[0].name} {file}: the reference gives up: {theirs.failed}")
        return Counter({"given up by the reference": 1})
    mine = ask(ours, text, options.kernel, file, options.options)
    if mine.failed and not theirs.failed:
        print(f"{batch[0].name} {file}: given up here: {mine.failed}", flush=True)
        return Counter({"given up here": 1})
    count = Counter({"pairs": len(batch), "told": sum(len(lines) for lines in theirs.lines.values())})
    for name, left, right in differences(theirs, mine, options.times):
        count["differ"] += 1
        print(f"{name} {file}: {len(left)} missing, {len(right)} too many")
        for who, lines in (("reference", left), ("here", right)):
            print("".join(f"    {who}: {line.partition(' ')[2][:200]}\n" for line in lines[:SHOWN]), end="")
        sys.stdout.flush()
    if shown := changed(theirs, mine, text):
        count["changed otherwise"] += 1
        print("\n".join([f"{batch[0].name} {file}:", *shown[: 2 * SHOWN]]), flush=True)
    return count


if __name__ == "__main__":
    main()
