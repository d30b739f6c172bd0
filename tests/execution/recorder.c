/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stubs of stubs.h, and the program around them: it runs every function before and after its rewrite
 * over all scripts of decisions and prints where the two disagree.
 *
 * A script answers, in order, every question that the outside world decides: does the VMA lock succeed, is
 * there a VMA, does this work fail? All scripts of up to SCRIPT_LENGTH answers are tried; later questions
 * are answered with 0, which ends every loop. Each run is written down as a trace of events.
 *
 * Two runs are demanded of each original. With mmap_read_trylock() taking its outcome from the script, too,
 * it must keep its locks balanced: else the generator is at fault. With mmap_read_trylock() failing always
 * it is what the rewritten function is held to, event by event: where the per-VMA lock is obtained the trylock
 * is not called at all, where it is not, the function must leave as after the failed trylock. The attempt
 * itself is not written down in that run, as it is what the rewrite removes.
 */
#include <stdio.h>
#include <string.h>

#include "recorder.h"

#define SCRIPT_LENGTH	12
#define TRACE_LENGTH	400
#define VMAS		4
#define ABOVE		VMAS	/* the VMA that find_vma() finds behind the address */

struct event {
	const char *what;
	long which;
	long outcome;
};

struct trace {
	struct event events[TRACE_LENGTH];
	int length;
	int faults;		/* events that no correct function has */
	int mmap_calls;		/* to any function of the mmap lock */
};

struct script {
	int answers[SCRIPT_LENGTH];
	int choices[SCRIPT_LENGTH];	/* how many answers the question has */
	int asked;
};

struct mm_struct the_mm = { 1 };
struct place the_place = { &the_mm, { 0 } };
struct fallback_stats stats;

static struct task_struct the_task = { &the_mm };
struct task_struct *current = &the_task;

static struct vm_area_struct vmas[VMAS + 1];
static int vma_held[VMAS + 1];
static int mmap_held;

static struct trace *trace;
static struct script *script;
static bool trylock_fails;

static void record(const char *what, long which, long outcome)
{
	if (trace->length < TRACE_LENGTH)
		trace->events[trace->length++] = (struct event){ what, which, outcome };
	else
		trace->faults++;
}

static void fault(const char *what, long which)
{
	record(what, which, 0);
	trace->faults++;
}

/* The next answer of the script, from 0 to choices - 1. */
static int decide(int choices)
{
	int at = script->asked++;

	if (at >= SCRIPT_LENGTH)
		return 0;
	if (!script->choices[at]) {
		script->choices[at] = choices;
		script->answers[at] = 0;
	}
	return script->answers[at];
}

static struct vm_area_struct *covering(unsigned long addr)
{
	return &vmas[addr / PAGE_SIZE % VMAS];
}

long vma_number(const struct vm_area_struct *vma)
{
	return vma ? vma->number : -1;
}

static void use_vma(const char *what, struct vm_area_struct *vma, long outcome)
{
	record(what, vma_number(vma), outcome);
	if (vma && !vma_held[vma->number] && !mmap_held)
		fault("FAULT: the VMA is used without a lock", vma->number);
}

struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = decide(2) ? covering(addr) : NULL;

	if (vma)
		vma_held[vma->number]++;
	record("lock_vma_under_rcu", mm->number, vma_number(vma));
	return vma;
}

void vma_end_read(struct vm_area_struct *vma)
{
	record("vma_end_read", vma_number(vma), 0);
	if (!vma)
		fault("FAULT: vma_end_read() of NULL", 0);
	else if (!vma_held[vma->number])
		fault("FAULT: vma_end_read() of a VMA that is not locked", vma->number);
	else
		vma_held[vma->number]--;
}

bool vma_start_read_locked(struct vm_area_struct *vma)
{
	bool taken = decide(2);

	record("vma_start_read_locked", vma_number(vma), taken);
	if (!mmap_held)
		fault("FAULT: vma_start_read_locked() without the mmap lock", vma_number(vma));
	if (taken)
		vma_held[vma->number]++;
	return taken;
}

bool mmap_read_trylock(struct mm_struct *mm)
{
	bool taken = !trylock_fails && decide(2);

	trace->mmap_calls++;
	if (!trylock_fails)
		record("mmap_read_trylock", mm->number, taken);
	mmap_held += taken;
	return taken;
}

void mmap_read_lock(struct mm_struct *mm)
{
	trace->mmap_calls++;
	record("mmap_read_lock", mm->number, 0);
	mmap_held++;
}

int mmap_read_lock_killable(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	return 0;
}

void mmap_read_unlock(struct mm_struct *mm)
{
	trace->mmap_calls++;
	record("mmap_read_unlock", mm->number, 0);
	if (mmap_held)
		mmap_held--;
	else
		fault("FAULT: mmap_read_unlock() of a lock that is not held", mm->number);
}

void spin_lock(spinlock_t *lock)
{
	record("spin_lock", 0, 0);
	lock->held++;
}

int spin_trylock(spinlock_t *lock)
{
	int taken = decide(2);

	record("spin_trylock", 0, taken);
	lock->held += taken;
	return taken;
}

void spin_unlock(spinlock_t *lock)
{
	record("spin_unlock", 0, 0);
	if (lock->held)
		lock->held--;
	else
		fault("FAULT: spin_unlock() of a lock that is not held", 0);
}

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = decide(2) ? covering(addr) : NULL;

	record("vma_lookup", mm->number, vma_number(vma));
	if (!mmap_held)
		fault("FAULT: vma_lookup() without the mmap lock", mm->number);
	return vma;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	int found = decide(3);
	struct vm_area_struct *vma = found == 2 ? &vmas[ABOVE] : found ? covering(addr) : NULL;

	record("find_vma", mm->number, vma_number(vma));
	if (!mmap_held)
		fault("FAULT: find_vma() without the mmap lock", mm->number);
	return vma;
}

