// Rules that change something in nearly every file, for bare.py. Every rule has a name and stands for itself.

@free@
expression e;
@@
- kfree(e)
+ kvfree(e, sizeof(*e))

@call_renamed@
identifier f;
expression list es;
expression e;
@@
- e = f(es);
+ e = wrapped(f(es));

@call_first@
identifier f;
expression a;
expression list es;
@@
  f(
- a,
+ &a,
  es)

@call_swapped@
identifier f;
expression a, b;
@@
- f(a, b)
+ f(b, a)

@call_added@
identifier f;
expression list es;
@@
f(es
+ , GFP_KERNEL
  )

@call_last@
identifier f;
expression e;
@@
f(...
- , e
  )

@field_renamed@
expression e;
@@
- e->dev
+ e->device

@field_call@
identifier f;
expression e;
@@
- e->f
+ get(e, f)

@field_set@
identifier f;
expression e, v;
@@
- e->f = v;
+ set_field(e, f, v);

@test_null@
expression e;
statement S;
@@
- if (e == NULL)
+ if (is_null(e))
  S

@test_not@
expression e;
@@
- !e
+ is_zero(e)

@test_return@
expression e, x;
@@
- if (e) return x;
+ RETURN_IF(e, x);

@test_braces@
expression e, x;
@@
  if (e)
+ {
+ trace();
  return x;
+ }

@test_goto_plain@
expression e;
identifier l;
@@
  if (e) {
  ...
+ leave();
  goto l;
  }

@test_else@
expression e;
statement S, s;
@@
- if (e) S else s
+ if (!e) s else S

@return_changed@
expression e;
@@
- return e;
+ return done(e);

@return_before@
expression e;
@@
+ leave();
  return e;

@return_negative@
constant c;
@@
- return -c;
+ return fail(c);

@enter@
identifier f;
@@
f(...) {
+ enter(f);
...
}

@enter_name@
identifier f;
@@
f(...) {
+ enter();
...
}

@parameter_added@
identifier f;
parameter list ps;
@@
- f(ps)
+ f(ps, int flags)
  { ... }

@parameter_type@
identifier f, x;
@@
  f(...,
- struct device *x
+ struct gadget *x
  ,...) { ... }

@parameter_const@
identifier f, x, s;
@@
  f(...,
- struct s *x
+ const struct s *x
  ,...) { ... }

@unused exists@
type T;
identifier x;
@@
- T x;
  ... when != x

@unused_forall@
type T;
identifier x;
@@
- T x;
  ... when != x

@declared_joined@
type T;
identifier x;
expression e;
@@
- T x;
+ T x = e;
- x = e;

@declared_joined_dots@
type T;
identifier x;
expression e;
@@
- T x;
+ T x = e;
  ... when != x
- x = e;

@declared_type@
identifier x;
@@
- int x;
+ long x;

@declared_pointer@
identifier s, x;
@@
- struct s *x;
+ struct other *x;

@declared_init@
type T;
identifier x;
expression e;
@@
  T x
- = e
  ;

@type_changed type@
@@
- struct device
+ struct gadget

@type_int type@
@@
- int
+ long

@type_u32 type@
typedef u32;
@@
- u32
+ unsigned int

@cast_dropped@
type T;
expression e;
@@
- (T *)e
+ e

@cast_call@
type T;
expression e;
@@
- (T)e
+ CAST(T, e)

@size_changed@
type T;
@@
- sizeof(T)
+ SIZE(T)

@size_expression@
expression e;
@@
- sizeof(*e)
+ SIZE(e)

@alloc@
type T;
expression x;
@@
- x = kzalloc(sizeof(T), GFP_KERNEL);
+ x = new(T);

@alloc_typed@
type T;
T *x;
expression g;
@@
  x = 
- kzalloc(sizeof(*x), g)
+ alloc_object(T, g)

@typed_pointer@
type T;
T *x;
identifier f;
@@
- x->f
+ FIELD(T, x, f)

@typed_variable@
type T;
idexpression T x;
@@
- x
+ (T)x

@typed_int@
idexpression int x;
@@
- x
+ (x)

@typed_device@
struct device *d;
@@
- d
+ to_gadget(d)

@typed_argument@
type T;
T e;
identifier f;
@@
- f(e)
+ f((T)e)

