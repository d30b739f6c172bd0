// SPDX-License-Identifier: GPL-2.0
/*
 * Which file a user's return address comes from, asked from any context.
 */
#include <linux/mm.h>
#include <linux/sched.h>

struct frame_lock {
	struct vm_area_struct *vma;
	struct mm_struct *mm;
};

bool frame_is_from_file(unsigned long ip);

static struct vm_area_struct *frame_lock_vma(struct frame_lock *lock, unsigned long ip)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, ip);
	if (vma) {
		lock->vma = vma;
		return vma;
	}

	/* Interrupts may be off: whoever holds the mmap lock is not waited for. */
	if (!mmap_read_trylock(mm))
		return NULL;

	vma = vma_lookup(mm, ip);
	if (!vma) {
		mmap_read_unlock(mm);
		return NULL;
	}

	lock->mm = mm;
	return vma;
}

static void frame_unlock_vma(struct frame_lock *lock)
{
	if (lock->vma)
		vma_end_read(lock->vma);
	else
		mmap_read_unlock(lock->mm);
}

/**
 * frame_is_from_file() - tell whether an address of this process lies in a mapped file
 * @ip: the address
 *
 * Return: true if it does; false also when there is no telling now.
 */
bool frame_is_from_file(unsigned long ip)
{
	struct frame_lock lock = {};
	struct vm_area_struct *vma;
	bool from_file;

	vma = frame_lock_vma(&lock, ip);
	if (!vma)
		return false;

	from_file = vma->vm_file;
	frame_unlock_vma(&lock);
	return from_file;
}
