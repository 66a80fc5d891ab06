#include "run/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
  SLOTS_PER_THREAD = 8,
  MIN_SLOTS = 16,
  MAX_IN_FLIGHT = 64 * 1024 * 1024, /* bytes read and not yet delivered */
  TICK_MS = 200,
  NAP_MS = 2,
};

enum item_state { ITEM_FREE, ITEM_READ, ITEM_TAKEN, ITEM_DONE, ITEM_GIVEN_UP };

struct thread {
  pthread_t id;
  struct pool *pool;
  void *own;
  struct thread *next;
};

/* Item number i lives in slots[i mod n]. */
struct pool {
  const struct pool_options *options;
  struct pool_item **slots;
  size_t n;
  struct thread *threads;
  pthread_mutex_t lock;
  pthread_cond_t may_read, may_work, may_deliver;
  uint64_t read, taken, delivered; /* counts of items */
  size_t in_flight;                /* bytes */
  bool napping;                    /* the delivering thread: see nap() */
  bool end_of_input;               /* the reader is done */
  bool cancel;                     /* drop what was read */
};

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static struct pool_item **slot_of(struct pool *pool, uint64_t number) {
  return &pool->slots[number % pool->n];
}

static bool asked_to_stop(const struct pool *pool) { return *pool->options->stop != 0; }

static bool room_to_read(const struct pool *pool) {
  uint64_t used = pool->read - pool->delivered;
  if (used == 0) return true;
  return used < pool->n && pool->in_flight < MAX_IN_FLIGHT;
}

