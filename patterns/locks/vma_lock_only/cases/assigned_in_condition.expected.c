// SPDX-License-Identifier: GPL-2.0
static int assigned_in_condition(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	if (!(vma = lock_vma_under_rcu(mm, addr)))
		goto out_vma_lock;

	work(vma, addr);
	ret = 0;
	vma_end_read(vma);
out_vma_lock:
	return ret;
}
