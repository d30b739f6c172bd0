// SPDX-License-Identifier: GPL-2.0
static int vma_or_err(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int err;

	vma = lock_vma_under_rcu(mm, addr);
	if (IS_ERR_OR_NULL(vma))
		return -EAGAIN;
	err = work(vma);
	vma_end_read(vma);
	return err;
}
