// SPDX-License-Identifier: GPL-2.0
static int int_enum(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	enum { PER_VMA, MMAP } held = PER_VMA;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		held = MMAP;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	if (held == MMAP)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
