# SPDX-License-Identifier: GPL-2.0-or-later
"""The options of spatch's command line: which are understood, which are noted, which are refused.

Options are written with one dash or two, with ``-`` or ``_`` between words; a value is the next word::

    --sp-file a.cocci    -sp_file a.cocci    --dir drivers -D report -j 4
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rewriter.edit.wrap import WIDTH
from rewriter.engine.headers import Headers


class UsageError(Exception):
    """A command line that cannot be followed; ``str()`` is one line."""


@dataclass(slots=True)
class Request:
    """What a command line asks for; the defaults are spatch's."""

    semantic_patch: str = ""
    code: str = ""  # of --sp, in place of a semantic patch
    reverse: bool = False
    files: list[str] = field(default_factory=list)
    directories: list[str] = field(default_factory=list)
    virtuals: list[tuple[str, str | None]] = field(default_factory=list)
    action: str = "run"  # run, parse, version, help, options
    output: str = ""
    in_place: bool = False
    out_place: bool = False
    suffix: str = ""
    context: int = 3
    patch_root: str | None = None
    headers: bool = False
    ignored: list[str] = field(default_factory=list)
    groups: str = ""
    macro_files: list[str] = field(default_factory=list)
    show_diff: bool = True
    quiet: int = 0  # 1 quiet, 2 very quiet
    jobs: int = 1
    share: int = 0  # which of ``shares`` parts of the files
    shares: int = 1
    in_turn: bool = False  # one file for each part in turn, not the first ones for the first part
    timeout: int = 0  # seconds for one file, 0 for any time
    as_written: bool = False  # plus code has the white space of the semantic patch
    width: int = WIDTH
    keep_comments: bool = False
    defined: list[str] = field(default_factory=list)
    undefined: list[str] = field(default_factory=list)
    prefilter: bool = True
    selected_only: bool = False
    loops: bool = True
    gotos: bool = True
    conditionals: bool = True
    inconsistent_paths: bool = False
    only_returns: bool = False
    nested: bool = True
    ordered: bool = True
    includes: str = ""  # no, local, all or recursive; "" reads the same as local, but for types alone
    headers_for_types: bool = False
    include_directories: list[str] = field(default_factory=list)
    included: list[str] = field(default_factory=list)
    isomorphisms: str = ""
    disabled: list[str] = field(default_factory=list)
    lenient: bool = False
    scripts: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def headers_read(self) -> Headers | None:
        """The headers that are read for types."""
        if self.includes == "no" and not self.included:
            return None
        recursive = self.includes == "recursive"
        directories, always = tuple(self.include_directories), tuple(self.included)
        angled = self.includes in ("all", "recursive")
        return Headers(self.includes != "no", angled, recursive, directories, always)


Setter = Callable[[Request, str], None]


@dataclass(frozen=True, slots=True)
class Option:
    """An option: what it does with its value ("" for a flag), and how it is shown in the help."""

    apply: Setter
    value: str = ""
    help: str = ""


def _flag(name: str, value: object = True) -> Setter:
    return lambda request, _: setattr(request, name, value)


def _text(name: str) -> Setter:
    return lambda request, value: setattr(request, name, value)


def _number(name: str, option: str) -> Setter:
    def apply(request: Request, value: str) -> None:
        if not value.isdigit():
            raise UsageError(f"--{option} {value}: a number is needed")
        setattr(request, name, int(value))

    return apply


def _each(name: str) -> Setter:
    return lambda request, value: getattr(request, name).append(value)


def _define(request: Request, value: str) -> None:
    if not re.fullmatch(r"[A-Za-z_]\w*(=.*)?", value, re.DOTALL):
        raise UsageError(f"-D {value}: neither NAME nor NAME=VALUE")
    name, sign, text = value.partition("=")
    request.virtuals.append((name, text if sign else None))


def _jobs(request: Request, value: str) -> None:
    _number("jobs", "jobs")(request, value)


def _parse(request: Request, value: str) -> None:
    request.semantic_patch, request.action = value, "parse"


_PATCH = Option(_text("semantic_patch"), "FILE", "the semantic patch; a bare FILE.cocci does as well")
_JOBS = Option(_jobs, "N", "processes; 1 if not given, 0 for one per processor")


