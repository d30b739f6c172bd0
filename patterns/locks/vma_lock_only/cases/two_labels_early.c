// SPDX-License-Identifier: GPL-2.0
static int early_unlock(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = 0;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		vma = vma_lookup(mm, addr);
		if (!vma)
			goto err_mmap_unlock;
		locked = true;
	}
	ret = work(vma);
	if (!locked) {
		vma_end_read(vma);
		return ret;
	}
err_mmap_unlock:
	mmap_read_unlock(mm);
	return ret;
}
