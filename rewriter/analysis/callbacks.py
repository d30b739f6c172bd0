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
from rewriter.analysis.lexical import blank, calls_in
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
    registered: dict[str, list[Registration]]  # by the callback's name
    callers: dict[str, list[str]]  # the functions around the calls of a name


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
        found = list(self._file(file).registered.get(name, ()))
        for callback in self.primitives.callbacks:
            for definition in self.definitions.within(name, file) if callback.headers else ():
                words = re.findall(rb"\w+", definition.text[: definition.body])
                for header in sorted(callback.headers):
                    if header.encode() in words:
                        found.append(self._registered(callback, file, definition.offset, header, ""))
        return found

    def _read(self, file: str) -> _File:
        text = blank(self.definitions.text(file))
        calls = calls_in(text)
        registered: dict[str, list[Registration]] = {}
        members = {member: c for c in self.primitives.callbacks for member in c.members}
        takers = {name: c for c in self.primitives.callbacks for name in c.calls}
        headers = {name: c for c in self.primitives.callbacks for name in c.headers}
        for found in _MEMBER.finditer(text):
            member, name = (part.decode("utf-8", "surrogateescape") for part in found.groups())
            if member in members:
                one = self._registered(members[member], file, found.start(), f".{member} = {name}", "")
                registered.setdefault(name, []).append(one)
        for call in calls:
            if call.name in takers:
                inside = self.definitions.around(file, call.offset).name
                for argument in call.arguments:
                    name = argument.lstrip("&")
                    if name.isidentifier():
                        said = f"{call.name}(.., {name})"
                        one = self._registered(takers[call.name], file, call.offset, said, inside)
                        registered.setdefault(name, []).append(one)
            elif call.name in headers and call.arguments:
                name = call.arguments[0]
                one = self._registered(headers[call.name], file, call.offset, f"{call.name}({name}, ..)", "")
                registered.setdefault(name, []).append(one)
        callers: dict[str, list[str]] = {}
        for call in calls:
            if not call.member:
                callers.setdefault(call.name, []).append(self.definitions.around(file, call.offset).name)
        return _File(registered, callers)

    def _registered(self, callback: Callback, file: str, offset: int, text: str, inside: str) -> Registration:
        line = self.definitions.line(file, offset)
        return Registration(callback, Step(f"callback {callback.name}", file, line, text), inside)

    def _callers(self, name: str, file: str) -> list[str]:
        inside = self._file(file).callers.get(name, ())
        return [caller for caller in inside if caller and caller != name]

    def _file(self, file: str) -> _File:
        known = self._files.get(file)
        if known is None:
            known = self._files[file] = self._read(file)
        return known