int work(struct vm_area_struct *vma, unsigned long addr)
{
	int outcome = decide(2) ? -EIO : 0;

	use_vma("work", vma, outcome);
	record("work at", (long)addr, 0);
	return outcome;
}

bool is_mapped(struct vm_area_struct *vma)
{
	bool outcome = decide(2);

	use_vma("is_mapped", vma, outcome);
	return outcome;
}

void zap(struct vm_area_struct *vma)
{
	use_vma("zap", vma, 0);
	if (!vma)
		fault("FAULT: zap() of NULL", 0);
}

int prepare(int step)
{
	int outcome = decide(2) ? -ENOMEM : 0;

	record("prepare", step, outcome);
	return outcome;
}

bool more(int step)
{
	bool outcome = decide(2);

	record("more", step, outcome);
	return outcome;
}

void note(int step)
{
	record("note", step, 0);
}

void note_flag(const void *flag)
{
	record("note_flag", !!flag, 0);
}

void count_fallback(void)
{
	record("count_fallback", 0, 0);
}

struct vm_area_struct *find_somehow(struct mm_struct *mm, unsigned long addr)
{
	return vma_lookup(mm, addr);
}

long release_held(const struct held_lock *held)
{
	if (held->vma)
		vma_end_read(held->vma);
	if (held->mm)
		mmap_read_unlock(held->mm);
	return vma_number(held->vma) * 10 + !!held->mm;
}

static void run(const struct subject *subject, struct script *with, struct trace *into, bool failing)
{
	int i;

	memset(vma_held, 0, sizeof(vma_held));
	for (i = 0; i <= VMAS; i++)
		vmas[i] = (struct vm_area_struct){ i * PAGE_SIZE, i };
	mmap_held = 0;
	the_place = (struct place){ &the_mm, { 0 } };
	trace = into;
	trace->length = trace->faults = trace->mmap_calls = 0;
	script = with;
	script->asked = 0;
	trylock_fails = failing;

	record("return", 0, subject->call());
	for (i = 0; i <= VMAS; i++)
		if (vma_held[i])
			fault("FAULT: the per-VMA lock is still held", i);
	if (mmap_held)
		fault("FAULT: the mmap lock is still held", mmap_held);
	if (the_place.lock.held)
		fault("FAULT: the spin lock is still held", 0);
}

/* Go on to the next script: the last question that has another answer gets it, what follows is asked anew. */
static bool next_script(struct script *used)
{
	int at = used->asked < SCRIPT_LENGTH ? used->asked : SCRIPT_LENGTH;

	memset(used->choices + at, 0, (SCRIPT_LENGTH - at) * sizeof(int));
	while (at-- > 0) {
		if (++used->answers[at] < used->choices[at])
			return true;
		used->choices[at] = 0;
	}
	return false;
}

static bool same(const struct trace *a, const struct trace *b)
{
	int i;

	for (i = 0; i < a->length && i < b->length; i++)
		if (strcmp(a->events[i].what, b->events[i].what) ||
		    a->events[i].which != b->events[i].which || a->events[i].outcome != b->events[i].outcome)
			return false;
	return a->length == b->length;
}

static void print_trace(const char *title, const struct trace *shown)
{
	int i;

	printf("  %s:", title);
	for (i = 0; i < shown->length; i++)
		printf(" %s(%ld)=%ld", shown->events[i].what, shown->events[i].which, shown->events[i].outcome);
	printf("\n");
}

static void complain(const char *name, const char *what)
{
	printf("disagreement %s: %s\n", name, what);
}

/* The generator's part: locks balanced under every script, and the mmap lock really in use. */
static long check_original(const struct subject *before)
{
	static struct trace seen;
	struct script tried = { 0 };
	bool locked = false;
	long scripts = 0;

	do {
		run(before, &tried, &seen, false);
		scripts++;
		locked |= seen.mmap_calls > 0;
		if (seen.faults) {
			complain(before->name, "the original is at fault");
			print_trace("original", &seen);
			return scripts;
		}
	} while (next_script(&tried));
	if (!locked)
		complain(before->name, "the original never takes the mmap lock");
	return scripts;
}

static long check_rewrite(const struct subject *before, const struct subject *after)
{
	static struct trace wanted, seen;
	struct script tried = { 0 };
	long scripts = 0;

	do {
		struct script again;
		const char *what = NULL;

		run(before, &tried, &wanted, true);
		again = tried;
		run(after, &again, &seen, false);
		scripts++;
		if (seen.faults)
			what = "the rewritten function is at fault";
		else if (seen.mmap_calls)
			what = "the rewritten function uses the mmap lock";
		else if (!same(&wanted, &seen))
			what = "the rewritten function behaves in another way";
		if (what) {
			complain(before->name, what);
			print_trace("original, its trylock failing", &wanted);
			print_trace("rewritten", &seen);
			return scripts;
		}
	} while (next_script(&tried));
	return scripts;
}

int main(void)
{
	int i;

	for (i = 0; originals[i].name; i++) {
		long before = check_original(&originals[i]);
		long after = check_rewrite(&originals[i], &rewritten[i]);

		printf("scripts %s: %ld %ld\n", originals[i].name, before, after);
	}
	return 0;
}
