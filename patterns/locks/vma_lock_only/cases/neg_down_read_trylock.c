// SPDX-License-Identifier: GPL-2.0
static int down_try(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!down_read_trylock(&mm->mmap_lock))
			return -EAGAIN;
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	if (locked)
		up_read(&mm->mmap_lock);
	else
		vma_end_read(vma);
	return 0;
}
