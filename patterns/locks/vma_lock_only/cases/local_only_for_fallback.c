// SPDX-License-Identifier: GPL-2.0
static int local_only(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long start;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		start = addr & PAGE_MASK;
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = true;
		vma = vma_lookup(mm, start);
	}
	work(vma);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