def _if_it_exists(request: Request, value: str) -> None:
    if Path(value).exists():
        request.files.append(value)


UNDERSTOOD: dict[str, Option] = {
    "sp-file": _PATCH,
    "cocci-file": _PATCH,
    "sp": Option(_text("code"), "CODE", "show what matches CODE; words with a capital are metavariables"),
    "reverse": Option(_flag("reverse"), "", "take minus code for plus code and the other way round"),
    "D": Option(_define, "NAME[=VALUE]", "switch a virtual rule on, name a virtual identifier"),
    "dir": Option(_each("directories"), "DIR", "all .c files below DIR, each by itself"),
    "opt-c": Option(_if_it_exists, "FILE", "a C file, if there is one"),
    "include-headers": Option(_flag("headers"), "", "with --dir, .h files too"),
    "ignore": Option(_each("ignored"), "PREFIX", "with --dir, leave out files whose path begins so"),
    "macro-file": Option(
        _each("macro_files"), "FILE", "a C header or a .toml list that says what macros are (repeatable)"
    ),
    "file-groups": Option(_text("groups"), "FILE", "look at files that FILE lists, in groups"),
    "o": Option(_text("output"), "FILE", "write the result of a single file to FILE"),
    "in-place": Option(_flag("in_place"), "", "write the files; --suffix .orig keeps what was there"),
    "out-place": Option(_flag("out_place"), "", "write results beside the files, as FILE.cocci_res"),
    "suffix": Option(_text("suffix"), "SUFFIX", "of the files --in-place and --out-place make"),
    "patch": Option(_text("patch_root"), "DIR", "name files in diffs a/... b/... from DIR"),
    "U": Option(_number("context", "U"), "N", "lines of context in diffs; 3 if not given"),
    "show-diff": Option(_flag("show_diff"), "", "print diffs (as without it)"),
    "no-show-diff": Option(_flag("show_diff", False), "", "print no diffs"),
    "quiet": Option(_flag("quiet", 1), "", "say less on stderr"),
    "very-quiet": Option(_flag("quiet", 2), "", "print results and errors only"),
    "smpl-spacing": Option(_flag("as_written"), "", "new code has the white space of the semantic patch"),
    "linux-spacing": Option(_flag("as_written", False), "", "new code has the kernel's (as without it)"),
    "keep-comments": Option(_flag("keep_comments"), "", "keep the comments in code that is removed"),
    "max-width": Option(
        _number("width", "max-width"), "N", f"break lists before column N; {WIDTH} if not given"
    ),
    "jobs": _JOBS,
    "j": _JOBS,
    "max": Option(_number("shares", "max"), "N", "cut the files in N parts, and"),
    "index": Option(_number("share", "index"), "I", "take part I, from 0"),
    "mod-distrib": Option(_flag("in_turn"), "", "give the parts a file each in turn, not many in a row"),
    "timeout": Option(_number("timeout", "timeout"), "SECONDS", "give a file up after so long; 0 never"),
    "disable-worth-trying-opt": Option(
        _flag("prefilter", False), "", "look at files that lack the words a match needs, too"
    ),
    "selected-only": Option(_flag("selected_only"), "", "only name the files that would be looked at"),
    "defined": Option(
        _each("defined"), "NAME", "#ifdef NAME and #if NAME hold, and are no branches (repeatable)"
    ),
    "undefined": Option(_each("undefined"), "NAME", "they do not hold (repeatable)"),
    "no-loops": Option(_flag("loops", False), "", "take no path back to the head of a loop"),
    "no-gotos": Option(_flag("gotos", False), "", "let control come to what stands behind a goto"),
    "no-ifdef-to-if": Option(
        _flag("conditionals", False), "", "let control come to one arm of an #if after the other"
    ),
    "ifdef-to-if": Option(_flag("conditionals"), "", "take the arms of an #if for branches (as without it)"),
    "disallow-nested-exps": Option(_flag("nested", False), "", "find no expression inside one that is found"),
    "no-safe-expressions": Option(
        _flag("ordered", False), "", "let a branch with an expression count beside earlier ones"
    ),
    "allow-inconsistent-paths": Option(
        _flag("inconsistent_paths"), "", "change code that control can come to past the start of a match, too"
    ),
    "only-return-is-error-exit": Option(
        _flag("only_returns"), "", "dots pass a branch by if it returns, not if it jumps"
    ),
    "iso-file": Option(_text("isomorphisms"), "FILE", "take the isomorphisms of FILE, not the built-in ones"),
    "iso": Option(_text("isomorphisms"), "FILE", "as --iso-file"),
    "disable-iso": Option(_each("disabled"), "NAME", "do without an isomorphism (repeatable)"),
    "ignore-unknown-options": Option(_flag("lenient"), "", "pass over options there are not"),
    "local-includes": Option(
        _flag("includes", "local"), "", 'take "x.h" along (as without it, if types are asked for)'
    ),
    "all-includes": Option(_flag("includes", "all"), "", "take <x.h> along, too"),
    "recursive-includes": Option(_flag("includes", "recursive"), "", "and what headers include"),
    "no-includes": Option(_flag("includes", "no"), "", "take no headers along and read none for types"),
    "include-headers-for-types": Option(
        _flag("headers_for_types"), "", "read headers for types, but match and change none"
    ),
    "I": Option(_each("include_directories"), "DIR", "a directory with headers (repeatable)"),
    "include": Option(_each("included"), "FILE", "a header to be taken along with every file (repeatable)"),
    "no-scripts": Option(_flag("scripts", False), "", "do not run the semantic patch's Python"),
    "parse-cocci": Option(_parse, "FILE", "print a semantic patch as it is understood"),
    "print-options-only": Option(_flag("action", "options"), "", "print the options as understood"),
    "version": Option(_flag("action", "version"), "", "print the version"),
    "help": Option(_flag("action", "help"), "", "print this"),
    "shorthelp": Option(_flag("action", "help")),
    "longhelp": Option(_flag("action", "help")),
}

