// SPDX-License-Identifier: GPL-2.0
static int ctx_flag(struct mm_struct *mm, unsigned long addr)
{
	struct walk ctx = {};
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			return -EAGAIN;
		ctx.locked = true;
		vma = vma_lookup(mm, addr);
	}
	work(vma);
	if (ctx.locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
	return 0;
}
