# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scripts of a semantic patch share from file to file, between ``initialize`` and ``finalize``.

A global that ``initialize`` makes and the scripts of every file count up is what ``finalize`` prints. In
several processes each counts for itself, so a patch with ``finalize`` wants its files looked at in one, and
so does one that asks for further runs: its scripts remember what they asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.engine.scripts import ScriptRunner, Verdicts
from rewriter.smpl.patch import ScriptRule, SemanticPatch


@dataclass(slots=True)
class Session:
    """One run of a semantic patch over files; ``namespace`` is what its scripts know."""

    patch: SemanticPatch
    runs_scripts: bool = True
    namespace: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def in_one_process(self) -> bool:
        """Whether what the files' scripts leave behind is wanted in the end."""
        asks = any("Iteration" in rule.code for rule in self.patch.rules if isinstance(rule, ScriptRule))
        return self.runs_scripts and (asks or bool(self._rules("finalize")))

    def begin(self) -> list[str]:
        """Run ``initialize`` and give what it prints. Raises ScriptError."""
        return self._run("initialize")

    def end(self) -> list[str]:
        """Run ``finalize`` and give what it prints. Raises ScriptError."""
        return self._run("finalize")

    def _rules(self, when: str) -> list[ScriptRule]:
        return [rule for rule in self.patch.rules if isinstance(rule, ScriptRule) and rule.when == when]

    def _run(self, when: str) -> list[str]:
        rules = self._rules(when) if self.runs_scripts else []
        runner = ScriptRunner(self.patch, (), Verdicts.of_no_file(), self.namespace)
        for rule in rules:
            runner.run(rule, {})
        return runner.output
