// SPDX-License-Identifier: GPL-2.0
/*
 * Parked pages go back to the system when memory is short.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>

#include "parkpages.h"

/**
 * park_release_page() - unmap one parked page and forget it
 * @item: the page on its list
 * @list: the part of the list it is on
 * @lock: the lock of that part, held by the caller
 * @unused: nothing
 *
 * Return: what list_lru_walk() is to do next.
 */
enum lru_status park_release_page(struct list_head *item, struct list_lru_one *list,
				  spinlock_t *lock, void *unused)
	__must_hold(lock)
{
	struct park_page *page = list_entry(item, struct park_page, lru);
	struct park_area *area = page->area;
	struct mm_struct *mm = area->mm;
	struct vm_area_struct *vma;
	unsigned long addr;
	int mm_locked = 0;

	if (!mmget_not_zero(mm))
		goto err_no_process;

	addr = area->start + page->index * PAGE_SIZE;

	/* try the per-VMA lock first */
	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		/* somebody changes the address space, or there is no VMA */
		if (!mmap_read_trylock(mm))
			goto err_mmap_lock_failed;
		mm_locked = 1;
		vma = vma_lookup(mm, addr);
	}

	if (!mutex_trylock(&area->lock))
		goto err_area_busy;

	list_lru_isolate(list, item);
	spin_unlock(lock);

	if (vma)
		zap_page_range_single(vma, addr, PAGE_SIZE, NULL);

	mutex_unlock(&area->lock);
	if (mm_locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	mmput_async(mm);

	spin_lock(lock);
	return LRU_REMOVED_RETRY;

err_area_busy:
	if (mm_locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
err_mmap_lock_failed:
	mmput_async(mm);
err_no_process:
	return LRU_SKIP;
}

/**
 * park_shrink() - give parked pages back
 * @pages: the list of them
 * @count: how many at most
 *
 * Return: how many went.
 */
unsigned long park_shrink(struct list_lru *pages, unsigned long count)
{
	return list_lru_walk(pages, park_release_page, NULL, count);
}
