// Bare terms with positions, for bare.py. Every rule has a name and stands for itself.

@any_expression@
expression e;
position p;
@@
e@p

@bare_name@
identifier i;
position p;
@@
i@p

@name_anywhere identifier@
identifier i;
position p;
@@
i@p

@constant_value@
constant c;
position p;
@@
c@p

@constant_int@
constant int c;
position p;
@@
c@p

@variable@
idexpression x;
position p;
@@
x@p

@local_variable@
local idexpression x;
position p;
@@
x@p

@global_variable@
global idexpression x;
position p;
@@
x@p

@int_variable@
idexpression int x;
position p;
@@
x@p

@variable_of_type@
type T;
idexpression T x;
position p;
@@
x@p

@expression_of_type@
type T;
T x;
position p;
@@
x@p

@pointer_of_type@
type T;
T *x;
position p;
@@
x@p

@array_of_type@
type T;
T[] x;
position p;
@@
x@p

@int_expression@
int x;
position p;
@@
x@p

@unsigned_expression@
{unsigned int, unsigned long, unsigned char} x;
position p;
@@
x@p

@char_pointer@
char *x;
position p;
@@
x@p

@any_pointer@
expression *x;
position p;
@@
x@p

@void_pointer@
void *x;
position p;
@@
x@p

@device_pointer@
struct device *d;
position p;
@@
d@p

@any_structure@
expression struct x;
position p;
@@
x@p

@any_enumeration@
expression enum x;
position p;
@@
x@p

@any_type type@
type T;
position p;
@@
T@p

@declared@
type T;
identifier x;
position p;
@@
T x@p;

@declared_type@
type T;
identifier x;
position p, q;
@@
T@p x@q;

@declared_value@
type T;
identifier x;
expression e;
position p;
@@
T x@p = e;

@declared_list@
type T;
identifier x;
initializer list es;
position p;
@@
T x@p = { es };

@declared_whole@
declaration d;
position p;
@@
d@p

@initialiser_field@
identifier s, x, f;
expression e;
position p;
@@
struct s x = { ..., .f@p = e, ... };

@initialiser_any@
initializer i;
type T;
identifier x, f;
position p;
@@
T x = { ..., .f = i@p, ... };

@statement_any@
statement S;
position p;
@@
S@p

@statement_pair@
statement S, s;
position p;
@@
S@p s

@call@
identifier f;
expression list es;
position p;
@@
f@p(es)

@call_any@
expression f;
expression list[n] es;
position p;
@@
f@p(es)

@call_statement@
identifier f;
expression list es;
position p;
@@
f(es);@p

@argument@
identifier f;
expression e;
position p;
@@
f(...,e@p,...)

@argument_last@
identifier f;
expression a, e;
position p;
@@
f(a,...,e@p)

@argument_address@
identifier f;
expression e;
position p;
@@
f(...,&e@p,...)

@argument_typed@
identifier f;
struct device *d;
position p;
@@
f@p(...,d,...)

@argument_string@
identifier f;
char[] s;
position p;
@@
f(...,s@p,...)

@binary_any@
binary operator o;
expression a, b;
position p;
@@
a o@p b

@binary_equal@
expression a, b;
position p;
@@
a ==@p b

@binary_null@
expression a;
position p;
@@
a@p == NULL

@binary_and@
expression a, b;
position p;
@@
a@p && b

@binary_flags@
expression a, b;
position p;
@@
a@p | b

@binary_typed@
type T;
T *a;
expression b;
position p;
@@
a@p + b

@assigned@
assignment operator o;
expression a, b;
position p;
@@
a o@p b

@assigned_call@
expression a;
identifier f;
position p;
@@
a =@p f(...)

@assigned_statement@
expression a, b;
position p;
@@
a = b;@p

@negated@
expression e;
position p;
@@
!e@p

@dereferenced@
expression e;
position p;
@@
 *e@p

@address@
expression e;
position p;
@@
 &e@p

@increment@
expression e;
position p;
@@
e++@p

@field_arrow@
expression e;
identifier f;
position p;
@@
e->f@p

@field_of_name@
identifier e, f;
position p;
@@
e@p->f

@field_dot@
expression e;
identifier f;
position p;
@@
e.f@p

@field_typed@
type T;
T *x;
identifier f;
position p;
@@
x@p->f

@element@
expression e, i;
position p;
@@
e[i@p]

@cast@
type T;
expression e;
position p;
@@
 (T@p)e

@cast_pointer@
type T;
expression e;
position p;
@@
 (T *)e@p

@size_expression@
expression e;
position p;
@@
sizeof(e@p)

