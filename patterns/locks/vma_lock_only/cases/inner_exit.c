// SPDX-License-Identifier: GPL-2.0
static int inner_exit(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto out_mmap;
		vma = vma_lookup(mm, addr);
		if (!vma) {
			mmap_read_unlock(mm);
			ret = -ENOENT;
			goto out_mmap;
		}
		locked = true;
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
