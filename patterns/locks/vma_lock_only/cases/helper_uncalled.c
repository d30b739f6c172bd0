// SPDX-License-Identifier: GPL-2.0
static struct vm_area_struct *find_it(struct mm_struct *mm, unsigned long addr)
{
	return vma_lookup(mm, addr);
}

static int helper_dead(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = true;
		vma = find_it(mm, addr);
	}
	work(vma);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