@size_type@
type T;
position p;
@@
sizeof(T@p)

@conditional@
expression a, b, c;
position p;
@@
a@p ? b : c

@conditional_short@
expression a, c;
position p;
@@
a ?:@p c

@returned@
expression e;
position p;
@@
return e@p;

@returned_negative@
constant c;
position p;
@@
return@p -c;

@returned_nothing@
position p;
@@
return;@p

@if_any@
expression e;
statement S;
position p;
@@
if (e@p) S

@if_else@
expression e;
statement S, s;
position p;
@@
if (e) S else@p s

@if_braces@
expression e;
position p, q;
@@
if (e) {@p ... }@q

@if_return@
expression e, x;
position p;
@@
if (e) return x;@p

@while_any@
expression e;
statement S;
position p;
@@
while (e@p) S

@for_any@
expression a, b, c;
statement S;
position p;
@@
for@p (a; b; c) S

@for_body@
statement S;
position p;
@@
for (...;...;...) S@p

@iterator_any@
iterator I;
expression list es;
statement S;
position p;
@@
I@p(es) S

@goto_any@
identifier l;
position p;
@@
goto l@p;

@label_any@
identifier l;
position p;
@@
l@p:

@function_any@
type T;
identifier f;
parameter list[n] ps;
position p;
@@
T f@p(ps) { ... }

@function_static@
identifier f;
position p;
@@
static f@p(...) { ... }

@function_end@
identifier f;
position p;
@@
f(...) { ... }@p

@parameter_any@
identifier f, x;
type T;
position p;
@@
f(...,T x@p,...) {...}

@parameter_whole@
identifier f;
parameter a;
position p;
@@
f@p(...,a,...) {...}

@prototype@
type T;
identifier f;
parameter list ps;
position p;
@@
T f@p(ps);

@structure_fields@
identifier s;
field list[n] fs;
position p;
@@
struct s@p { fs };

@structure_field@
identifier s, x;
type T;
position p;
@@
struct s { ... T x@p; ... };

@field_whole@
identifier s;
field f;
position p;
@@
struct s@p { ... f ... };

@enumeration_values@
identifier e, x;
position p;
@@
enum e { ..., x@p, ... };

@either@
expression e;
position p;
@@
\(e@p == NULL\|e@p != NULL\|!e@p\)

@either_name@
expression list es;
position p;
@@
\(kfree@p\|dev_err@p\|printk@p\|memset@p\|mutex_lock@p\)(es)

@both@
expression e;
identifier f;
expression list es;
position p;
@@
\(f(es)@p\&e\)

@within@
expression e;
identifier f;
position p;
@@
if (<+... f@p(e) ...+>) { ... }

@way@
identifier f, g;
expression e;
position p, q;
@@
f@p(e);
... when != g(e)
return e@q;

@way_exists exists@
expression x, y;
position p, q;
@@
x@p = kzalloc(...);
... when any
return@q y;

@way_unless@
expression x, e;
statement S;
position p;
@@
x@p = e;
... when != x
if (x) S

@nested@
identifier f, g;
position p;
@@
f(...) {
<... g@p(...); ...>
}

@attached_statement@
expression e;
position p;
@@
kfree(e)@p;

@defined@
identifier x;
expression e;
position p;
@@
#define x@p e

@macro_declared@
declarer D;
expression list es;
position p;
@@
D@p(es);

@string@
constant char[] c;
position p;
@@
c@p

@left_shift@
expression a, b;
position p;
@@
a <<@p b

@sum@
expression a, b, c;
position p;
@@
a + b@p + c

@chain@
expression e;
identifier f, g;
position p;
@@
e->f.g@p

@address_field@
expression e;
identifier f;
position p;
@@
 &e->f@p

@address_typed@
struct device d;
position p;
@@
 &d@p

@error_test@
expression e;
statement S;
position p;
@@
if (e@p < 0) S

@error_goto@
expression e;
identifier l;
position p;
@@
if (e) { ... goto l@p; }

@call_assigned_tested@
expression r;
identifier f;
expression list es;
statement S;
position p;
@@
r = f@p(es);
if (r) S

@array_declared@
type T;
identifier x;
expression e;
position p;
@@
T x[e@p];

@pointer_declared@
type T;
identifier x;
position p;
@@
T *x@p;

@structure_declared@
identifier s, x;
position p;
@@
struct s *x@p;

@function_pointer@
type T;
identifier x;
parameter list ps;
position p;
@@
T (*x@p)(ps);

@compound_literal@
type T;
initializer list es;
position p;
@@
 (T@p){ es }

@case_any@
expression e;
position p;
@@
switch (...) { case e@p: ... }
