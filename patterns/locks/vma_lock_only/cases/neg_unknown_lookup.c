// SPDX-License-Identifier: GPL-2.0
static int neg_unknown_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		locked = true;
		vma = find_somehow(mm, addr);
	}

	ret = work(vma, addr);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out:
	return ret;
}
