// SPDX-License-Identifier: GPL-2.0
#define TRY(mm) mmap_read_trylock(mm)

static int macro_trylock(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!TRY(mm))
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
