// SPDX-License-Identifier: GPL-2.0
static int one_condition(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int err = 0;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		err = -EAGAIN;
		goto out;
	}
	work(vma);
	vma_end_read(vma);
out:
	return err;
}
