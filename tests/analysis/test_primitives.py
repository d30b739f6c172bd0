# SPDX-License-Identifier: GPL-2.0-or-later
"""Every entry of the tables does what its table says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewriter.analysis.calls import calls_at
from rewriter.analysis.lexical import blank, calls_in, split_arguments
from rewriter.analysis.primitives import Callback, Hold, Primitives
from rewriter.analysis.questions import Analysis
from rewriter.cfg.build import build_cfg
from rewriter.syntax.parse import parse

TABLES = Primitives.default()
LOCK = TABLES.locks["mmap_lock"]
CALLBACKS = [
    (callback, name) for callback in TABLES.callbacks for name in sorted(callback.members | callback.calls)
]


def analysis(text: str) -> Analysis:
    return Analysis(None, lambda _: text.encode())


def waits(body: str) -> str:
    text = f"static void f(struct mm_struct *mm)\n{{\n\t{body}\n}}\n"
    return analysis(text).waits_for("mmap_lock", "f", "a.c").value


def sleeps(body: str) -> str:
    text = f"static void f(struct a *a)\n{{\n\t{body}\n}}\n"
    return analysis(text).may_sleep("f", "a.c").value


def held(body: str) -> list[tuple[str, bool, bool]]:
    """Give kind, ``must`` and ``sleepable`` of what is held at the call of ``here``."""
    text = f"static void f(struct a *a, long flags)\n{{\n\t{body}\n}}\n"
    unit = parse("a.c", text.encode())
    assert not unit.skipped, text
    graph = build_cfg(unit.node(unit.functions()[0]))
    point = next(p for p in graph.points if any(c.name == "here" for c in calls_at(p)))
    return [(h.kind, h.must, h.sleepable) for h in analysis(text).held_at(graph, point, "a.c")]


@pytest.mark.parametrize("name", sorted(LOCK.waits))
def test_waits(name: str) -> None:
    assert waits(f"{name}(mm);") == "yes"
    assert sleeps(f"{name}(a->mm);") == "yes"


@pytest.mark.parametrize("name", sorted({*LOCK.tries, *LOCK.harmless}))
def test_does_not_wait(name: str) -> None:
    assert waits(f"{name}(mm);") == "no"
    assert sleeps(f"{name}(a->mm);") == "no"


@pytest.mark.parametrize("name", sorted(TABLES.waits_by_member))
def test_waits_by_member(name: str) -> None:
    for member in sorted(LOCK.members):
        assert waits(f"{name}(&mm->{member});") == "yes"
    assert waits(f"{name}(&mm->other);") == "no"
    assert sleeps(f"{name}(&a->sem);") == "yes"


@pytest.mark.parametrize("name", sorted(LOCK.guards))
def test_waits_by_guard(name: str) -> None:
    assert waits(f"guard({name})(mm);") == "yes"
    assert waits(f"scoped_guard({name}, mm) g();") == "yes"


@pytest.mark.parametrize("name", sorted({*TABLES.sleeps, *TABLES.sleeping_prefixes}))
def test_sleeps(name: str) -> None:
    assert sleeps(f"{name}(a);") == "yes"
    assert sleeps(f"a->ops->{name}(a);") == "no"


@pytest.mark.parametrize("name", sorted(TABLES.never_sleeps))
def test_never_sleeps(name: str) -> None:
    assert sleeps(f"{name}(a);") == "no"


@pytest.mark.parametrize("name", sorted(TABLES.sleeping_flags))
def test_sleeping_flags(name: str) -> None:
    assert sleeps(f"a->p = any_alloc(8, {name} | __GFP_ZERO);") == "yes"


@pytest.mark.parametrize("name", sorted(TABLES.atomic_flags))
def test_atomic_flags(name: str) -> None:
    assert sleeps(f"a->p = any_alloc(8, {name} | __GFP_ZERO);") == "no"


@pytest.mark.parametrize("hold", TABLES.holds, ids=lambda hold: str(hold.name))
def test_holds(hold: Hold) -> None:
    arguments = "&a->lock, flags" if hold.argument >= 0 else ""
    expected = (hold.name, True, hold.sleepable)
    for name in sorted(hold.acquires):
        assert held(f"{name}({arguments}); here(a);") == [expected]
        for release in sorted(hold.releases):
            assert held(f"{name}({arguments}); {release}({arguments}); here(a);") == []
    for name in sorted(hold.tries):
        assert held(f"if (!{name}({arguments})) return; here(a);") == [expected]
        assert held(f"if ({name}({arguments})) return; here(a);") == []
    for name in sorted(hold.guards):
        assert held(f"guard({name})(&a->lock); here(a);") == [expected]
        assert held(f"scoped_guard({name}, &a->lock) {{ here(a); }}") == [expected]
        assert held(f"scoped_guard({name}, &a->lock) {{ g(a); }} here(a);") == []


@pytest.mark.parametrize(("callback", "name"), CALLBACKS, ids=lambda part: str(getattr(part, "name", part)))
def test_callbacks(callback: Callback, name: str) -> None:
    use = f"a->{name} = f;" if name in callback.members else f"{name}(&a->x, f, a);"
    text = f"static int f(struct a *a)\n{{\n}}\n\nstatic void g(struct a *a)\n{{\n\t{use}\n}}\n"
    assert [step.kind for step in analysis(text).callbacks("f", "a.c")] == [f"callback {callback.name}"]


def test_every_entry_says_why() -> None:
    reasons = [*TABLES.quiet.values(), *LOCK.waits.values(), *LOCK.tries.values(), *LOCK.harmless.values()]
    reasons += [*TABLES.waits_by_member.values(), *TABLES.sleeps.values(), *TABLES.never_sleeps.values()]
    reasons += [*TABLES.sleeping_flags.values(), *TABLES.atomic_flags.values(), *TABLES.annotations.values()]
    reasons += [entry.why for entry in (*TABLES.holds, *TABLES.callbacks)]
    assert all(reasons)


@given(st.text(alphabet="ab\n\\\"'/*# (),;").map(str.encode))
def test_blank_keeps_length_and_newlines(text: bytes) -> None:
    blanked = blank(text)
    assert len(blanked) == len(text)
    assert [i for i, c in enumerate(blanked) if c == 10] == [i for i, c in enumerate(text) if c == 10]
    calls_in(blanked)


@given(st.lists(st.from_regex(r"[a-z]+(->[a-z]+)?|f\([a-z], [a-z]\)|&[a-z]+", fullmatch=True), min_size=1))
def test_arguments_come_apart_as_they_were_joined(arguments: list[str]) -> None:
    assert split_arguments(", ".join(arguments).encode()) == tuple(arguments)
