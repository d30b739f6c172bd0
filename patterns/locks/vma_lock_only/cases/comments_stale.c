// SPDX-License-Identifier: GPL-2.0
/**
 * comments_left - do work
 * @mm: the mm
 * @addr: where
 *
 * Falls back to mmap_lock when needed.
 */
static int comments_left(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	/* Fall back to the mmap_lock if the per-VMA lock is contended. */
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		/* cannot wait here */
		if (!mmap_read_trylock(mm))
			return -EAGAIN;	/* busy */
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	/* locked says which lock we hold */
	work(vma);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
