// SPDX-License-Identifier: GPL-2.0
static struct vm_area_struct *stack_lock_vma(struct stack_vma_lock *lock, unsigned long ip)
{
	struct mm_struct *mm = lock->mm;
	struct vm_area_struct *vma;

	if (WARN_ON_ONCE(!mm))
		return NULL;

	/* Try the per-VMA lock first. */
	vma = lock_vma_under_rcu(mm, ip);
	if (vma) {
		lock->vma = vma;
		return vma;
	}

	/*
	 * NMI context cannot wait, so a trylock is all there is.
	 * It may fail.
	 */
	if (!mmap_read_trylock(mm))
		return NULL;

	vma = vma_lookup(mm, ip);
	if (!vma) {
		mmap_read_unlock(mm);
		return NULL;
	}

#ifdef CONFIG_PER_VMA_LOCK
	if (!vma_start_read_locked(vma)) {
		mmap_read_unlock(mm);
		return NULL;
	}

	lock->vma = vma;
	mmap_read_unlock(mm);
#else
	lock->mmap_locked = true;
#endif
	return vma;
}
