# SPDX-License-Identifier: GPL-2.0-or-later
"""Preprocessor conditionals: kept where they split around whole statements, flattened where they cut one.

``#ifdef A`` / ``foo();`` / ``#else`` / ``bar();`` / ``#endif`` stays, and the tree shows both arms. Where
an arm holds half an ``if``, a brace without its mate, or the tail of an expression, one arm is left and the
rest is blanked. Between the elements of an initializer, and between whole statements behind ``if (a)`` or its
like, only the lines themselves are blanked: all show. Where each arm behind ``if (a)`` is one statement, and
the last one that of an ``#else``, the lines are shown as the braces of a block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from rewriter.source.context import brace_context
from rewriter.source.region import JUMPS
from rewriter.source.shadow import Canvas
from rewriter.source.tokens import CLOSE, OPEN, Tokens

_WORD = re.compile(rb"#[ \t]*(\w+)")
_HEADS = (b"if", b"for", b"while", b"switch")
_ELSE = re.compile(rb"#[ \t]*else\b")
_ZERO = re.compile(
    rb"#[ \t]*(?:if[ \t]+defined[ \t]*\(?[ \t]*__cplusplus"
    rb"|ifdef[ \t]+__(?:ASSEMBLY__|ASSEMBLER__|LINKER__)\b)"
)
_NOT_ASSEMBLY = re.compile(rb"#[ \t]*ifndef[ \t]+__(?:cplusplus|ASSEMBLY__|ASSEMBLER__|LINKER__)\b")
_Stack = tuple[tuple[bytes, str], ...]


@dataclass(slots=True)
class _Arm:
    directive: int
    live_from: int
    live_to: int = 0
    stack: _Stack = ()


@dataclass(slots=True)
class _Group:
    stack: _Stack
    arms: list[_Arm] = field(default_factory=list)


def flatten(canvas: Canvas, tokens: Tokens, effort: int) -> bool:
    """Blank what has to be blanked of each conditional that lies whole in the tokens; tell whether any was.

    ``effort`` 0 keeps the first arm of a flattened conditional, 1 the last, 2 flattens all.
    """
    live: list[int] = []
    stack: _Stack = ()
    groups: list[_Group] = []
    changed = False
    for i, text in enumerate(tokens.text):
        kind = tokens.kind[i]
        if kind == "d":
            found = _WORD.match(text)
            word = found.group(1) if found else b""
            if word in (b"if", b"ifdef", b"ifndef"):
                groups.append(_Group(stack, [_Arm(i, len(live))]))
            elif word in (b"elif", b"else", b"elifdef", b"elifndef") and groups:
                _close_arm(groups[-1], live, stack)
                groups[-1].arms.append(_Arm(i, len(live)))
                stack = groups[-1].stack
            elif word == b"endif" and groups:
                group = groups.pop()
                _close_arm(group, live, stack)
                stack, edited = _settle(canvas, tokens, group, i, live, effort)
                changed |= edited
            elif _misplaced(tokens, i, live, stack):
                if word == b"include" and live and tokens.text[live[-1]] == b"=":
                    canvas.opaque(tokens.start[i], tokens.end[i], b"#include")
                else:
                    _blank_line(canvas, tokens, i)
                changed = True
            continue
        if kind == "p":
            if text in OPEN:
                around = stack[-1][1] if stack else "t"
                inner = brace_context(tokens, live[-40:], around) if text == b"{" else around
                stack = (*stack, (text, inner)) if len(stack) < 200 else stack
            elif text in CLOSE:
                stack = _closed(stack, CLOSE[text])
        live.append(i)
    return changed


_LINE = re.compile(rb"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif|elifdef|elifndef)\b[^\n]*", re.MULTILINE)


def hide_dead_arms(canvas: Canvas, places: list[tuple[int, int]]) -> bool:
    """Hide arms that are never C, those for C++ and for the assembler, that hold one of ``places``.

    Tell whether any was hidden. The conditionals' own lines stay.
    """
    text = bytes(canvas.shadow)
    groups: list[
        tuple[int, bool, bool]
    ] = []  # where the arm begins, whether it is dead, whether the next one is
    hidden = False
    for found in _LINE.finditer(text):
        word = found.group(1)
        if word.startswith(b"if"):
            line = found.group().lstrip()
            groups.append((found.end(), _ZERO.match(line) is not None, _NOT_ASSEMBLY.match(line) is not None))
        elif groups:
            start, dead, _ = groups[-1]
            end = found.start()
            if text.find(b"/*", text.rfind(b"\n", 0, start) + 1, start) >= 0:
                start = max(start, text.find(b"*/", text.rfind(b"\n", 0, start), end) + 2)
            if dead and any(a < end and start < b for a, b in places) and text[start:end].strip():
                canvas.blank(start, end, "arm")
                hidden = True
            if word == b"endif":
                groups.pop()
            else:
                groups[-1] = (found.end(), groups[-1][2] and word == b"else", False)
    return hidden


def _misplaced(tokens: Tokens, index: int, live: list[int], stack: _Stack) -> bool:
    """Tell whether a line that is no conditional stands where the grammar takes none."""
    if tokens.text[index].strip() == b"#":
        return True
    if stack and (stack[-1][0] != b"{" or stack[-1][1] in "ie"):
        return True
    if not live:
        return False
    last = tokens.text[live[-1]]
    if tokens.kind[live[-1]] == "w" and len(live) > 1 and tokens.text[live[-2]] in (b";", b"{", b"}", b":"):
        return False  # a macro that stands alone
    if last in (b";", b"{", b"}", b":"):
        return False
    if last == b")" and not (stack and stack[-1][1] == "b"):
        after = _next(tokens, index)
        return after >= 0 and tokens.text[after] == b"{"
    return tokens.kind[live[-1]] == "p" or bool(stack and stack[-1][1] == "b" and last != b")")


def _closed(stack: _Stack, wanted: bytes) -> _Stack:
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth][0] == wanted:
            return stack[:depth]
        if stack[depth][0] == b"{":
            break
    return stack


def _close_arm(group: _Group, live: list[int], stack: _Stack) -> None:
    group.arms[-1].live_to = len(live)
    group.arms[-1].stack = stack


def _blank_line(canvas: Canvas, tokens: Tokens, index: int) -> None:
    canvas.blank(tokens.start[index], tokens.end[index], "directive")


def _settle(
    canvas: Canvas, tokens: Tokens, group: _Group, endif: int, live: list[int], effort: int
) -> tuple[_Stack, bool]:
    """Keep, join or flatten a conditional at its ``#endif``; give the brackets open after it."""
    arms = group.arms
    before = live[arms[0].live_from - 1] if arms[0].live_from else -1
    after = _next(tokens, endif)
    balanced = all(arm.stack == group.stack for arm in arms)
    inside = group.stack[-1] if group.stack else (b"{", "t")
    verdict = "flatten"
    zero = _ZERO.match(tokens.text[arms[0].directive]) is not None
    if balanced and inside[0] == b"{" and effort < 2 and not zero:
        verdict = _verdict(tokens, live, arms, before, after, inside[1])
    if verdict == "keep":
        if inside[1] == "b" and before >= 0 and _is_label(tokens, live, arms[0].live_from - 1):
            word = live[arms[0].live_from - 2]
            start, end = tokens.start[word], tokens.end[before]
            canvas.show(start, end, tokens.text[word] + b";", "label", tokens.text[word])
            return group.stack, True
        return group.stack, False
    directives = [arm.directive for arm in arms] + [endif]
    if verdict == "branch":
        _show_block(canvas, tokens, directives)
        return group.stack, True
    for index in directives:
        _blank_line(canvas, tokens, index)
    if verdict == "join":
        return arms[0].stack, True
    chosen = _choose(tokens, arms, group.stack, balanced, zero, effort)
    kept: list[int] = []
    for number, arm in enumerate(arms):
        if number == chosen:
            kept = live[arm.live_from : arm.live_to]
            continue
        stop = directives[number + 1]
        # Directives nested in a hidden arm go with it.
        first = arm.directive + 1
        if first < stop:
            canvas.blank(tokens.start[first], tokens.end[stop - 1], "arm")
    del live[arms[0].live_from :]
    live.extend(kept)
    return (arms[chosen].stack if chosen >= 0 else group.stack), True


