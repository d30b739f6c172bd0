// SPDX-License-Identifier: GPL-2.0
static int label_taken(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	if (!addr)
		goto err_vma_lock;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto err_mmap;
		locked = true;
		vma = vma_lookup(mm, addr);
	}

	work(vma, addr);
	ret = 0;
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
err_vma_lock:
	note();
err_mmap:
	return ret;
}
