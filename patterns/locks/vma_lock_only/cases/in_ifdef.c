// SPDX-License-Identifier: GPL-2.0
static int in_ifdef(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

#ifdef CONFIG_PER_VMA_LOCK
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	work(vma, addr);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
#endif
	return 0;
}
