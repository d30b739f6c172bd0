// SPDX-License-Identifier: GPL-2.0
static int field_mm(struct alloc *alloc, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(alloc->mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(alloc->mm))
			goto out_mmap;
		locked = true;
		vma = vma_lookup(alloc->mm, addr);
	}

	work(vma, addr);
	ret = 0;
	if (locked)
		mmap_read_unlock(alloc->mm);
	else
		vma_end_read(vma);
out_mmap:
	return ret;
}
