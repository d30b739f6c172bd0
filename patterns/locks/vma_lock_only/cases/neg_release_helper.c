// SPDX-License-Identifier: GPL-2.0
static void release(struct mm_struct *mm, struct vm_area_struct *vma, bool locked)
{
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
}

static int helper_release(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	release(mm, vma, locked);
	return 0;
}
