// SPDX-License-Identifier: GPL-2.0
static int label_mmap_lock(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto out_vma_lock_failed;

	work(vma, addr);
	ret = 0;
	vma_end_read(vma);
out_vma_lock_failed:
	return ret;
}
