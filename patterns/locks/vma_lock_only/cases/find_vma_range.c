// SPDX-License-Identifier: GPL-2.0
static int find_vma_range(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto out_mmap;
		locked = true;
		vma = find_vma(mm, addr);
		if (vma && vma->vm_start > addr)
			vma = NULL;
	}

	work(vma, addr);
	ret = 0;
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out_mmap:
	return ret;
}
