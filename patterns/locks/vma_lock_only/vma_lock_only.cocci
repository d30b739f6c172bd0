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
// Extensions: analysis, comments, verdicts

@initialize:python@
@@
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
expression vma, mm;
position site.p, t;
@@
 vma = lock_vma_under_rcu@p(mm, ...)
 ... when any
     when != true vma != NULL
     when != false vma == NULL
 mmap_read_trylock@t(mm)

@script:python@
p << site.p;
t << tried.t;
@@
rewriter.verdict(p, "undecided", "falls back to mmap_read_trylock() in a way that is not understood",
                 evidence=[("trylock", t, "mmap_read_trylock")])

@flagged exists@
expression vma, mm, addr;
identifier high, low;
statement EXIT;
position site.p, t;
@@
 vma = lock_vma_under_rcu@p(mm, addr)
 if (\(vma == NULL\|unlikely(vma == NULL)\|unlikely(!vma)\)) {
 	if (\(!mmap_read_trylock@t(mm)\|unlikely(!mmap_read_trylock@t(mm))\)) EXIT
(
 	high = \(1\|true\);
 	vma = vma_lookup(mm, addr);
|
 	vma = vma_lookup(mm, addr);
 	high = \(1\|true\);
|
 	low = \(0\|false\);
 	vma = vma_lookup(mm, addr);
|
 	vma = vma_lookup(mm, addr);
 	low = \(0\|false\);
)
 }

@script:python@
p << site.p;
t << flagged.t;
@@
rewriter.verdict(p, "trylock-fallback", "retries with mmap_read_trylock(), which fails for the same writer",
                 evidence=[("trylock", t, "mmap_read_trylock")], rewrite=True)

@unclear exists@
expression vma, mm, call : maybe_waits_for(mmap_lock, mm);
position site.p, w;
@@
 vma = lock_vma_under_rcu@p(mm, ...)
 ... when any
     when != true vma != NULL
     when != false vma == NULL
     when != mmap_read_trylock(mm)
 call@w

@script:python@
p << site.p;
w << unclear.w;
@@
rewriter.verdict(p, "undecided", "a function called when there is no VMA lock may wait for the mmap lock or not",
                 evidence=rewriter.why(w))

@waits exists@
expression vma, mm, call : waits_for(mmap_lock, mm);
position site.p, w;
@@
 vma = lock_vma_under_rcu@p(mm, ...)
 ... when != true vma != NULL
     when != false vma == NULL
 call@w

@script:python@
p << site.p;
w << waits.w;
@@
rewriter.verdict(p, "waiting-fallback", "waits for the mmap lock: a real remedy, it stays",
                 evidence=rewriter.why(w))

// --- the rewrite: all of it, or none of it in this function ---

@cut depends on flagged && !waits && !unclear@
identifier where.fn;
expression flagged.vma, flagged.mm, flagged.addr;
identifier flag;
statement EXIT;
@@
 fn(...) {
 <...
- /* ... first ... */
+ /* ... ... */
 vma = lock_vma_under_rcu(mm, addr)
 if (\(vma == NULL\|unlikely(vma == NULL)\|unlikely(!vma)\))
- {
- 	if (\(!mmap_read_trylock(mm)\|unlikely(!mmap_read_trylock(mm))\))
 		EXIT
(
- 	flag = \(0\|1\|false\|true\);
- 	vma = vma_lookup(mm, addr);
|
- 	vma = vma_lookup(mm, addr);
- 	flag = \(0\|1\|false\|true\);
)
- }
 ...>
 }

@release_high depends on cut@
identifier where.fn, flagged.high;
expression flagged.vma, flagged.mm;
@@
 fn(...) {
 <...
- if (high) mmap_read_unlock(mm); else vma_end_read(vma);
+ vma_end_read(vma);
 ...>
 }

@release_low depends on cut@
identifier where.fn, flagged.low;
expression flagged.vma, flagged.mm;
@@
 fn(...) {
 <...
- if (low) vma_end_read(vma); else mmap_read_unlock(mm);
+ vma_end_read(vma);
 ...>
 }

@drop_high depends on cut@
identifier where.fn, flagged.high;
type T;
@@
 fn(...) {
 <...
(
- T high = \(0\|false\);
|
- T high;
|
- high = \(0\|false\);
)
 ...>
 }

@drop_low depends on cut@
identifier where.fn, flagged.low;
type T;
@@
 fn(...) {
 <...
(
- T low = \(1\|true\);
|
- T low;
|
- low = \(1\|true\);
)
 ...>
 }

// --- the label only the failed trylock jumped to ---

@exit depends on cut exists@
expression flagged.vma, flagged.mm, flagged.addr;
identifier lbl =~ "mmap";
position g;
@@
 vma = lock_vma_under_rcu(mm, addr)
 if (\(vma == NULL\|unlikely(vma == NULL)\|unlikely(!vma)\)) {
 	...
 	goto lbl@g;
 }

@script:python named@
lbl << exit.lbl;
new;
@@
coccinelle.new = lock_label(lbl)

@shared@
identifier where.fn, exit.lbl;
position g != exit.g;
@@
 fn(...) {
 <+...
 goto lbl@g;
 ...+>
 }

@taken@
identifier where.fn, named.new;
@@
 fn(...) {
 <+...
 new:
 ...+>
 }

@rename depends on exit && !shared && !taken@
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

@left depends on cut@
identifier where.fn;
expression flagged.mm;
position u;
@@
 fn(...) {
 <+...
 \(mmap_read_trylock\|mmap_read_unlock\)(mm)@u
 ...+>
 }

@script:python@
u << left.u;
@@
rewriter.refuse(u, "a use of the mmap lock is not understood")

@read_high depends on cut@
identifier where.fn, flagged.high;
position u;
@@
 fn(...) {
 <+...
 high@u
 ...+>
 }

@script:python@
u << read_high.u;
high << flagged.high;
@@
rewriter.refuse(u, "%s is read where it does not choose a lock to release" % high)

@read_low depends on cut@
identifier where.fn, flagged.low;
position u;
@@
 fn(...) {
 <+...
 low@u
 ...+>
 }

@script:python@
u << read_low.u;
low << flagged.low;
@@
rewriter.refuse(u, "%s is read where it does not choose a lock to release" % low)
