// SPDX-License-Identifier: GPL-2.0
static int pointer_flag(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	struct mm_struct *locked_mm = NULL;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked_mm = mm;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	if (locked_mm)
		mmap_read_unlock(locked_mm);
	else
		vma_end_read(vma);
	return 0;
}
