// SPDX-License-Identifier: GPL-2.0
static int helper_only(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		mmput_async(mm);
		return -EAGAIN;
	}
	zap_page_range_single(vma, addr, PAGE_SIZE, NULL);
	vma_end_read(vma);
	mmput_async(mm);
	return 0;
}

static int vma_reset(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = NULL;
	int ret = 0;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		ret = -EBUSY;
		goto err_vma_lock;
	}

	if (WARN_ON_ONCE(!vma))
		ret = -EINVAL;
	else
		ret = work(vma);

	if (vma)
		vma_end_read(vma);
err_vma_lock:
	return ret;
}

static void retry(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int tries = 3;

again:
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm)) {
			if (--tries)
				goto again;
			return;
		}
		vma = vma_lookup(mm, addr);
		if (vma)
			work(vma);
		mmap_read_unlock(mm);
		return;
	}
	work(vma);
	vma_end_read(vma);
}

static struct vm_area_struct *get(struct mm_struct *mm, unsigned long addr, bool *locked)
{
	struct vm_area_struct *vma;

	*locked = false;
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		return NULL;
	return vma;
}
