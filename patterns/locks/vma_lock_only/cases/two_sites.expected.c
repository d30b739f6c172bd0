// SPDX-License-Identifier: GPL-2.0
static int two_sites(struct mm_struct *mm, unsigned long a, unsigned long b)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, a);
	if (!vma)
		return -EAGAIN;
	work(vma, a);
	vma_end_read(vma);

	vma = lock_vma_under_rcu(mm, b);
	if (!vma)
		return -EAGAIN;
	work(vma, b);
	vma_end_read(vma);
	return 0;
}
