// SPDX-License-Identifier: GPL-2.0
static int may_sleep_before(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	mutex_lock(&table_mutex);
	refill(mm);
	mutex_unlock(&table_mutex);
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto out;
		locked = true;
		vma = vma_lookup(mm, addr);
	}

	ret = work(vma, addr);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out:
	return ret;
}
