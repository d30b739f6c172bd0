// SPDX-License-Identifier: GPL-2.0
static int while_retry(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int tries = 3;

	while (!(vma = lock_vma_under_rcu(mm, addr))) {
		if (mmap_read_trylock(mm)) {
			locked = true;
			vma = vma_lookup(mm, addr);
			break;
		}
		if (!--tries)
			return -EAGAIN;
		cpu_relax();
	}
	if (!vma)
		goto out;
	work(vma);
out:
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
