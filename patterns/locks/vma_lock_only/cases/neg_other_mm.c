// SPDX-License-Identifier: GPL-2.0
static int neg_other_mm(struct mm_struct *mm, struct mm_struct *other, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(other))
			goto out_mmap;
		locked = true;
		vma = vma_lookup(other, addr);
	}

	work(vma, addr);
	ret = 0;
	if (locked)
		mmap_read_unlock(other);
	else
		vma_end_read(vma);
out_mmap:
	return ret;
}
