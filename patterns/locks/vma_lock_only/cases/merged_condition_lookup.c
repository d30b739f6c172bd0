// SPDX-License-Identifier: GPL-2.0
static int merged(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma && mmap_read_trylock(mm)) {
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	if (!vma) {
		if (locked)
			mmap_read_unlock(mm);
		return -EAGAIN;
	}
	work(vma);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
