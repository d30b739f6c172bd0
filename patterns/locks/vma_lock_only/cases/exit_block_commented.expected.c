// SPDX-License-Identifier: GPL-2.0
static int exit_block(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		/* nothing to be done */
		ret = -EAGAIN;
		goto out;
	}
	ret = work(vma);
	vma_end_read(vma);
out:
	return ret;
}
