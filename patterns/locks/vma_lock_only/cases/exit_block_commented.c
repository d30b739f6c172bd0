// SPDX-License-Identifier: GPL-2.0
static int exit_block(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm)) {
			/* nothing to be done */
			ret = -EAGAIN;
			goto out;
		}
		locked = true;
		vma = vma_lookup(mm, addr);
		if (!vma) {
			mmap_read_unlock(mm);
			ret = -EFAULT;
			goto out;
		}
	}
	ret = work(vma);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out:
	return ret;
}
