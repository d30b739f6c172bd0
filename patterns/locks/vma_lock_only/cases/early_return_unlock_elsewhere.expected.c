// SPDX-License-Identifier: GPL-2.0
static struct vm_area_struct *stackmap(struct sm_lock *lock, struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (vma) {
		lock->vma = vma;
		return vma;
	}

	return NULL;
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
