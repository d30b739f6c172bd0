// SPDX-License-Identifier: GPL-2.0
static int neg_flag_escapes(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto out_mmap;
		locked = true;
		vma = vma_lookup(mm, addr);
	}

	work(vma, &locked);
	ret = 0;
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out_mmap:
	return ret;
}
