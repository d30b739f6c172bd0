/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the generated functions see of a kernel: just enough to compile them. recorder.c implements it;
 * every call there is written down, and takes its outcome from a script of decisions.
 */
#ifndef STUBS_H
#define STUBS_H

#include <stdbool.h>
#include <stddef.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define ENOENT		2
#define EIO		5
#define EAGAIN		11
#define ENOMEM		12
#define EFAULT		14
#define EBUSY		16

#define PAGE_SIZE	4096UL
#define PAGE_MASK	(~(PAGE_SIZE - 1))

struct mm_struct {
	int number;
};

struct vm_area_struct {
	unsigned long vm_start;
	int number;
};

struct task_struct {
	struct mm_struct *mm;
};

typedef struct {
	int held;
} spinlock_t;

struct place {
	struct mm_struct *mm;
	spinlock_t lock;
};

/* What a function of the early-return family leaves to its caller: the lock to release. */
struct held_lock {
	struct vm_area_struct *vma;
	struct mm_struct *mm;
};

struct fallback_stats {
	unsigned long fallbacks;
};

extern struct task_struct *current;
extern struct fallback_stats stats;

/* The locks. */
struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr);
void vma_end_read(struct vm_area_struct *vma);
bool vma_start_read_locked(struct vm_area_struct *vma);
bool mmap_read_trylock(struct mm_struct *mm);
void mmap_read_lock(struct mm_struct *mm);
int mmap_read_lock_killable(struct mm_struct *mm);
void mmap_read_unlock(struct mm_struct *mm);
void spin_lock(spinlock_t *lock);
int spin_trylock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

/* The VMAs. */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);

/* The rest of the work: what is done with a VMA wants it locked, and copes with NULL. */
int work(struct vm_area_struct *vma, unsigned long addr);
bool is_mapped(struct vm_area_struct *vma);
void zap(struct vm_area_struct *vma);
int prepare(int step);
bool more(int step);
void note(int step);
void note_flag(const void *flag);
void count_fallback(void);
struct vm_area_struct *find_somehow(struct mm_struct *mm, unsigned long addr);

#endif
