// SPDX-License-Identifier: GPL-2.0
static int inline_asm_comment(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;	/* mmap lock held? */

	vma = lock_vma_under_rcu(mm, addr);	/* Per-VMA lock First */
	if (!vma) { /* slow path */
		if (!mmap_read_trylock(mm)) /* contended */
			return -EAGAIN;
		locked = true; /* remember */
		vma = vma_lookup(mm, addr);
	} /* got it */
	work(vma);
	if (locked) /* slow path */
		mmap_read_unlock(mm);
	else /* fast path */
		vma_end_read(vma);
	return 0;
}
