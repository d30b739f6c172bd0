// SPDX-License-Identifier: GPL-2.0
static int held(struct queue *q)
{
	struct entry *e;

	spin_lock(&q->lock);
	e = kmalloc(sizeof(*e), GFP_KERNEL);
	spin_unlock(&q->lock);
	return e ? 0 : -ENOMEM;
}

static int released(struct queue *q)
{
	struct entry *e;

	spin_lock(&q->lock);
	q->count++;
	spin_unlock(&q->lock);
	e = kmalloc(sizeof(*e), GFP_KERNEL);
	return e ? 0 : -ENOMEM;
}

static int atomic(struct queue *q)
{
	struct entry *e;

	spin_lock(&q->lock);
	e = kmalloc(sizeof(*e), GFP_ATOMIC);
	spin_unlock(&q->lock);
	return e ? 0 : -ENOMEM;
}

static int one_path_only(struct queue *q, bool locked)
{
	struct entry *e;

	if (locked)
		mutex_lock(&q->mutex);
	e = kzalloc(sizeof(*e), GFP_KERNEL | __GFP_NOWARN);
	if (locked)
		mutex_unlock(&q->mutex);
	return e ? 0 : -ENOMEM;
}

static int guarded(struct queue *q)
{
	guard(spinlock)(&q->lock);
	q->e = kzalloc(sizeof(*q->e), GFP_KERNEL | __GFP_NOWARN);
	return 0;
}
