// SPDX-License-Identifier: GPL-2.0
static int two_labels(struct mm_struct *mm, unsigned long addr)
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

	work(vma, addr);
	ret = 0;
	if (locked)
		goto out_unlock;
	vma_end_read(vma);
	goto out_mmap;
out_unlock:
	mmap_read_unlock(mm);
out_mmap:
	return ret;
}
