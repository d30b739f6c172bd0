// SPDX-License-Identifier: GPL-2.0
static int plain(struct thing *t)
{
	int found = 0;

	list_for_each_entry(t, &things, list) {
		if (t->ready) {
			found = 1;
			break;
		}
	}
	if (!found)
		return -ENOENT;
	return 0;
}

static int counts(struct thing *t)
{
	int found = 0;

	list_for_each_entry(t, &things, list)
		found++;
	if (found)
		note();
	found = 1;
	return 0;
}

static int returned(struct thing *t)
{
	int found = 0;

	if (t->ready)
		found = 1;
	if (found)
		note();
	return found;
}

static void set_later(struct thing *t)
{
	int locked;

	locked = 0;
	if (t->ready)
		locked = 1;
	if (locked && t->open)
		unlock(t);
}
