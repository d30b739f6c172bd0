// SPDX-License-Identifier: GPL-2.0
struct vm_area_struct *early_return_direct(struct mm_struct *mm, unsigned long ip)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, ip);
	if (vma)
		return vma;

	if (!mmap_read_trylock(mm))
		return NULL;

	vma = vma_lookup(mm, ip);
	if (!vma) {
		mmap_read_unlock(mm);
		return NULL;
	}

	vma_start_read_locked(vma);
	mmap_read_unlock(mm);
	return vma;
}