_SEARCH = "files are searched for the words a match needs in any case"
_MACROS = "what is built in stays; --macro-file adds to it"
_LAYOUT = "new code takes the layout of the code around it"
_TRACE = "there is nothing of the kind to show"
_READING = "C is read by a parser of its own"

#: Options that change nothing here: the number of words they take, and why.
NOTED: dict[str, tuple[int, str]] = {
    "noif0-passing": (0, ""),
    **dict.fromkeys(
        ("no-saved-typedefs", "noadd-typedef-root", "disable-multi-pass", "l1", "force-kr", "prevent-kr"),
        (0, _READING),
    ),
    "debugger": (0, ""),
    **dict.fromkeys(("c++", "ibm", "itu"), (0, "files are read as C")),
    "no-include-cache": (0, ""),
    "relax-include-path": (0, "headers are looked for where they are included, and in each -I DIR"),
    **dict.fromkeys(
        ("use-gitgrep", "use-idutils", "use-glimpse", "use-coccigrep", "no-scanner"), (0, _SEARCH)
    ),
    "macro-file-builtins": (1, _MACROS),
    "indent": (1, _LAYOUT),
    "chunksize": (1, ""),
    "tmp-dir": (1, ""),
    "temp-files": (1, ""),
    "force-diff": (0, "a change of blanks alone is shown in any case"),
    "python": (1, "scripts run in this process"),
    "steps": (1, "no search here grows with its steps"),
    "iso-limit": (1, "isomorphisms are applied to the end"),
    "no-iso-limit": (0, ""),
    "bench": (1, _TRACE),
    "int-bits": (1, "constants are compared as they are written"),
    "long-bits": (1, "constants are compared as they are written"),
    "use-cache": (0, "files are parsed too fast to keep the result"),
    "cache-prefix": (1, "files are parsed too fast to keep the result"),
    "cache-limit": (1, "files are parsed too fast to keep the result"),
    **dict.fromkeys(
        (
            *("show-flow", "ctl-inline-let", "ctl-show-mcodekind", "show-bindings", "show-transinfo"),
            *("show-misc", "show-trying", "show-dependencies", "verbose-ctl-engine", "verbose-match"),
            *("verbose-engine", "parse-error-msg", "verbose-parsing", "verbose-includes", "type-error-msg"),
            *("show-c", "show-cocci", "show-before-fixed-flow", "show-ctl-tex", "show-ctl-text", "show-SP"),
            *("debug-cpp", "debug-lexer", "debug-etdt", "debug-typedef", "filter-msg", "debug-unparsing"),
            *("filter-define-error", "filter-msg-define-error", "filter-passed-level", "debug", "pad"),
            *("debug-parse-cocci", "profile", "profile-per-file", "track-iso", "profile-iso", "loop"),
            *("disable-once", "show-trace-profile", "save-tmp-files", "date"),
            *("graphical-trace", "gt-without-label"),
        ),
        (0, _TRACE),
    ),
}

