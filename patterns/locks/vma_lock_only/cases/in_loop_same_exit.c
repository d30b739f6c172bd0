// SPDX-License-Identifier: GPL-2.0
static int nested_loop(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long end = addr + SZ_64K;
	int done = 0;

	for (; addr < end; addr += PAGE_SIZE) {
		bool locked = false;

		vma = lock_vma_under_rcu(mm, addr);
		if (unlikely(!vma)) {
			if (!mmap_read_trylock(mm))
				continue;
			locked = true;
			vma = vma_lookup(mm, addr);
			if (!vma) {
				mmap_read_unlock(mm);
				continue;
			}
		}
		done += work(vma);
		if (!locked)
			vma_end_read(vma);
		else
			mmap_read_unlock(mm);
	}
	return done;
}
