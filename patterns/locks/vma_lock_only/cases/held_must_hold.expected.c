// SPDX-License-Identifier: GPL-2.0
static int held_must_hold(struct mm_struct *mm, unsigned long addr)
	__must_hold(&table_lock)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto out;

	ret = work(vma, addr);
	vma_end_read(vma);
out:
	return ret;
}
