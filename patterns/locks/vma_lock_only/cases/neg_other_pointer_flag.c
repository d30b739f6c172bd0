// SPDX-License-Identifier: GPL-2.0
static int alias_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma, *locked_vma;

	locked_vma = lock_vma_under_rcu(mm, addr);
	vma = locked_vma;
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	if (locked_vma)
		vma_end_read(locked_vma);
	else
		mmap_read_unlock(mm);
	return 0;
}
