// SPDX-License-Identifier: GPL-2.0
static int nested_release(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	while ((addr = next(addr))) {
		vma = lock_vma_under_rcu(mm, addr);
		if (unlikely(vma == NULL))
			break;
		if (work(vma) < 0) {
			vma_end_read(vma);
			return -EINVAL;
		}
		vma_end_read(vma);
	}
	return 0;
}
