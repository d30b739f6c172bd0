// SPDX-License-Identifier: GPL-2.0
static int may_sleep_included(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	might_sleep();
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto out;

	ret = work(vma, addr);
	vma_end_read(vma);
out:
	return ret;
}
