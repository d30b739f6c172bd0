# SPDX-License-Identifier: GPL-2.0-or-later
"""How a function is registered as a callback, as far as its own file shows.

``.scan_objects = scan`` makes ``scan`` a shrinker's callback; ``list_lru_walk(&lru, free, ..)`` in ``scan``
makes ``free`` one of the walk, and the steps then name both. A function that is no callback itself is
followed to its callers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rewriter.analysis.answer import Step
from rewriter.analysis.definitions import Definitions
from rewriter.analysis.lexical import Call, blank, calls_in
from rewriter.analysis.primitives import Callback, Primitives

_MEMBER = re.compile(rb"(?:->|\.)(\w+)[ \t]*=[ \t]*&?([A-Za-z_]\w*)[ \t]*[,;}\n]")
_MAX_UP = 3  # how many callers up a callback is looked for


@dataclass(frozen=True, slots=True)
class Registration:
    """One way a function becomes a callback, where, and inside which function ("" for none)."""

    callback: Callback
    step: Step
    inside: str


@dataclass(slots=True)
class _File:
    text: bytes  # blanked
    calls: tuple[Call, ...]


@dataclass(slots=True)
class Callbacks:
    """Answers about callbacks; each file is read once."""

    primitives: Primitives
    definitions: Definitions
    _files: dict[str, _File] = field(default_factory=dict)

    def of(self, function: str, file: str) -> tuple[Registration, ...]:
        """Give the registrations of ``function``, and those that its registrations or callers depend on."""
        found: list[Registration] = []
        seen = {function}
        names = [function]
        for _ in range(_MAX_UP):
            above: list[str] = []
            for name in names:
                mine = self.direct(name, file)
                found += mine
                # Only a walk that happens there and then has its caller's context.
                above += [r.inside for r in mine if r.inside and r.callback.synchronous]
                if not mine:
                    above += self._callers(name, file)
            names = [name for name in dict.fromkeys(above) if name not in seen]
            seen.update(names)
        return tuple(found)

    def direct(self, name: str, file: str) -> list[Registration]:
        """Give the registrations of the function itself."""
        known = self._file(file)
        word = name.encode("utf-8", "surrogateescape")
        found: list[Registration] = []
        for member in _MEMBER.finditer(known.text):
            if member.group(2) == word:
                for callback in self.primitives.callbacks:
                    if member.group(1).decode("utf-8", "surrogateescape") in callback.members:
                        text = f".{member.group(1).decode('utf-8', 'surrogateescape')} = {name}"
                        found.append(self._registered(callback, file, member.start(), text, ""))
        for call in known.calls:
            if any(argument.lstrip("&") == name for argument in call.arguments):
                for callback in self.primitives.callbacks:
                    if call.name in callback.calls:
                        inside = self.definitions.around(file, call.offset).name
                        found.append(
                            self._registered(callback, file, call.offset, f"{call.name}(.., {name})", inside)
                        )
        found += self._headers(name, file)
        return found

    def _headers(self, name: str, file: str) -> list[Registration]:
        """Find ``BPF_CALL_2(name, ..)``, and words such as ``__bpf_kfunc`` in the definition's head."""
        known = self._file(file)
        found = []
        for callback in self.primitives.callbacks:
            for call in known.calls:
                if call.name in callback.headers and call.arguments[:1] == (name,):
                    text = f"{call.name}({name}, ..)"
                    found.append(self._registered(callback, file, call.offset, text, ""))
            for definition in self.definitions.within(name, file):
                words = re.findall(rb"\w+", definition.text[: definition.body])
                for header in sorted(callback.headers):
                    if header.encode() in words:
                        found.append(self._registered(callback, file, definition.offset, header, ""))
        return found

    def _registered(self, callback: Callback, file: str, offset: int, text: str, inside: str) -> Registration:
        line = self.definitions.line(file, offset)
        return Registration(callback, Step(f"callback {callback.name}", file, line, text), inside)

    def _callers(self, name: str, file: str) -> list[str]:
        known = self._file(file)
        inside = [
            self.definitions.around(file, c.offset).name
            for c in known.calls
            if c.name == name and not c.member
        ]
        return [caller for caller in inside if caller and caller != name]

    def _file(self, file: str) -> _File:
        known = self._files.get(file)
        if known is None:
            text = blank(self.definitions.text(file))
            known = self._files[file] = _File(text, calls_in(text))
        return known
