// SPDX-License-Identifier: GPL-2.0
/*
 * What the mapping of a parked page allows, asked where nobody may sleep.
 */
#include <linux/mm.h>

#include "parkpages.h"

/**
 * park_peek_flags() - give the flags of the mapping that a page lies in
 * @area: where the page belongs
 * @lock: keeps the area alive
 * @index: which page
 *
 * Return: the flags, or -EAGAIN when there is no telling now.
 */
long park_peek_flags(struct park_area *area, spinlock_t *lock, unsigned long index)
{
	unsigned long addr = area->start + index * PAGE_SIZE;
	struct vm_area_struct *vma;
	bool locked = false;
	long flags = -EAGAIN;

	spin_lock(lock);
	vma = lock_vma_under_rcu(area->mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(area->mm))
			goto out;
		locked = true;
		vma = vma_lookup(area->mm, addr);
		if (!vma) {
			mmap_read_unlock(area->mm);
			goto out;
		}
	}

	flags = vma->vm_flags;
	if (locked)
		mmap_read_unlock(area->mm);
	else
		vma_end_read(vma);
out:
	spin_unlock(lock);
	return flags;
}
