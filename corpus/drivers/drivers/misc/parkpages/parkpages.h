/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _PARKPAGES_H
#define _PARKPAGES_H

#include <linux/list_lru.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct mm_struct;

/**
 * struct park_area - a range of a process whose pages may be given back
 * @mm: the process
 * @start: the first address
 * @lock: held while pages come and go
 */
struct park_area {
	struct mm_struct *mm;
	unsigned long start;
	struct mutex lock;
};

/**
 * struct park_page - one page that nobody uses now
 * @lru: on the list of all parked pages
 * @area: where it belongs
 * @index: which page of the area
 */
struct park_page {
	struct list_head lru;
	struct park_area *area;
	unsigned long index;
};

enum lru_status park_release_page(struct list_head *item, struct list_lru_one *list,
				  spinlock_t *lock, void *unused);
unsigned long park_shrink(struct list_lru *pages, unsigned long count);
long park_peek_flags(struct park_area *area, spinlock_t *lock, unsigned long index);

#endif
