// SPDX-License-Identifier: GPL-2.0
static int reversed_sense(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool vma_locked = true;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto out_mmap;
		vma_locked = false;
		vma = vma_lookup(mm, addr);
	}

	work(vma, addr);
	ret = 0;
	if (vma_locked)
		vma_end_read(vma);
	else
		mmap_read_unlock(mm);
out_mmap:
	return ret;
}
