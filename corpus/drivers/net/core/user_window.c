// SPDX-License-Identifier: GPL-2.0
/*
 * How much of a user's buffer lies in one mapping, for receivers in softirq context.
 */
#include <linux/mm.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>

struct user_window {
	struct mm_struct *mm;
	unsigned long start;
	unsigned long size;
	spinlock_t lock;	/* protects all of the above */
};

unsigned long user_window_room(struct user_window *window);

/**
 * user_window_room() - give the bytes from the start of a window to the end of its mapping
 * @window: the window
 *
 * Return: the number of bytes, 0 when there is no telling now.
 */
unsigned long user_window_room(struct user_window *window)
{
	struct vm_area_struct *vma;
	bool mmap_locked = false;
	unsigned long room = 0;

	spin_lock_bh(&window->lock);
	vma = lock_vma_under_rcu(window->mm, window->start);
	if (!vma) {
		if (!mmap_read_trylock(window->mm))
			goto out_mmap_lock_failed;
		mmap_locked = true;
		vma = vma_lookup(window->mm, window->start);
	}

	if (vma)
		room = min(window->size, vma->vm_end - window->start);

	if (mmap_locked)
		mmap_read_unlock(window->mm);
	else
		vma_end_read(vma);
out_mmap_lock_failed:
	spin_unlock_bh(&window->lock);
	return room;
}
