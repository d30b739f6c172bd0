// SPDX-License-Identifier: GPL-2.0
static int in_ifdef(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

#ifdef CONFIG_PER_VMA_LOCK
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		return -EAGAIN;
	work(vma, addr);
	vma_end_read(vma);
#endif
	return 0;
}
