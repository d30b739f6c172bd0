// SPDX-License-Identifier: GPL-2.0
static int label_taken(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	if (!addr)
		goto err_vma_lock;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto err_mmap;

	work(vma, addr);
	ret = 0;
	vma_end_read(vma);
err_vma_lock:
	note();
err_mmap:
	return ret;
}
