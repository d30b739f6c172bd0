// SPDX-License-Identifier: GPL-2.0
static struct vm_area_struct *stackmap(struct sm_lock *lock, struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (vma) {
		lock->vma = vma;
		return vma;
	}

	/* the trylock, as the stack map is filled in NMI context */
	if (!mmap_read_trylock(mm))
		return NULL;

	vma = vma_lookup(mm, addr);
	if (!vma) {
		mmap_read_unlock(mm);
		return NULL;
	}

#ifdef CONFIG_PER_VMA_LOCK
	if (vma_start_read_locked(vma)) {
		mmap_read_unlock(mm);
		lock->vma = vma;
		return vma;
	}
#endif
	lock->mm = mm;
	return vma;
}

static void sm_unlock(struct sm_lock *lock)
{
	if (lock->vma) {
		vma_end_read(lock->vma);
		lock->vma = NULL;
	} else {
		mmap_read_unlock(lock->mm);
	}
}
