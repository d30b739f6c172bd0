// SPDX-License-Identifier: GPL-2.0
static int merged_exit(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		return -EAGAIN;
	work(vma);
	vma_end_read(vma);
	return 0;
}
