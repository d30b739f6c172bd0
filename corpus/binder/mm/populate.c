// SPDX-License-Identifier: GPL-2.0
/* Filling pages in ahead of use: whoever asks for it can wait. */
#include <linux/mm.h>

int populate_one(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = 0;
	int ret;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		mmap_read_lock(mm);
		locked = 1;
		vma = vma_lookup(mm, addr);
	}

	ret = vma ? handle_mm_fault(vma, addr, 0, NULL) : -EFAULT;

	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return ret;
}
