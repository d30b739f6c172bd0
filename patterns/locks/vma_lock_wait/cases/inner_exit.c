// SPDX-License-Identifier: GPL-2.0
static int fill(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		mmap_read_lock(mm);
		vma = vma_lookup(mm, addr);
		if (!vma) {
			mmap_read_unlock(mm);
			return -ENOENT;
		}
		locked = true;
	}

	ret = work(vma, addr);

	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return ret;
}

static int told(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		mmap_read_lock(mm);
		vma = vma_lookup(mm, addr);
		if (!vma) {
			mmap_read_unlock(mm);
			return -ENOENT;
		}
		locked = true;
	}
	note(vma, locked);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
