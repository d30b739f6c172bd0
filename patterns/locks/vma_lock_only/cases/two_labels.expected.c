// SPDX-License-Identifier: GPL-2.0
static int two_labels(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto out_mmap;

	work(vma, addr);
	ret = 0;
	vma_end_read(vma);
	goto out_mmap;
out_mmap:
	return ret;
}
