// SPDX-License-Identifier: GPL-2.0
static int early_unlock(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = 0;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		return -EAGAIN;
	ret = work(vma);
	vma_end_read(vma);
	return ret;
}
