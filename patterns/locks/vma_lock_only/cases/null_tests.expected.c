// SPDX-License-Identifier: GPL-2.0
static int null_tests(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto out_vma_lock;

	if (vma && !ready(vma))
		ret = 1;
	if (!vma)
		note();
	use(vma ? 1 : 2);
	ret = 0;
	vma_end_read(vma);
out_vma_lock:
	return ret;
}
