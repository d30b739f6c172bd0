// SPDX-License-Identifier: GPL-2.0
static int merged_exit(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma && !mmap_read_trylock(mm))
		return -EAGAIN;
	if (!vma) {
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
