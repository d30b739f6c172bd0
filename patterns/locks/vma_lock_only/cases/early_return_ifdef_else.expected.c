// SPDX-License-Identifier: GPL-2.0
static struct vm_area_struct *stack_lock_vma(struct stack_vma_lock *lock, unsigned long ip)
{
	struct mm_struct *mm = lock->mm;
	struct vm_area_struct *vma;

	if (WARN_ON_ONCE(!mm))
		return NULL;

	/* Try the per-VMA lock. */
	vma = lock_vma_under_rcu(mm, ip);
	if (vma) {
		lock->vma = vma;
		return vma;
	}

	return NULL;
}