def _show_block(canvas: Canvas, tokens: Tokens, directives: list[int]) -> None:
    """Show the first and the last line of a conditional as braces; the mask of one says where all are.

    The brace stands behind the ``#``: in column 0 it would be that of a function.
    """
    first, *middle, last = directives
    start = tokens.start[first] + 1
    places = " ".join(f"{tokens.start[i] - start}:{tokens.end[i] - start}" for i in directives)
    canvas.blank(start - 1, start, "directive")
    canvas.show(start, tokens.end[first], b"{", "arms", places.encode())
    for index in middle:
        canvas.blank(tokens.start[index], tokens.end[index], "arms")
    canvas.show(tokens.start[last], tokens.end[last], b"}", "arms")


def _next(tokens: Tokens, index: int) -> int:
    index += 1
    while index < len(tokens) and tokens.kind[index] == "d":
        index += 1
    return index if index < len(tokens) else -1


def _is_label(tokens: Tokens, live: list[int], at: int) -> bool:
    """Tell whether the token at ``live[at]`` is the colon of a goto label."""
    if at < 2 or tokens.text[live[at]] != b":" or tokens.kind[live[at - 1]] != "w":
        return False
    return tokens.text[live[at - 1]] != b"default" and tokens.text[live[at - 2]] in (b";", b"{", b"}", b":")


