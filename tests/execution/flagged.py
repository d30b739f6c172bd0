# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions of the flagged family: both locks live on to shared release code, and a flag tells them apart."""

from __future__ import annotations

from dataclasses import dataclass, field

from execution.flag import Flag, release
from execution.near_misses import NEAR_MISSES, callee
from execution.pieces import (
    EITHER,
    OWNERS,
    TARGET,
    Draw,
    Function,
    Lines,
    Owner,
    block,
    if_else,
    indented,
    made,
)


@dataclass(slots=True)
class Flagged:
    """A function of the flagged family in the making."""

    draw: Draw
    name: str
    near_miss: str = ""
    verdicts: tuple[str, ...] = TARGET
    declared: Lines = field(default_factory=list)
    shared: Lines = field(default_factory=list)  # declarators of int
    owner: Owner = OWNERS["parameter"]
    returns: bool = True  # an int called ret
    guarded: bool = False  # the place's spin lock is held around everything
    last_label: str = ""  # the label at the end, "" while nothing jumps there
    steps: int = 0
    sites: int = 0
    labels: int = 0
    repeated: bool = False  # whether all of it is done again and again
    front: bool = False  # whether anything comes before the first site
    flag_so_far: Flag | None = None  # of the function's own block, for a second site to use again

    @property
    def locked_mm(self) -> str:
        """The mm whose lock is the fallback."""
        return "other" if self.near_miss == "other mm" else self.owner.mm

    # --- leaving ---

    def end_label(self) -> str:
        """The label at the end of the function, made on first use."""
        if not self.last_label:
            self.last_label = self.draw.choose(
                "label at the end",
                ["err_mmap_read_lock_failed", "out_mmap", "err_mmap_lock", "out", "fail_trylock"],
            )
        return self.last_label

    def leave(self, code: str = "") -> Lines:
        """Leave the function with nothing but the spin lock held; `code` is a new value for ret."""
        how = self.draw.choose("way out", ["goto", "return", "goto"])
        setting = [f"ret = {code};"] if code and self.returns else []
        if how == "goto":
            return [*setting, f"goto {self.end_label()};"]
        unlock = ["spin_unlock(&place->lock);"] if self.guarded else []
        value = "" if not self.returns else " " + (code or "ret")
        return [*unlock, f"return{value};"]

    def failed(self, in_loop: bool, inside: str) -> Lines:
        """What the failed trylock does; `inside` is the label that releases an outer site's lock."""
        if inside:
            code = ["ret = -EBUSY;"] if self.returns and self.draw.maybe("inner site sets the code") else []
            return [*code, f"goto {inside};"]
        if in_loop:
            how = self.draw.choose("exit in a loop", ["continue", "break", "leave", "note and continue"])
            if how == "note and continue":
                return [self.step(), "continue;"]
            if how != "leave":
                return [f"{how};"]
        how = self.draw.choose("exit", ["plain", "plain", "with code", "with a call"])
        if how == "with a call":
            return [self.step(), *self.leave()]
        return self.leave("-EBUSY" if how == "with code" else "")

    def step(self) -> str:
        """Another call, each with its own number."""
        self.steps += 1
        return f"note({self.steps});"

    # --- the flag and the lock ---

    def flag(self, number: int, block_scope: bool, nested: bool) -> tuple[Flag, Lines, Lines]:
        """Make a flag: what declares it in the loop's block (if there), and what sets it before the site."""
        if self.flag_so_far and not nested and self.draw.maybe("second site uses the first flag"):
            return self.flag_so_far, [], [self.flag_so_far.set(False)]
        says_mmap = self.draw.choose("sense of the flag", ["mmap", "mmap", "vma"]) == "mmap"
        kind = self.draw.choose("type of the flag", ["bool", "int", "unsigned int"])
        names = ["locked", "mm_locked", "mmap_locked"] if says_mmap else ["vma_locked", "per_vma"]
        name = self.draw.choose("name of the flag", names) + ("" if number == 1 else str(number))
        flag = Flag(name, kind, says_mmap)
        if self.near_miss == "no fallback":
            return flag, [], []
        if block_scope and self.draw.maybe("flag declared in the loop"):
            return flag, [f"{kind} {name} = {flag.value(False)};"], []
        self.flag_so_far = self.flag_so_far or flag
        how = self.draw.choose(
            "declaration of the flag", ["initialised", "late", "with others", "others, late"]
        )
        late = how in ("late", "others, late") or block_scope or self.repeated
        declarator = name if late else f"{name} = {flag.value(False)}"
        if "others" in how and kind == "int":
            self.shared.insert(self.draw.random.randint(0, len(self.shared)), declarator)
        else:
            self.declared.append(f"{kind} {declarator};")
        return flag, [], [flag.set(False)] if late else []

    def lookup(self, vma: str, address: str) -> Lines:
        """Look the VMA up under the mmap lock."""
        mm = self.locked_mm
        how = self.draw.choose("lookup", ["vma_lookup", "vma_lookup", "find_vma", "find_vma, local", "start"])
        if how == "vma_lookup" or self.near_miss:
            return [f"{vma} = vma_lookup({mm}, {address});"]
        if how == "start":
            start = f"start{self.labels}"
            self.declared.append(f"unsigned long {start};")
            return [f"{start} = ({address}) & PAGE_MASK;", f"{vma} = vma_lookup({mm}, {start});"]
        if how == "find_vma":
            above = self.draw.choose(
                "range check", [f"{vma}->vm_start > {address}", f"{address} < {vma}->vm_start"]
            )
            return [
                f"{vma} = find_vma({mm}, {address});",
                *block(f"if ({vma} && {above})", [f"{vma} = NULL;"]),
            ]
        found = f"found{self.labels}"
        self.declared.append(f"struct vm_area_struct *{found};")
        return [
            f"{found} = find_vma({mm}, {address});",
            *block(f"if ({found} && {found}->vm_start <= {address})", [f"{vma} = {found};"]),
        ]

    def fallback(self, flag: Flag, vma: str, address: str, in_loop: bool, inside: str) -> Lines:
        """What is done when there was no per-VMA lock."""
        mm, draw = self.locked_mm, self.draw
        failed = self.failed(in_loop, inside)
        trylock = f"mmap_read_trylock({mm})"
        if self.near_miss == "waits after the trylock":
            failed = [f"mmap_read_lock({mm});"]
        set_flag = [flag.set(True)]
        lookup = self.lookup(vma, address)
        if draw.maybe("inner exit", 0.3):
            leaving = self.failed(in_loop, inside) if draw.maybe("inner exit differs") else failed
            lookup += block(f"if (!{vma})", [f"mmap_read_unlock({mm});", *leaving])
            if any("(" in line for line in leaving):
                self.verdicts = EITHER
        how = draw.choose("test of the trylock", ["!", "!", "unlikely", "== 0", "assigned", "nested"])
        if self.near_miss or (how == "assigned" and not flag.says_mmap):
            how = "!"
        order = draw.choose("flag set", ["before the lookup", "after the lookup"])
        rest = set_flag + lookup if order == "before the lookup" else lookup + set_flag
        if self.near_miss == "counter":
            rest.insert(draw.random.randint(0, 1), "stats.fallbacks++;")
        elif self.near_miss == "call in the fallback":
            rest.insert(0, "count_fallback();")
        elif self.near_miss == "waits":
            return [f"mmap_read_lock({mm});", *rest]
        elif self.near_miss == "may wait in a callee":
            return [f"{self.name}_lock({mm});", *rest]
        elif self.near_miss == "looked up somehow":
            return [
                *block(f"if (!{trylock})", failed),
                flag.set(True),
                f"{vma} = find_somehow({mm}, {address});",
            ]
        elif self.near_miss == "no fallback":
            return failed
        if how == "nested":
            return if_else(trylock, rest, failed, braces=True)
        if how == "assigned":
            return [f"{flag.name} = {trylock};", *block(f"if (!{flag.name})", failed), *lookup]
        test = {"!": f"!{trylock}", "unlikely": f"unlikely(!{trylock})", "== 0": f"{trylock} == 0"}[how]
        comment = ["/* fall back to the mmap lock */"] if draw.maybe("comment in the fallback", 0.3) else []
        return [*comment, *block(f"if ({test})", failed), *rest]

    def release(self, flag: Flag, vma: str, end: str = "", last: Lines | None = None) -> Lines:
        """Release whichever lock is held."""
        if self.near_miss == "no fallback":
            return [f"vma_end_read({vma});"]
        result = release(self.draw, flag, self.locked_mm, vma, end, last)
        if last and "release: arm leaves" in self.draw.taken and any("(" in line for line in last):
            # What the removed arm calls is also called behind it.
            self.verdicts = EITHER
        return result

    # --- a site: the lock, the work, the release ---

    def site(self, in_loop: bool = False, inside: str = "", only: bool = False) -> Lines:
        """Take the lock, work with the VMA and release it; `inside` is an outer site's release label."""
        draw = self.draw
        self.sites += 1
        self.labels += 1
        number = self.labels
        vma = "vma" if not inside else "next"
        address = "addr" if not inside else "addr + PAGE_SIZE"
        flag, in_block, before = self.flag(number, in_loop, bool(inside))
        fallback = self.fallback(flag, vma, address, in_loop, inside)
        locked = f"lock_vma_under_rcu({self.owner.mm}, {address})"
        pointer = f"struct vm_area_struct *{vma}"
        how = draw.choose("lock taken in", ["statement", "statement", "condition", "declaration"])
        if how == "declaration" and (in_loop or (self.sites == 1 and not self.front)):
            in_block.append(f"{pointer} = {locked};")
            taking, subject = [], vma
        else:
            if in_loop and draw.maybe("VMA declared in the loop"):
                in_block.append(f"{pointer};")
            elif in_loop or not any(line.startswith(pointer) for line in self.declared):
                self.declared.insert(0, f"{pointer};")
            taking = [f"{vma} = {locked};"] if how != "condition" else []
            subject = vma if taking else f"({vma} = {locked})"
        comment = draw.choose("comment at the lock", ["none", "first", "other"])
        if comment != "none" and taking:
            said = "attempt per-vma lock first" if comment == "first" else "the VMA stays while we work"
            taking.insert(0, f"/* {said} */")
        result = [*before, *taking, *self.test_of_null(subject, vma, fallback), ""]

        label = f"release{number}"
        work = self.work(vma, label, flag, in_loop)
        if not inside and draw.maybe("a site inside the site", 0.12) and not in_loop and not self.near_miss:
            work += ["", *self.site(inside=label)]
        result += work
        if any(f"goto {label};" in line for line in work):
            # A label must be on a statement, in the outer column of its block.
            result += ["\x00" + label + ":"]
        end = self.end_label() if only and self.returns and draw.maybe("two labels possible", 0.3) else ""
        result += self.release(flag, vma, end)
        if in_loop and in_block:
            return [*in_block, "", *result]
        self.declared += in_block
        return result

    def test_of_null(self, subject: str, vma: str, fallback: Lines) -> Lines:
        """The test that leads to the fallback."""
        braces = {"!": f"!{subject}", "== NULL": f"{subject} == NULL", "NULL ==": f"NULL == {subject}"}
        how = self.draw.choose("test of the VMA", [*braces, "!", "unlikely", "else arm", "else arm, likely"])
        if how == "unlikely":
            return block(f"if (unlikely(!{subject}))", fallback)
        if how.startswith("else arm"):
            test = subject[1:-1] if subject != vma else vma
            test = (
                f"likely({test})" if "likely" in how else f"{vma} != NULL" if subject == vma else f"({test})"
            )
            return if_else(test, [self.step()], fallback, braces=True)
        return block(f"if ({braces[how]})", fallback)

    def work(self, vma: str, label: str, flag: Flag, in_loop: bool) -> Lines:
        """Some statements under the lock."""
        draw, result = self.draw, Lines()
        address = "addr"
        options = ["work", "checked work", "tested", "unmapped", "no VMA", "early release", "switch", "note"]
        for _ in range(draw.random.randint(1, 3)):
            how = draw.choose("work", options)
            if how == "work":
                result += [f"work({vma}, {address});"]
            elif how == "checked work" and self.returns:
                result += [f"ret = work({vma}, {address});", *block("if (ret)", [f"goto {label};"])]
            elif how == "tested":
                result += block(f"if ({vma})", [f"zap({vma});"])
            elif how == "unmapped":
                result += block(f"if ({vma} && !is_mapped({vma}))", [f"goto {label};"])
            elif how == "no VMA":
                code = ["ret = -EFAULT;"] if self.returns else []
                result += block(f"if (!{vma})", [*code, f"goto {label};"])
            elif how == "early release" and vma == "vma":
                leave = ["continue;"] if in_loop else self.leave("-ENOENT")
                result += block(f"if (!is_mapped({vma}))", [*self.release(flag, vma, last=leave), *leave])
            elif how == "switch":
                result += [
                    f"switch (work({vma}, {address})) {{",
                    "case 0:",
                    "\t" + self.step(),
                    "\tbreak;",
                    "default:",
                    f"\tgoto {label};",
                    "}",
                ]
            else:
                result += [self.step()]
        if self.near_miss == "flag read":
            result += [f"note({flag.name});"]
        elif self.near_miss == "flag escapes":
            result += [f"note_flag(&{flag.name});"]
        elif self.near_miss == "flag decides on work":
            result += block(f"if ({flag.test(True, draw)})", [self.step()])
        return result

    # --- the function ---

    def loop(self) -> Lines:
        """A site in a loop."""
        how = self.draw.choose("loop", ["for", "while", "do"])
        body = self.site(in_loop=True)
        if how == "while":
            return ["while (more(1)) {", *indented(body), "}"]
        if how == "do":
            return ["do {", *indented(body), "} while (more(1));"]
        self.shared.append("i")
        return ["for (i = 0; i < 2; i++) {", *indented(body), "}"]

    def function(self) -> Function:
        """Put the function together."""
        draw = self.draw
        self.owner = OWNERS[draw.choose("owner", list(OWNERS))]
        self.returns = draw.choose("function returns", ["int", "int", "nothing"]) == "int"
        result: Lines = []
        if draw.maybe("error exit in front", 0.3):
            result += block("if (prepare(1))", ["return -ENOMEM;" if self.returns else "return;"])
        if self.owner.has_place and draw.maybe("spin lock around it", 0.4):
            self.guarded = True
            if draw.maybe("spin lock only tried"):
                result += block(
                    "if (!spin_trylock(&place->lock))", ["return -EBUSY;" if self.returns else "return;"]
                )
            else:
                result += ["spin_lock(&place->lock);"]
        if draw.maybe("shared exit in front", 0.2):
            result += block("if (prepare(2))", [f"goto {self.end_label()};"])
        self.front = bool(result)
        form = "one" if self.near_miss else draw.choose("form", ["one", "one", "one", "loop", "two", "again"])
        if form == "loop":
            main = self.loop()
        elif form == "again":
            self.repeated = self.front = True
            main = ["\x00again:", *self.site(), *block("if (more(2))", ["goto again;"])]
        elif form == "two":
            main = [*self.site(), "", *self.site()]
        else:
            main = self.site(only=True)
        if draw.maybe("ifdef around it", 0.08):
            main = ["#ifdef CONFIG_PER_VMA_LOCK", *main, "#endif"]
        result += ["", *main]
        if self.returns and draw.maybe("ret set at the end", 0.4):
            result += ["ret = 0;"]
        # It was made where a way out was drawn, but a near miss may not have taken that.
        labelled = any(line.endswith(f"goto {self.last_label};") for line in result)
        if labelled:
            result += ["", "\x00" + self.last_label + ":"]
        if self.guarded:
            result += ["spin_unlock(&place->lock);"]
        elif not self.returns and labelled:
            result += [self.step()]
        if self.returns:
            result += ["return ret;"]
        return self.finish(result)

    def finish(self, body: Lines) -> Function:
        """Add the head and the declarations, and set the labels."""
        draw = self.draw
        if self.returns:
            self.shared.insert(draw.random.randint(0, len(self.shared)), "ret = -EAGAIN")
        pieces = list(self.declared)
        if self.owner.declaration:
            # First of all: an initialiser may need it.
            pieces.insert(0, self.owner.declaration)
        if self.shared:
            pieces.append(f"int {', '.join(self.shared)};")
        other = "struct mm_struct *other, " if self.near_miss == "other mm" else ""
        kernel_doc = (
            ["/**", f" * {self.name} - work on a VMA", " */"] if draw.maybe("kernel-doc", 0.1) else []
        )
        kind = "int" if self.returns else "void"
        head = f"static {kind} {self.name}({self.owner.parameters}{other}unsigned long addr)"
        helper = callee(f"{self.name}_lock") if self.near_miss == "may wait in a callee" else []
        lines = [*helper, *kernel_doc, head, "{", *indented(pieces), "", *indented(body), "}"]
        call = f"{self.name}({self.owner.arguments}THE_ADDRESS)"
        verdicts = NEAR_MISSES.get(self.near_miss, self.verdicts)
        caller = call if self.returns else f"({call}, 0)"
        return made(draw, self.name, lines, caller, verdicts, self.sites)
