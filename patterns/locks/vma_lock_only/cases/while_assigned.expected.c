// SPDX-License-Identifier: GPL-2.0
static int while_retry(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int tries = 3;

	while (!(vma = lock_vma_under_rcu(mm, addr))) {
		if (!--tries)
			return -EAGAIN;
		cpu_relax();
	}
	if (!vma)
		goto out;
	work(vma);
out:
	vma_end_read(vma);
	return 0;
}
