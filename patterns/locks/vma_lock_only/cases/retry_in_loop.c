// SPDX-License-Identifier: GPL-2.0
static int nested_release(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool mm_locked = false;

	while ((addr = next(addr))) {
		vma = lock_vma_under_rcu(mm, addr);
		if (unlikely(vma == NULL)) {
			/* mmap_lock as a last resort */
			if (!mmap_read_trylock(mm))
				break;
			mm_locked = true;
			vma = find_vma(mm, addr);
			if (!vma || addr < vma->vm_start) {
				mmap_read_unlock(mm);
				mm_locked = false;
				continue;
			}
		}
		if (work(vma) < 0) {
			if (mm_locked) {
				mmap_read_unlock(mm);
				mm_locked = false;
			} else {
				vma_end_read(vma);
			}
			return -EINVAL;
		}
		if (mm_locked)
			mmap_read_unlock(mm);
		else
			vma_end_read(vma);
		mm_locked = false;
	}
	return 0;
}
