// SPDX-License-Identifier: GPL-2.0
static int inline_asm_comment(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);	/* Per-VMA lock */
	if (!vma) /* contended */
		return -EAGAIN;
	work(vma);
	vma_end_read(vma);
	return 0;
}
