// SPDX-License-Identifier: GPL-2.0-or-later
/// rely solely on the per-VMA lock
///
/// lock_vma_under_rcu() never sleeps: it is a trylock already. It fails
/// mainly because somebody is inside mmap_write_lock(), and that is why
/// mmap_read_trylock() fails, too. Where the caller cannot wait, falling
/// back from the one to the other only retries in vain.
///
/// Rely on the per-VMA lock alone, and drop the code that remembers which
/// of the two locks is held.
// Confidence: High
// Extensions: analysis, comments, simplify, verdicts

@initialize:python@
@@
import re

# What code of a fallback may do besides assigning: these calls go without anybody noticing.
HARMLESS = re.compile(r"(mmap_read_(try|un)lock|vma_lookup|find_vma|vma_start_read_locked"
                      r"|(un)?likely|(VM_)?(WARN|BUG)_ON(_ONCE)?|IS_ERR(_OR_NULL)?)\b")

def lock_label(name):
    """The label's name with what it says of the mmap lock said of the VMA's."""
    for old in ("mmap_read_trylock", "mmap_read_lock", "mmap_trylock", "mmap_lock", "mmap"):
        if old in name:
            return name.replace(old, "vma_lock", 1)
    return name

// --- every caller, and what it does when there is no VMA lock to be had ---

@site@
position p;
@@
 lock_vma_under_rcu@p(...)

@script:python where@
p << site.p;
fn;
@@
rewriter.verdict(p, "no-fallback", "no mmap lock is taken after the per-VMA lock failed")
coccinelle.fn = p[0].current_element

@tried exists@
expression vma, mm, addr;
position site.p, t;
@@
 vma = lock_vma_under_rcu@p(mm, addr)
 ... when != true vma != NULL
     when != false vma == NULL
     when != lock_vma_under_rcu(...)
 mmap_read_trylock@t(mm)

@script:python@
p << site.p;
t << tried.t;
@@
sleeps = rewriter.sleeps(p)
reason = "retries with mmap_read_trylock(), which fails for the same writer"
if sleeps:
    reason += "; but it could wait, as it may sleep on the way here (--include may-sleep rewrites it all the same)"
others = [e for e in rewriter.context(p) if e.kind != "trylock" or str(e.line) not in {u.line for u in t}]
rewriter.verdict(p, "trylock-fallback", reason,
                 evidence=[("fallback", t, "mmap_read_trylock")] + others + sleeps,
                 may_sleep=bool(sleeps), rewrite=True, act=True)
if sleeps and not rewriter.includes("may-sleep"):
    cocci.include_match(False)

@renamed exists@
expression vma, mm, other;
position site.p, t;
@@
 other = mm
 ... when any
 vma = lock_vma_under_rcu@p(mm, ...)
 ... when != true vma != NULL
     when != false vma == NULL
     when != lock_vma_under_rcu(...)
 mmap_read_trylock@t(other)

@script:python@
p << site.p;
t << renamed.t;
@@
rewriter.verdict(p, "undecided", "falls back to a trylock of the same mm under another name",
                 evidence=[("fallback", t, "mmap_read_trylock")])

@outer exists@
position tried.t;
expression code;
symbol ret, err, error, rc;
@@
 if (<+... mmap_read_trylock@t(...) ...+>) {
 	...
(
 	return code;
|
 	\(ret\|err\|error\|rc\) = code;
)
 	...
 }

@inner exists@
position tried.t;
expression tried.vma, tried.mm, code;
@@
 mmap_read_trylock@t(mm)
 ...
 if (<+... vma == NULL ...+>) {
 	...
(
 	return code;
|
 	\(ret\|err\|error\|rc\) = code;
)
 	...
 }

@script:python@
p << site.p;
t << tried.t;
vma << tried.vma;
was << inner.code = "";
now << outer.code = "";
@@
was, now = (code.replace("- ", "-") for code in (was, now))
if was and now and was != now:
    rewriter.note(p, "no VMA at this address gave %s and now gives %s" % (was, now))
elif not was:
    rewriter.note(p, "with no VMA at this address the function went on, holding the mmap lock; "
                     "it now leaves as it does when the lock fails", narrowed=vma)

@indirect depends on !tried && !renamed@
expression vma, mm, call : tries_if_null(mmap_lock, mm, vma);
position site.p;
@@
 vma = \(lock_vma_under_rcu@p(mm, ...) \& call\)

