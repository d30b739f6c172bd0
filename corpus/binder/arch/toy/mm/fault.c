// SPDX-License-Identifier: GPL-2.0
/* Page faults of a toy machine: the per-VMA lock first, then the lock that waits. */
#include <linux/mm.h>

static struct vm_area_struct *toy_lock_and_find(struct mm_struct *mm, unsigned long addr)
{
	if (!mmap_read_trylock(mm))
		mmap_read_lock(mm);
	return vma_lookup(mm, addr);
}

void toy_page_fault(unsigned long addr, unsigned int flags, struct pt_regs *regs)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto lock_mmap;

	handle_mm_fault(vma, addr, flags, regs);
	vma_end_read(vma);
	return;

lock_mmap:
	vma = toy_lock_and_find(mm, addr);
	if (vma)
		handle_mm_fault(vma, addr, flags, regs);
	mmap_read_unlock(mm);
}