def _verdict(tokens: Tokens, live: list[int], arms: list[_Arm], before: int, after: int, context: str) -> str:
    first = tokens.text[before] if before >= 0 else b";"
    then = tokens.text[after] if after >= 0 else b"}"
    bodies = [live[arm.live_from : arm.live_to] for arm in arms]
    ends = [tokens.text[body[-1]] for body in bodies if body]
    starts = [tokens.text[body[0]] for body in bodies if body]
    if context in "ei":
        if first not in (b"{", b",") or not all(end == b"," for end in ends[:-1]):
            return "flatten"
        if ends and ends[-1] != b"," and (then != b"}" or len(ends) > 1):
            return "flatten"
        return "keep" if context == "e" and all(end == b"," for end in ends) else "join"
    whole = all(end in (b";", b"}") for end in ends) and b"else" not in starts
    heads = context == "b" and whole and _heads_statement(tokens, before)
    parted = heads and not _loops(tokens, before) and _ELSE.match(tokens.text[arms[-1].directive])
    if parted and all(_is_one(tokens, b) for b in bodies):
        return "branch"
    if context == "b" and (
        _continue_chain(tokens, bodies, then) or (whole and _end_statement(tokens, before, bodies))
    ):
        return "join"
    if heads and then != b"else":
        leaves = any(tokens.text[i] in JUMPS for body in bodies for i in body)
        return "flatten" if leaves else "join"  # of two arms that leave the second would cut off what follows
    allowed_before = (b";", b"{", b"}", b":") if context == "b" else (b";", b"{", b"}", b")")
    allowed_end = (b";", b"}", b":") if context == "b" else (b";", b"}", b")")
    if first not in allowed_before or not all(end in allowed_end for end in ends):
        return "flatten"
    if (
        first == b":"
        and not _is_label(tokens, live, arms[0].live_from - 1)
        and not _is_case(tokens, live, arms)
    ):
        return "flatten"
    if then in (b"else", b"{", b"=", b",", b"(", b"[") and (then != b"{" or b")" in ends or first == b")"):
        return "flatten"
    if then == b"{" and context == "t":
        return "flatten"
    if b"else" in starts:
        return "flatten"
    return "keep"


def _continue_chain(tokens: Tokens, bodies: list[list[int]], then: bytes) -> bool:
    """Tell whether each arm is an ``else if`` of the ``if`` before it, the last one perhaps its ``else``."""
    for number, body in enumerate(bodies):
        words = [tokens.text[i] for i in body]
        base = -1 if words[:1] == [b"}"] else 0
        if words[-base : 1 - base] != [b"else"]:
            return False
        alone = number + 1 == len(bodies) and then != b"else" and base == 0
        depth = 0
        for word, behind in pairwise([*words, b""]):
            depth += (word in OPEN) - (word in CLOSE)
            if word == b"else" and depth == base and behind != b"if" and not alone:
                return False
    return len(bodies) > 1


def _end_statement(tokens: Tokens, before: int, bodies: list[list[int]]) -> bool:
    """Tell whether each arm ends the statement that stands before it, and could be one by itself."""
    if len(bodies) < 2 or tokens.text[before] not in (b"=", b"return"):
        return False
    return all(
        body and (tokens.kind[body[0]] in "ws" or tokens.text[body[0]] == b"(") and _is_one(tokens, body)
        for body in bodies
    )


def _is_one(tokens: Tokens, body: list[int]) -> bool:
    """Tell whether the tokens of an arm are one statement."""
    ends = depth = 0
    is_do = bool(body) and tokens.text[body[0]] == b"do"
    for number, index in enumerate(body):
        text = tokens.text[index] if tokens.kind[index] == "p" else b""
        depth += (text in OPEN) - (text in CLOSE)
        if depth == 0 and text in (b";", b"}"):
            behind = tokens.text[body[number + 1]] if number + 1 < len(body) else b""
            ends += not (behind in (b"else", b";") or (is_do and behind == b"while"))
    return ends == 1


def _heads_statement(tokens: Tokens, at: int) -> bool:
    """Tell whether a branch or a loop's body is due behind the token ``at``."""
    if tokens.at(at) in (b"else", b"do"):
        return True
    opening = tokens.mate[at] if tokens.at(at) == b")" else -1
    return opening > 0 and (tokens.text[opening - 1] in _HEADS or _loops(tokens, at))


def _loops(tokens: Tokens, closing: int) -> bool:
    """Tell whether the call before a branch is a macro that loops, by its name."""
    name = tokens.mate[closing] - 1 if tokens.at(closing) == b")" else -1
    return name >= 0 and tokens.kind[name] == "w" and b"each" in tokens.text[name].lower()


def _is_case(tokens: Tokens, live: list[int], arms: list[_Arm]) -> bool:
    at = arms[0].live_from - 1
    for back in range(1, 30):
        if at - back < 0:
            return False
        text = tokens.text[live[at - back]]
        if text in (b"case", b"default"):
            return True
        if text in (b";", b"{", b"}", b":", b"?"):
            return False
    return False


def _choose(tokens: Tokens, arms: list[_Arm], around: _Stack, balanced: bool, zero: bool, effort: int) -> int:
    """Give the number of the arm that stays, -1 for none."""
    if zero:
        return 1 if len(arms) > 1 else -1
    if effort == 1:
        if len(arms) > 1:
            return len(arms) - 1
        return 0 if balanced else -1
    for number, arm in enumerate(arms):
        if arm.live_to > arm.live_from:
            return number
    return 0