@pointer_argument@
expression *e;
identifier f;
expression list es;
@@
- f(e, es)
+ f(check(e), es)

@error_print@
expression d;
expression list es;
@@
- dev_err(d, es);
+ report(es);

@error_return@
expression d, r;
expression list es;
@@
- dev_err(d, es);
- return r;
+ return dev_err_probe(d, r, es);

@error_if@
expression d, r;
expression list es;
expression e;
@@
  if (e) {
- dev_err(d, es);
- return r;
+ return dev_err_probe(d, r, es);
  }

@error_if_any@
expression r, e;
identifier f;
expression list es;
@@
  if (e) {
- f(es);
- return r;
+ return f(r, es);
  }

@flag_added@
expression e;
@@
  e = GFP_KERNEL
+ | __GFP_ZERO

@flags@
expression a, b;
@@
- a | b
+ or(a, b)

@compare@
expression a;
constant c;
@@
- a < c
+ c > a

@increment@
expression i;
@@
- i++
+ i += 1

@loop@
identifier i;
expression n;
statement S;
@@
- for (i = 0; i < n; i++)
+ while (next(i, n))
  S

@while_loop@
expression e;
statement S;
@@
- while (e) S
+ for (; e;) S

@initialiser_removed@
identifier s, x, f;
@@
  struct s x = {
- .owner = THIS_MODULE,
  };

@initialiser_added@
identifier s, x;
expression e;
@@
  struct s x = {
  .name = e,
+ .version = 1,
  };

@initialiser_nested@
identifier s, x;
expression e;
@@
  struct s x = {
  .driver = {
- .name = e,
+ .label = e,
  },
  };

@structure@
identifier s, x;
type T;
@@
  struct s {
  ...
- T x;
+ const T x;
  ...
  };

@structure_end@
identifier s;
@@
  struct s {
  ...
+ int last;
  };

@structure_first@
identifier s;
@@
  struct s {
+ int first;
  ...
  };

@enumeration@
identifier e, x;
@@
  enum e {
  ...,
- x,
+ x, MORE,
  ...
  };

@no_static@
identifier f;
type T;
@@
- static
  T f(...) { ... }

@function_renamed@
identifier f;
fresh identifier g = "new_" ## f;
@@
- f
+ g
  (...) { ... }

@function_type@
identifier f;
@@
- int
+ long
  f(...) { ... }

@function_removed@
identifier f;
@@
- static inline f(...) { ... }

@function_last@
identifier f;
@@
f(...) {
...
+ leave();
}

@include@
@@
  #include <linux/module.h>
+ #include <linux/new.h>

@define@
identifier x;
expression e;
@@
- #define x e
+ #define x (e)

@macro@
declarer name MODULE_LICENSE;
expression e;
@@
- MODULE_LICENSE(e);
+ MODULE_LICENSE("none");

@string@
char[] s;
identifier f;
@@
f(...,
- s
+ _(s)
  ,...)

@lock exists@
expression l;
@@
- mutex_lock(l);
+ guard(l);
  ...
- mutex_unlock(l);

@lock_forall@
expression l;
@@
- mutex_lock(l);
+ guard(l);
  <... when != mutex_unlock(l)
  return ...;
  ...>
- mutex_unlock(l);

@nested@
identifier f;
expression e;
@@
f(...) {
<...
- return e;
+ return out(e);
...>
}

@statement@
statement S;
expression e;
@@
  if (e)
+ {
  S
+ }

@statement_before@
expression x, e;
@@
+ before();
  x = e;

@statement_after@
expression x, e;
@@
  x = e;
+ after();

@label@
identifier l;
@@
  l:
+ at_label();

@jump@
identifier l;
@@
- goto l;
+ jump(l);

@ternary@
expression a, b, c;
@@
- a ? b : c
+ choose(a, b, c)

@address@
expression e;
identifier f;
@@
- f(&e)
+ by_address(f, e)

@assign_sub@
expression e;
identifier f;
expression v;
@@
- e->f = v
+ put(&e->f, v)

@shift@
expression a;
@@
- 1 << a
+ BIT(a)

@product@
expression a, b;
@@
- a * b
+ mul(a, b)

@sum@
expression a, b;
@@
- a + b
+ b + a

@element@
expression a, i;
@@
- a[i]
+ *(a + i)
