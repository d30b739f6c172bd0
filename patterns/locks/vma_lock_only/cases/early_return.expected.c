// SPDX-License-Identifier: GPL-2.0
struct vm_area_struct *early_return(struct stack_lock *lock, unsigned long ip)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, ip);
	if (vma) {
		lock->vma = vma;
		return vma;
	}

	return NULL;
}
