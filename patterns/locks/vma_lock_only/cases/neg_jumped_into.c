// SPDX-License-Identifier: GPL-2.0
static int jumped_into(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	ret = work(vma);
	if (locked) {
unlock:
		mmap_read_unlock(mm);
	} else {
		vma_end_read(vma);
	}
	if (ret)
		goto unlock;
	return 0;
}
