// SPDX-License-Identifier: GPL-2.0
static int two_sites(struct mm_struct *mm, unsigned long a, unsigned long b)
{
	struct vm_area_struct *vma;
	int locked = 0;

	vma = lock_vma_under_rcu(mm, a);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = 1;
		vma = vma_lookup(mm, a);
	}
	work(vma, a);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);

	locked = 0;
	vma = lock_vma_under_rcu(mm, b);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		locked = 1;
		vma = vma_lookup(mm, b);
	}
	work(vma, b);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
