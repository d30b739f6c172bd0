# SPDX-License-Identifier: GPL-2.0-or-later
"""Fresh identifiers: ``fresh identifier g = "new_" ## f`` is made for each match that needs it."""

from __future__ import annotations

from dataclasses import dataclass

from rewriter.engine.scripts import ScriptRunner
from rewriter.match.environment import Bindings, Code, Environment
from rewriter.smpl.patch import Rule, Seed
from rewriter.source.text import AS_BYTES


@dataclass(slots=True)
class FreshNames:
    """Makes the names of one run on one file; texts alone are counted."""

    scripts: ScriptRunner
    counter: int = 0

    def of(self, rule: Rule, env: Environment) -> Bindings:
        """Give the fresh identifiers of ``rule`` that ``env`` says enough for. Raises ScriptError."""
        return self.bound(rule, env).since(env)

    def bound(self, rule: Rule, env: Environment) -> Environment:
        """Give ``env`` with the fresh identifiers of ``rule`` it says enough for. Raises ScriptError."""
        for variable in rule.metavariables.values():
            seed = variable.seed
            if seed is not None and variable.name not in env and all(name in env for name in seed.names):
                text = self._made(seed, env)
                env = env.bind(variable.name, Code(text, text.encode(*AS_BYTES))) or env
        return env

    def _made(self, seed: Seed, env: Environment) -> str:
        if seed.script is not None:
            inherited = dict(seed.script.inherited)
            values = {n: env.get(inherited.get(n, n)) for n in seed.script.parameters}
            return str(self.scripts.evaluate(seed.script, values))
        text = ""
        for kind, part in seed.parts:
            value = env.get(part)
            text += part if kind == "text" else (value.key if isinstance(value, Code) else "")
        if seed.counted:
            text += str(self.counter)
            self.counter += 1
        return text