@script:python@
p << site.p;
call << indirect.call;
@@
rewriter.verdict(p, "undecided", "falls back to a trylock that is not made here by mmap_read_trylock()",
                 evidence=rewriter.why(p))

@unclear@
expression vma, mm, call : maybe_waits_if_null(mmap_lock, mm, vma);
position site.p;
@@
 vma = \(lock_vma_under_rcu@p(mm, ...) \& call\)

@script:python@
p << site.p;
call << unclear.call;
@@
rewriter.verdict(p, "undecided", "whether a function it calls without a VMA waits cannot be told",
                 evidence=rewriter.why(p))

@waits@
expression vma, mm, call : waits_if_null(mmap_lock, mm, vma);
position site.p;
@@
 vma = \(lock_vma_under_rcu@p(mm, ...) \& call\)

@script:python@
p << site.p;
call << waits.call;
@@
rewriter.verdict(p, "waiting-fallback", "waits for the mmap lock: a real remedy, it stays",
                 evidence=rewriter.why(p))

// --- the label only the failed trylock jumps to ---

@exit exists@
identifier lbl =~ "mmap", x;
position tried.t, g;
@@
(
 if (<+... mmap_read_trylock@t(...) ...+>) {
 	...
 	goto lbl@g;
 }
|
 x = mmap_read_trylock@t(...);
 if (!x) {
 	...
 	goto lbl@g;
 }
)

@shared exists@
identifier where.fn, exit.lbl;
position g != exit.g;
@@
 fn(...) {
 ... when any
 goto lbl@g;
 ... when any
 }

@script:python named@
lbl << exit.lbl;
new;
@@
coccinelle.new = lock_label(lbl)

// --- the rewrite: all of it, or none of it in this function ---
// Without the fallback its trylock is as good as failed; what then cannot be reached goes, and with it the
// variable that said which lock is held.

@retire depends on tried && !waits && !unclear simplify@
expression tried.mm;
position tried.t;
@@
- mmap_read_trylock@t(mm)
+ 0

@script:python depends on retire@
fn << where.fn;
@@
rewriter.stale(fn, r"mmap[ _]?(lock|sem)|mmap_read_\w+|fall(s|ing)?[ -]?back")
for effect in rewriter.effects(fn):
    if not HARMLESS.match(effect):
        rewriter.refuse(fn, "the fallback also does this: " + effect)
for name, line in rewriter.kept(fn):
    rewriter.refuse(fn, "%s is read on line %d where it does not choose a lock to release" % (name, line))
for place, line, text in rewriter.definitions("lock_vma_under_rcu"):
    if text.endswith("{ return NULL; }"):
        rewriter.withhold("%s:%d: lock_vma_under_rcu() is a stub here that always fails" % (place, line),
                          unless="per-vma-locks")

@first depends on retire@
expression tried.vma, tried.mm, tried.addr;
@@
- /* ... per-vma ... first ... */
- /* ... first ... per-vma ... */
- /* ... vma lock ... first ... */
- /* ... first ... vma lock ... */
+ /* ... per-vma ... ... */
+ /* ... ... per-vma ... */
+ /* ... vma lock ... ... */
+ /* ... ... vma lock ... */
 vma = lock_vma_under_rcu(mm, addr)

@taken depends on retire@
identifier where.fn, named.new;
@@
 fn(...) {
 <+...
 new:
 ...+>
 }

@rename depends on retire && exit && !shared && !taken@
identifier where.fn, exit.lbl;
identifier named.new;
@@
 fn(...) {
 <...
(
- goto lbl;
+ goto new;
|
- lbl:
+ new:
)
 ...>
 }

// --- what must be gone now ---

@left depends on retire@
identifier where.fn;
expression tried.mm;
position u;
@@
 fn(...) {
 <+...
 \(mmap_read_trylock\|mmap_read_unlock\)(mm)@u
 ...+>
 }

@held depends on retire@
identifier where.fn;
@@
 fn(...) {
 <+...
 \(mmap_read_lock\|mmap_read_lock_killable\|mmap_read_trylock\)(...)
 ...+>
 }

@unmatched depends on retire && !held@
identifier where.fn;
expression mm;
position u;
@@
 fn(...) {
 <+...
 \(mmap_read_unlock@u(mm)\|up_read@u(&mm->mmap_lock)\)
 ...+>
 }

@script:python@
u << unmatched.u;
@@
rewriter.refuse(u, "the mmap lock is still released: what steers that is not understood")

@script:python@
u << left.u;
@@
rewriter.refuse(u, "the mmap lock is still released: what steers that is not understood")
