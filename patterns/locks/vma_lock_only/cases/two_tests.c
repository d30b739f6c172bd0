// SPDX-License-Identifier: GPL-2.0
static int one_condition(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned int mmap_held = 0;
	int err = 0;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma && !mmap_read_trylock(mm)) {
		err = -EAGAIN;
		goto out;
	}
	if (!vma) {
		mmap_held = 1;
		vma = vma_lookup(mm, addr);
		if (!vma) {
			err = -ENOENT;
			goto unlock;
		}
	}
	work(vma);
unlock:
	if (mmap_held)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out:
	return err;
}
