// SPDX-License-Identifier: GPL-2.0
static int exit_block(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		ret = -EBUSY;
		goto out_vma_lock;
	}

	work(vma, addr);
	ret = 0;
	vma_end_read(vma);
out_vma_lock:
	return ret;
}
