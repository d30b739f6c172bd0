// SPDX-License-Identifier: GPL-2.0
static int release_helper(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	unlock_it(mm, vma, locked);
	return 0;
}

static int else_if(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (vma) {
		hit();
	} else {
		return -EAGAIN;
	}
	work(vma);
	vma_end_read(vma);
	return 0;
}

static int positive_try(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		return -EAGAIN;
	work(vma);
	vma_end_read(vma);
	return 0;
}
