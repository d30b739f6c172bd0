/* SPDX-License-Identifier: GPL-2.0 */
/* Just enough of memory management for this tree to compile: gcc -fsyntax-only -Iinclude FILE. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#define NULL ((void *)0)
#define PAGE_SIZE 4096UL
#define ENOMEM 12
#define EFAULT 14
#define EAGAIN 11

typedef unsigned long size_t;
typedef _Bool bool;

struct page;
struct pt_regs;
struct mm_struct;
struct mutex { int held; };
struct list_head { struct list_head *next, *prev; };

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	unsigned long vm_flags;
};

struct task_struct {
	struct mm_struct *mm;
};

extern struct task_struct *current;

bool mmget_not_zero(struct mm_struct *mm);
void mmput_async(struct mm_struct *mm);

struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr);
void vma_end_read(struct vm_area_struct *vma);

int mmap_read_trylock(struct mm_struct *mm);
void mmap_read_lock(struct mm_struct *mm);
void mmap_read_unlock(struct mm_struct *mm);
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);

int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

int handle_mm_fault(struct vm_area_struct *vma, unsigned long addr, unsigned int flags,
		    struct pt_regs *regs);
void zap_page_range_single(struct vm_area_struct *vma, unsigned long addr, unsigned long size);

#endif
