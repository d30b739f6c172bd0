# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions of the early-return family: with the per-VMA lock they return at once, else they try on."""

from __future__ import annotations

from execution.pieces import OWNERS, TARGET, Draw, Function, Lines, Owner, block, indented, made


def early_return(draw: Draw, name: str) -> Function:
    """A function of the early-return family: it hands the lock it got to its caller."""
    owner = OWNERS[draw.choose("early: owner", ["parameter", "current", "field", "local"])]
    family = draw.choose("early: result", ["in a struct", "the VMA", "a code"])
    body: Lines = []
    declared = [owner.declaration] if owner.declaration else []
    pointer = "struct vm_area_struct *vma"
    failure = "NULL" if family != "a code" else "-EBUSY"
    success = "vma" if family != "a code" else "0"
    remember = ["held->vma = vma;"] if family != "the VMA" else []
    front = draw.maybe("early: error exit in front", 0.3)
    if front:
        body += [*block("if (prepare(1))", [f"return {failure};"]), ""]
    taking = draw.choose("early: lock taken in", ["statement", "statement", "condition", "declaration"])
    locked = f"lock_vma_under_rcu({owner.mm}, ip)"
    subject = "vma"
    if taking == "declaration" and not front:
        declared.append(f"{pointer} = {locked};")
    else:
        declared.append(f"{pointer};")
        if taking == "condition":
            subject = f"(vma = {locked})"
        else:
            if draw.maybe("early: comment at the lock", 0.3):
                body.append("/* attempt the per-vma lock first */")
            body.append(f"vma = {locked};")
    found = [*(["work(vma, ip);"] if draw.maybe("early: work", 0.3) else []), *remember, f"return {success};"]
    test = draw.choose("early: test of the VMA", ["vma", "likely", "!= NULL", "tail inside", "goto"])
    tail = early_tail(draw, owner, declared, failure, success, remember, family)
    if test == "tail inside":
        no_vma = f"!{subject}" if subject == "vma" else f"{subject} == NULL"
        body += [*block(f"if ({no_vma})", [line for line in tail if line], braces=True), "", *found]
    elif test == "goto":
        body += [
            *block(f"if ({subject})" if subject == "vma" else f"if ({subject} != NULL)", ["goto found;"]),
            "",
        ]
        body += [*tail, "", "\x00found:", *found]
    else:
        condition = {"vma": subject, "likely": f"likely({subject})", "!= NULL": f"{subject} != NULL"}[test]
        if test == "vma" and subject != "vma":
            condition = f"({subject[1:-1]})"
        body += [*block(f"if ({condition})", found), "", *tail]
    held = "" if family == "the VMA" else "struct held_lock *held, "
    kind = "static int " if family == "a code" else "static struct vm_area_struct *"
    head = f"{kind}{name}({held}{owner.parameters}unsigned long ip)"
    lines = [head, "{", *indented(declared), "", *indented(body), "}"]
    arguments = ("" if family == "the VMA" else "&held, ") + owner.arguments + "THE_ADDRESS"
    return made(draw, name, lines, early_caller(name, arguments, family), TARGET, 1)


def early_tail(
    draw: Draw, owner: Owner, declared: Lines, failure: str, success: str, remember: Lines, family: str
) -> Lines:
    """What is done when there was no per-VMA lock, to the end of the function."""
    unlock = f"mmap_read_unlock({owner.mm});"
    result: Lines = []
    if draw.maybe("early: comment at the trylock"):
        result += ["/* Interrupts are off: nothing but a trylock will do. */"]
    test = draw.choose("early: test of the trylock", ["plain", "plain", "unlikely"])
    trylock = f"!mmap_read_trylock({owner.mm})"
    result += block(f"if ({trylock if test == 'plain' else f'unlikely({trylock})'})", [f"return {failure};"])
    result += [""]
    if draw.choose("early: lookup", ["vma_lookup", "vma_lookup", "find_vma"]) == "vma_lookup":
        result += [f"vma = vma_lookup({owner.mm}, ip);"]
        absent = draw.choose("early: test of the lookup", ["!vma", "unlikely(!vma)", "vma == NULL"])
    else:
        result += [f"vma = find_vma({owner.mm}, ip);"]
        absent = "!vma || vma->vm_start > ip"
    differs = family == "a code" and draw.maybe("early: no VMA has a code of its own")
    result += block(f"if ({absent})", [unlock, f"return {'-ENOENT' if differs else failure};"])
    result += [""]
    # Without a struct to leave the mmap lock in, the function must hand over.
    kinds = ["conditional", "result kept"] if family == "the VMA" else ["none", "conditional", "result kept"]
    handover = draw.choose("early: hand-over", kinds)
    keeping = ["held->mm = " + owner.mm + ";", f"return {success};"]
    if handover == "none":
        return result + keeping
    if family == "the VMA":
        if handover == "result kept":
            declared.append("bool started;")
            return [
                *result,
                "started = vma_start_read_locked(vma);",
                unlock,
                f"return started ? vma : {failure};",
            ]
        give_up = ["vma = NULL;"]
        return [*result, *block("if (!vma_start_read_locked(vma))", give_up), unlock, "return vma;"]
    given = [unlock, *remember, f"return {success};"]
    if handover == "conditional":
        over = block("if (vma_start_read_locked(vma))", given)
    else:
        declared.append("bool started;")
        over = ["started = vma_start_read_locked(vma);", *block("if (started)", given)]
    if handover == "conditional" and draw.maybe("early: ifdef around the hand-over"):
        over = ["#ifdef CONFIG_PER_VMA_LOCK", *over, "#endif"]
    return [*result, *over, "", *keeping]


def early_caller(name: str, arguments: str, family: str) -> str:
    """Call it and release what it left, as GNU C's statement expression."""
    if family == "the VMA":
        lines = [
            f"struct vm_area_struct *vma = {name}({arguments});",
            "long result = vma_number(vma);",
            "if (vma) vma_end_read(vma);",
            "result;",
        ]
    else:
        call = f"{name}({arguments})"
        value = call if family == "a code" else f"vma_number({call})"
        lines = [
            "struct held_lock held = { 0 };",
            f"long result = {value};",
            "result * 100 + release_held(&held);",
        ]
    return "({ " + " ".join(lines) + " })"
