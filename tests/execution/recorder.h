/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the generated functions never see: how their callers are listed, and the one world they run in. */
#ifndef RECORDER_H
#define RECORDER_H

#include "stubs.h"

#define THE_ADDRESS	(PAGE_SIZE + 16)

/* Calls one generated function as its caller in a kernel would, and gives what it returned. */
struct subject {
	const char *name;
	long (*call)(void);
};

extern struct mm_struct the_mm;
extern struct place the_place;

/* For a function that hands its lock to the caller: release that, and name the VMA it returned. */
long release_held(const struct held_lock *held);
long vma_number(const struct vm_area_struct *vma);

/* The functions before and after the rewrite, in the same order, each list ending with a NULL name. */
extern const struct subject originals[];
extern const struct subject rewritten[];

#endif
