// SPDX-License-Identifier: GPL-2.0
static int alias(struct alloc *alloc, unsigned long addr)
{
	struct mm_struct *mm = alloc->mm;
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(alloc->mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
