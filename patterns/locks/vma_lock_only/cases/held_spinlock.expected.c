// SPDX-License-Identifier: GPL-2.0
static int held_spinlock(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	spin_lock(&table_lock);
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto out;

	ret = work(vma, addr);
	vma_end_read(vma);
out:
	spin_unlock(&table_lock);
	return ret;
}
