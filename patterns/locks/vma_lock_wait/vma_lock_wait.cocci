// SPDX-License-Identifier: GPL-2.0-or-later
/// take the per-VMA lock with one call that waits
///
/// The helper does what this code spells out: it tries the per-VMA lock, and
/// where that fails, waits for the mmap lock to look the VMA up. There is
/// one lock left to release.
// Confidence: Moderate
// Extensions: verdicts

// The helper's name: -D helper=NAME

@site exists@
expression vma, mm, addr;
identifier flag;
statement EXIT;
position p;
@@
 vma = lock_vma_under_rcu@p(mm, addr)
 if (vma == NULL) {
 	mmap_read_lock(mm);
 	vma = vma_lookup(mm, addr);
 	if (vma == NULL) {
 		mmap_read_unlock(mm);
 		EXIT
 	}
 	flag = \(1\|true\);
 }

@script:python where@
p << site.p;
helper << virtual.helper;
fn;
@@
rewriter.verdict(p, "waiting-fallback", "one call of %s() does the same" % helper, rewrite=True)
coccinelle.fn = p[0].current_element

@call depends on site@
identifier virtual.helper, site.flag;
expression site.vma, site.mm, site.addr;
statement EXIT;
@@
 vma =
- lock_vma_under_rcu
+ helper
 (mm, addr)
 if (vma == NULL)
- {
- 	mmap_read_lock(mm);
- 	vma = vma_lookup(mm, addr);
- 	if (vma == NULL) {
- 		mmap_read_unlock(mm);
 		EXIT
- 	}
- 	flag = \(1\|true\);
- }

@release depends on call@
identifier where.fn, site.flag;
expression site.vma, site.mm;
@@
 fn(...) {
 <...
- if (flag) mmap_read_unlock(mm); else vma_end_read(vma);
+ vma_end_read(vma);
 ...>
 }

@drop depends on call@
identifier where.fn, site.flag;
type T;
@@
 fn(...) {
 <...
(
- T flag = \(0\|false\);
|
- T flag;
|
- flag = \(0\|false\);
)
 ...>
 }

// --- what must be gone now ---

@left depends on call@
identifier where.fn, site.flag;
expression site.mm;
position u;
@@
 fn(...) {
 <+...
(
 flag@u
|
 mmap_read_unlock(mm)@u
)
 ...+>
 }

@script:python@
u << left.u;
@@
rewriter.refuse(u, "the flag, or the mmap lock, is used in a way that is not understood")
