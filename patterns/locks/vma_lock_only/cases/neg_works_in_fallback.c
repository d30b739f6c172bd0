// SPDX-License-Identifier: GPL-2.0
static int early_two(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret;

	vma = lock_vma_under_rcu(mm, addr);
	if (vma) {
		ret = work(vma);
		vma_end_read(vma);
		return ret;
	}

	/* the VMA is being changed: look again under the mmap_lock */
	if (!mmap_read_trylock(mm))
		return -EAGAIN;
	vma = vma_lookup(mm, addr);
	ret = vma ? work(vma) : -EFAULT;
	mmap_read_unlock(mm);
	return ret;
}
