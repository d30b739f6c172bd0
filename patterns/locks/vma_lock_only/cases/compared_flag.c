// SPDX-License-Identifier: GPL-2.0
static int compared_flag(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int locked = 0;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (vma == NULL) {
		if (mmap_read_trylock(mm) == 0)
			goto out_mmap;
		locked = 1;
		vma = vma_lookup(mm, addr);
	}

	work(vma, addr);
	ret = 0;
	if (locked == 1)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out_mmap:
	return ret;
}
