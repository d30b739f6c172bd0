// SPDX-License-Identifier: GPL-2.0
/* Mapping received data: without a VMA at hand the caller copies instead. */
#include <linux/mm.h>

int map_received(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return -EAGAIN;

	zap_page_range_single(vma, addr, len);
	vma_end_read(vma);
	return 0;
}