static void *reader(void *argument) {
  struct pool *pool = argument;
  const struct pool_options *options = pool->options;
  pthread_mutex_lock(&pool->lock);
  while (!pool->cancel && !asked_to_stop(pool)) {
    if (!room_to_read(pool)) {
      pthread_cond_wait(&pool->may_read, &pool->lock);
      continue;
    }
    struct pool_item *item = *slot_of(pool, pool->read);
    pthread_mutex_unlock(&pool->lock);
    bool got = options->ops->read(options->context, item);
    pthread_mutex_lock(&pool->lock);
    if (!got) break;
    pool->in_flight += item->weight;
    item->state = ITEM_READ;
    pool->read++;
    pthread_cond_signal(&pool->may_work);
  }
  pool->end_of_input = true;
  pthread_cond_broadcast(&pool->may_work);
  pthread_cond_signal(&pool->may_deliver);
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

/* Works on the next item. False when this thread is not needed any more. */
static bool work_on_next(struct thread *self) {
  struct pool *pool = self->pool;
  const struct pool_options *options = pool->options;
  uint64_t number = pool->taken++;
  struct pool_item *item = *slot_of(pool, number);
  item->state = ITEM_TAKEN;
  item->taken_at = now_ns();
  pthread_mutex_unlock(&pool->lock);
  options->ops->work(options->context, self->own, item);
  pthread_mutex_lock(&pool->lock);
  if (item->state == ITEM_GIVEN_UP) { /* answered already, and another thread took my place */
    options->ops->item_free(item);
    return false;
  }
  item->state = ITEM_DONE;
  bool enough = pool->taken == pool->read || number - pool->delivered >= pool->n / 2;
  if (pool->napping ? enough : number == pool->delivered) pthread_cond_signal(&pool->may_deliver);
  return true;
}

static void *work(void *argument) {
  struct thread *self = argument;
  struct pool *pool = self->pool;
  bool needed = true;
  pthread_mutex_lock(&pool->lock);
  while (needed && !pool->cancel) {
    if (pool->taken < pool->read)
      needed = work_on_next(self);
    else if (pool->end_of_input)
      break;
    else
      pthread_cond_wait(&pool->may_work, &pool->lock);
  }
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

static bool start_worker(struct pool *pool) {
  const struct pool_options *options = pool->options;
  struct thread *thread = calloc(1, sizeof *thread);
  if (!thread) return false;
  thread->pool = pool;
  thread->own = options->ops->thread_new(options->context);
  if (thread->own && pthread_create(&thread->id, NULL, work, thread) == 0) {
    thread->next = pool->threads;
    pool->threads = thread;
    return true;
  }
  if (thread->own) options->ops->thread_free(thread->own);
  free(thread);
  return false;
}

enum wait { NOTHING_MORE, NEXT_IS_DONE, NEXT_IS_LATE, TICK };

static bool is_late(const struct pool *pool, const struct pool_item *item) {
  int64_t limit = (int64_t)pool->options->time_limit_ms * 1000000;
  return limit && item->state == ITEM_TAKEN && now_ns() - item->taken_at > limit;
}

static struct timespec from_now(long ms) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_nsec += ms * 1000000L;
  if (t.tv_nsec >= 1000000000L) {
    t.tv_nsec -= 1000000000L;
    t.tv_sec++;
  }
  return t;
}

static bool next_is_done(struct pool *pool) {
  return (*slot_of(pool, pool->delivered))->state == ITEM_DONE;
}

/* Being woken for each item costs a twentieth of the work on one. While there is more to work on,
 * some may come together. False when it is not worth waiting for the next. */
static bool nap(struct pool *pool) {
  if (pool->taken == pool->read) return false;
  struct timespec until = from_now(NAP_MS);
  pool->napping = true;
  pthread_cond_timedwait(&pool->may_deliver, &pool->lock, &until);
  pool->napping = false;
  return next_is_done(pool);
}

static enum wait wait_for_next(struct pool *pool) {
  struct timespec until = from_now(TICK_MS);
  for (;;) {
    struct pool_item *item = *slot_of(pool, pool->delivered);
    if (item->state == ITEM_DONE) return NEXT_IS_DONE;
    if (pool->end_of_input && pool->delivered == pool->read) return NOTHING_MORE;
    if (is_late(pool, item)) return NEXT_IS_LATE;
    if (pthread_cond_timedwait(&pool->may_deliver, &pool->lock, &until) == ETIMEDOUT)
      return is_late(pool, item) ? NEXT_IS_LATE : TICK;
  }
}

/* Puts an answer in the place of the item that takes too long, and a thread in the place of the one
 * that is stuck with it; that one frees the item and ends when it comes back. */
static enum ms_status replace_late(struct pool *pool, struct ms_error *error) {
  const struct pool_options *options = pool->options;
  struct pool_item **slot = slot_of(pool, pool->delivered), *late = *slot;
  struct pool_item *answer = options->ops->item_new(options->context);
  if (!answer || !start_worker(pool)) {
    if (answer) options->ops->item_free(answer);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  options->ops->give_up(options->context, late, answer);
  answer->weight = late->weight;
  answer->state = ITEM_DONE;
  late->state = ITEM_GIVEN_UP;
  *slot = answer;
  return MS_OK;
}

static enum ms_status deliver_next(struct pool *pool, struct ms_error *error) {
  const struct pool_options *options = pool->options;
  struct pool_item *item = *slot_of(pool, pool->delivered);
  pthread_mutex_unlock(&pool->lock);
  enum ms_status status = options->ops->deliver(options->context, item, error);
  pthread_mutex_lock(&pool->lock);
  item->state = ITEM_FREE;
  pool->in_flight -= item->weight;
  pool->delivered++;
  if (pool->read - pool->delivered <= pool->n / 2) pthread_cond_signal(&pool->may_read);
  return status;
}

/* The lock is held on entry and on return, but not during the call. */
static enum ms_status call_idle(struct pool *pool, struct ms_error *error) {
  const struct pool_options *options = pool->options;
  if (!options->ops->idle) return MS_OK;
  pthread_mutex_unlock(&pool->lock);
  enum ms_status status = options->ops->idle(options->context, error);
  pthread_mutex_lock(&pool->lock);
  return status;
}

static bool call_tick(struct pool *pool) {
  const struct pool_options *options = pool->options;
  if (!options->ops->tick) return true;
  pthread_mutex_unlock(&pool->lock);
  bool go_on = options->ops->tick(options->context);
  pthread_mutex_lock(&pool->lock);
  return go_on;
}

static enum ms_status deliver_all(struct pool *pool, struct ms_error *error) {
  enum ms_status status = MS_OK;
  bool pending = false; /* something was delivered since the last idle() */
  while (status == MS_OK) {
    if (pending && !next_is_done(pool) && !nap(pool)) {
      status = call_idle(pool, error);
      pending = false;
      continue;
    }
    enum wait next = wait_for_next(pool);
    if (next == NOTHING_MORE) break;
    if (next == NEXT_IS_LATE) status = replace_late(pool, error);
    if (next == NEXT_IS_DONE) {
      status = deliver_next(pool, error);
      pending = true;
    }
    if (status == MS_OK && !call_tick(pool)) break;
  }
  return status;
}

static bool make_slots(struct pool *pool) {
  const struct pool_options *options = pool->options;
  pool->n = (size_t)options->threads * SLOTS_PER_THREAD;
  if (pool->n < MIN_SLOTS) pool->n = MIN_SLOTS;
  pool->slots = calloc(pool->n, sizeof *pool->slots);
  for (size_t i = 0; pool->slots && i < pool->n; i++)
    if (!(pool->slots[i] = options->ops->item_new(options->context))) return false;
  return pool->slots != NULL;
}

static void init_locks(struct pool *pool) {
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->may_read, NULL);
  pthread_cond_init(&pool->may_work, NULL);
  pthread_cond_init(&pool->may_deliver, &monotonic);
  pthread_condattr_destroy(&monotonic);
}

static void free_pool(struct pool *pool) {
  for (size_t i = 0; pool->slots && i < pool->n; i++)
    if (pool->slots[i]) pool->options->ops->item_free(pool->slots[i]);
  free(pool->slots);
  pthread_cond_destroy(&pool->may_read);
  pthread_cond_destroy(&pool->may_work);
  pthread_cond_destroy(&pool->may_deliver);
  pthread_mutex_destroy(&pool->lock);
}

static bool start_workers(struct pool *pool) {
  unsigned started = 0;
  while (started < pool->options->threads && start_worker(pool)) started++;
  return started > 0;
}

static void join_workers(struct pool *pool) {
  while (pool->threads) {
    struct thread *thread = pool->threads;
    pool->threads = thread->next;
    pthread_join(thread->id, NULL);
    pool->options->ops->thread_free(thread->own);
    free(thread);
  }
}

enum ms_status pool_run(const struct pool_options *options, bool *stopped, struct ms_error *error) {
  struct pool pool = {.options = options};
  pthread_t read_thread;
  enum ms_status status = MS_OK;
  init_locks(&pool);
  if (!make_slots(&pool)) {
    free_pool(&pool);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  pthread_mutex_lock(&pool.lock);
  bool started = start_workers(&pool);
  bool reading = started && pthread_create(&read_thread, NULL, reader, &pool) == 0;
  status = reading ? deliver_all(&pool, error)
                   : ms_fail(error, MS_SOFTWARE, "cannot start threads: %s", strerror(errno));
  *stopped = asked_to_stop(&pool);
  pool.cancel = true;
  *options->stop = 1; /* a reader that waits for a pipe looks at this */
  pthread_cond_broadcast(&pool.may_read);
  pthread_cond_broadcast(&pool.may_work);
  pthread_mutex_unlock(&pool.lock);
  if (reading) pthread_join(read_thread, NULL);
  join_workers(&pool);
  free_pool(&pool);
  return status;
}
