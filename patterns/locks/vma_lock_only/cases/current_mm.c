// SPDX-License-Identifier: GPL-2.0
static int current_mm(unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(current->mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(current->mm))
			goto out_mmap;
		locked = true;
		vma = vma_lookup(current->mm, addr);
	}

	work(vma, addr);
	ret = 0;
	if (locked)
		mmap_read_unlock(current->mm);
	else
		vma_end_read(vma);
out_mmap:
	return ret;
}