#: Options that would change the result and are not there.
REFUSED = frozenset(
    [
        *("partial-match", "preprocess", "c", "kbuild-info", "pyoutput", "parse-handler"),
        *("ocaml-regexps", "external-analysis-file"),
        *("test", "testall", "test-spacing", "test-okfailed", "test-regression-okfailed"),
        *("compare-with-expected", "expected-extension", "expected-score-file"),
        *("expected-spacing-score-file", "no-update-score-file"),
        *("tokens-c", "parse-c", "parse-h", "parse-ch", "parse-i", "parse-c++", "parse", "control-flow"),
        *("control-flow-to-file", "test-cfg-ifdef", "parse-unparse", "type-c", "compare-c"),
        *("comment-annotater-c", "compare-c-hardcoded", "test-attributes", "test-cpp", "extract-macros"),
        *("extract-macros-select", "xxx", "rule-dependencies"),
    ]
)


def parse_options(words: Sequence[str], request: Request | None = None) -> Request:
    """Follow a command line; a later option wins over an earlier one.

    Raises UsageError for an option that is unknown, refused by name, or lacks its value.
    """
    request = request or Request()
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.startswith("-") or word == "-":
            if word.endswith(".cocci"):
                request.semantic_patch = word
            else:
                (request.directories if Path(word).is_dir() else request.files).append(word)
            continue
        name = word.lstrip("-").replace("_", "-")
        option = UNDERSTOOD.get(name)
        if option is not None or name in NOTED:
            wanted = bool(option.value) if option is not None else bool(NOTED[name][0])
            if wanted and at >= len(words):
                raise UsageError(f"{word} needs a value")
            value = words[at] if wanted else ""
            at += wanted
            if option is not None:
                option.apply(request, value)
            elif reason := NOTED[name][1]:
                request.notes.append(f"{word} is left unused: {reason}")
            continue
        if name in REFUSED or name.split("=")[0] in REFUSED:
            raise UsageError(f"{word} is not supported")
        if not request.lenient:
            raise UsageError(f"there is no option {word}")
        request.notes.append(f"{word} is passed over: there is no such option")
    return request


def configured(directory: Path) -> list[str]:
    """Give the words of the ``options = ...`` lines in the ``[spatch]`` section of ``.cocciconfig``."""
    try:
        lines = (directory / ".cocciconfig").read_text(errors="replace").splitlines()
    except OSError:
        return []
    words: list[str] = []
    section = ""
    for line in lines:
        text = line.strip()
        if text.startswith("["):
            section = text
        elif section == "[spatch]" and (found := re.match(r"options\s*=\s*(.*)", text)):
            words += found[1].split()
    return words


def help_text() -> str:
    """Give the help: usage, options, and what becomes of the others."""
    lines = [
        "Usage: rewriter spatch --sp-file FILE.cocci [OPTION]... [FILE.c]...",
        "",
        "Takes spatch's options, with one dash or two. A semantic patch may hold Python, which runs",
        "with your rights: read a stranger's first, or use --no-scripts.",
        "",
    ]
    for name, option in UNDERSTOOD.items():
        if option.help:
            dashes = "-" if len(name) == 1 else "--"
            lines.append(f"  {dashes + name + ' ' * bool(option.value) + option.value:<28} {option.help}")
    noted = ", ".join(f"--{n}" for n, (_, why) in NOTED.items() if why and why != _TRACE and len(n) > 1)
    lines += ["", "Taken and left unused, which is said: " + noted + ", and all that shows or debugs."]
    lines += ["Refused by name: " + ", ".join(f"--{n}" for n in sorted(REFUSED)) + "."]
    lines += ["", "Exit codes: 0 done, also when nothing matched or a file below --dir was given up;"]
    lines += ["255 a bad semantic patch, no rule that applies, or a file named itself was given up;"]
    lines += ["2 an option that is unknown or not supported."]
    return "\n".join(lines) + "\n"
