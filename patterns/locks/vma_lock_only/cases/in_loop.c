// SPDX-License-Identifier: GPL-2.0
static int in_loop(struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	int done = 0;

	for (; addr < end; addr += PAGE_SIZE) {
		struct vm_area_struct *vma;
		bool locked = false;

		vma = lock_vma_under_rcu(mm, addr);
		if (!vma) {
			if (!mmap_read_trylock(mm))
				continue;
			locked = true;
			vma = vma_lookup(mm, addr);
		}
		if (vma)
			done += work(vma, addr);
		if (locked)
			mmap_read_unlock(mm);
		else
			vma_end_read(vma);
	}
	return done;
}
