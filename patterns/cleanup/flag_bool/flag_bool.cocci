// SPDX-License-Identifier: GPL-2.0-or-later
/// use bool for a variable that is only a flag
///
/// The variable is only ever set to 0 or 1 and only ever tested. bool says
/// so to the reader, and to the compiler.
// Confidence: Moderate

// --- an int that is declared alone and starts as 0 or 1, or is set later ---

@declared@
identifier x;
position p;
@@
(
 int x@p = \(0\|1\);
|
 int x@p;
)

@script:python where@
p << declared.p;
x << declared.x;
fn;
@@
coccinelle.fn = p[0].current_element

@set@
identifier declared.x, where.fn;
position s;
@@
 fn(...) {
 <+...
 x@s = \(0\|1\|true\|false\)
 ...+>
 }

@tested@
identifier declared.x, where.fn;
position t;
@@
 fn(...) {
 <+...
 x@t != 0
 ...+>
 }

@other@
identifier declared.x, where.fn;
position o != {set.s, tested.t};
@@
 fn(...) {
 <+...
 x@o
 ...+>
 }

@values depends on set && tested && !other@
identifier declared.x, where.fn;
@@
 fn(...) {
 <...
(
 x =
- 0
+ false
|
 x =
- 1
+ true
)
 ...>
 }

@retype depends on set && tested && !other@
identifier declared.x, where.fn;
@@
 fn(...) {
 <...
(
- int
+ bool
  x;
|
- int
+ bool
  x = ...;
)
 ...>
 }
