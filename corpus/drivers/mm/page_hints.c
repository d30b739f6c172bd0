// SPDX-License-Identifier: GPL-2.0
/*
 * Hints about addresses, turned into the number of those that are mapped.
 */
#include <linux/mm.h>
#include <linux/spinlock.h>

struct page_hints {
	spinlock_t lock;	/* protects what follows */
	struct mm_struct *mm;
	unsigned int count;
	unsigned long addr[32];
};

unsigned int page_hints_mapped(struct page_hints *hints);

/**
 * page_hints_mapped() - count the hints that lie in a mapping
 * @hints: the addresses
 *
 * A hint that cannot be looked up at once does not count.
 *
 * Return: how many.
 */
unsigned int page_hints_mapped(struct page_hints *hints)
{
	unsigned int found = 0;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&hints->lock, flags);
	for (i = 0; i < hints->count; i++) {
		struct vm_area_struct *vma;
		bool vma_locked = true;

		vma = lock_vma_under_rcu(hints->mm, hints->addr[i]);
		if (!vma) {
			if (!mmap_read_trylock(hints->mm))
				continue;
			vma_locked = false;
			vma = vma_lookup(hints->mm, hints->addr[i]);
		}

		if (vma)
			found++;

		if (vma_locked)
			vma_end_read(vma);
		else
			mmap_read_unlock(hints->mm);
	}
	spin_unlock_irqrestore(&hints->lock, flags);

	return found;
}
