// SPDX-License-Identifier: GPL-2.0
static int in_loop(struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	int done = 0;

	for (; addr < end; addr += PAGE_SIZE) {
		struct vm_area_struct *vma;

		vma = lock_vma_under_rcu(mm, addr);
		if (!vma)
			continue;
		if (vma)
			done += work(vma, addr);
		vma_end_read(vma);
	}
	return done;
}
