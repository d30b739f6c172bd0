// SPDX-License-Identifier: GPL-2.0
static int vma_or_err(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool mmap_locked = false;
	int err;

	vma = lock_vma_under_rcu(mm, addr);
	if (IS_ERR_OR_NULL(vma)) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		mmap_locked = true;
		vma = find_vma(mm, addr);
		if (!vma || addr < vma->vm_start) {
			err = -ENOENT;
			goto unlock;
		}
	}
	err = work(vma);
unlock:
	if (mmap_locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return err;
}
