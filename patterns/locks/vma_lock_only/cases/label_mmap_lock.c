// SPDX-License-Identifier: GPL-2.0
static int label_mmap_lock(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto out_mmap_lock_failed;
		locked = true;
		vma = vma_lookup(mm, addr);
	}

	work(vma, addr);
	ret = 0;
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out_mmap_lock_failed:
	return ret;
}
