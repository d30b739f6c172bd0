// SPDX-License-Identifier: GPL-2.0
static int nested_loop(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long end = addr + SZ_64K;
	int done = 0;

	for (; addr < end; addr += PAGE_SIZE) {
		vma = lock_vma_under_rcu(mm, addr);
		if (unlikely(!vma))
			continue;
		done += work(vma);
		vma_end_read(vma);
	}
	return done;
}
