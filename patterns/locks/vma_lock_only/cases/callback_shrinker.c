// SPDX-License-Identifier: GPL-2.0
static unsigned long scan_pages(struct shrinker *shrink, struct shrink_control *sc)
{
	struct mm_struct *mm = sc->mm;
	unsigned long addr = sc->addr;
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

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

static int register_it(void)
{
	pages_shrinker->scan_objects = scan_pages;
	return 0;
}
