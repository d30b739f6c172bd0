// SPDX-License-Identifier: GPL-2.0
/* Giving back the pages of a binder buffer when memory is short. */
#include <linux/mm.h>

enum lru_status { LRU_REMOVED, LRU_REMOVED_RETRY, LRU_SKIP };

struct binder_alloc {
	struct mutex mutex;
	struct mm_struct *mm;
	struct page **pages;
	unsigned long vm_start;
	bool mapped;
};

struct binder_shrinker_mdata {
	struct list_head lru;
	struct binder_alloc *alloc;
	unsigned long page_index;
};

void binder_free_page(struct page *page);
void list_lru_isolate(struct list_head *list, struct list_head *item);

static bool binder_alloc_is_mapped(struct binder_alloc *alloc)
{
	return alloc->mapped;
}

/**
 * binder_alloc_free_page() - give one page of a buffer back
 * @item: the page's entry in the list of what can be given back
 * @lru: that list
 *
 * Called by the shrinker, which must not be kept waiting.
 */
enum lru_status binder_alloc_free_page(struct list_head *item, struct list_head *lru)
{
	struct binder_shrinker_mdata *mdata = (struct binder_shrinker_mdata *)item;
	struct binder_alloc *alloc = mdata->alloc;
	struct mm_struct *mm = alloc->mm;
	struct vm_area_struct *vma;
	struct page *page_to_free;
	unsigned long page_addr;
	int mm_locked = 0;
	size_t index;

	if (!mmget_not_zero(mm))
		goto err_mmget;

	index = mdata->page_index;
	page_addr = alloc->vm_start + index * PAGE_SIZE;

	/* attempt per-vma lock first */
	vma = lock_vma_under_rcu(mm, page_addr);
	if (!vma) {
		/* fall back to mmap_lock */
		if (!mmap_read_trylock(mm))
			goto err_mmap_read_lock_failed;
		mm_locked = 1;
		vma = vma_lookup(mm, page_addr);
	}

	if (!mutex_trylock(&alloc->mutex))
		goto err_get_alloc_mutex_failed;

	/* the buffer may have gone while nobody was looking */
	if (vma && !binder_alloc_is_mapped(alloc))
		goto err_invalid_vma;

	page_to_free = alloc->pages[index];
	if (!page_to_free)
		goto err_invalid_vma;

	list_lru_isolate(lru, item);
	alloc->pages[index] = NULL;

	if (vma)
		zap_page_range_single(vma, page_addr, PAGE_SIZE);

	mutex_unlock(&alloc->mutex);
	if (mm_locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	mmput_async(mm);
	binder_free_page(page_to_free);

	return LRU_REMOVED_RETRY;

err_invalid_vma:
	mutex_unlock(&alloc->mutex);
err_get_alloc_mutex_failed:
	if (mm_locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
err_mmap_read_lock_failed:
	mmput_async(mm);
err_mmget:
	return LRU_SKIP;
}
