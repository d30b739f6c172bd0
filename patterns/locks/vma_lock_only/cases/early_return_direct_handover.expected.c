// SPDX-License-Identifier: GPL-2.0
struct vm_area_struct *early_return_direct(struct mm_struct *mm, unsigned long ip)
{
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, ip);
	if (vma)
		return vma;

	return NULL;
}
