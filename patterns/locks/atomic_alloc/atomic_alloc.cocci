// SPDX-License-Identifier: GPL-2.0-or-later
/// do not sleep in an allocation while nothing may sleep
///
/// GFP_KERNEL lets the allocator sleep; where a spinlock is held, or
/// interrupts are off, that is a bug.
// Confidence: Moderate
// Extensions: analysis, verdicts

@alloc@
expression call : in_atomic();
identifier f;
position p;
@@
 \(f@p(..., \(GFP_KERNEL\|GFP_KERNEL | ...\), ...) \& call\)

@script:python@
p << alloc.p;
f << alloc.f;
@@
rewriter.verdict(p, "sleeps-in-atomic", f + "() may sleep here with GFP_KERNEL", evidence=rewriter.why(p), act=True)
