/* The ordered pool's time limit: an item that takes too long is answered in its turn, the others are
 * not held up, and the pool ends cleanly although a thread comes back late. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "run/pool.h"

enum { ITEMS = 60, SLOW_EVERY = 20, LIMIT_MS = 50, SLOW_MS = 400 };

struct number {
  struct pool_item base;
  int value;
  bool given_up;
};

struct context {
  int next;                   /* reading thread */
  atomic_int items, threads;  /* alive */
  int delivered, given_up;
};

static void sleep_ms(long ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL); }

static struct context context;

static struct pool_item *item_new(void *c) {
  ((struct context *)c)->items++;
  return calloc(1, sizeof(struct number));
}

static void item_free(struct pool_item *item) {
  context.items--;
  free(item);
}

static bool read_item(void *c, struct pool_item *item) {
  struct context *self = c;
  struct number *number = (struct number *)item;
  if (self->next == ITEMS) return false;
  number->value = self->next++;
  number->given_up = false;
  return true;
}

static void *thread_new(void *c) {
  ((struct context *)c)->threads++;
  return malloc(1);
}

static void thread_free(void *thread) {
  context.threads--;
  free(thread);
}

static void work(void *c, void *thread, struct pool_item *item) {
  (void)c, (void)thread;
  if (((struct number *)item)->value % SLOW_EVERY == 7) sleep_ms(SLOW_MS);
}

static enum ms_status deliver(void *c, struct pool_item *item, struct ms_error *error) {
  struct context *self = c;
  const struct number *number = (const struct number *)item;
  (void)error;
  if (number->value != self->delivered) {
    fprintf(stderr, "item %d delivered as number %d\n", number->value, self->delivered);
    exit(1);
  }
  self->delivered++;
  self->given_up += number->given_up;
  return MS_OK;
}

static void give_up(void *c, const struct pool_item *late, struct pool_item *answer) {
  (void)c;
  ((struct number *)answer)->value = ((const struct number *)late)->value;
  ((struct number *)answer)->given_up = true;
}

int main(void) {
  static const struct pool_ops ops = {
      .item_new = item_new, .item_free = item_free, .read = read_item, .thread_new = thread_new,
      .thread_free = thread_free, .work = work, .deliver = deliver, .give_up = give_up};
  _Atomic int stop = 0;
  bool stopped;
  struct ms_error error = {0};
  struct pool_options options = {.ops = &ops, .context = &context, .threads = 2,
                                 .time_limit_ms = LIMIT_MS, .stop = &stop};
  enum ms_status status = pool_run(&options, &stopped, &error);
  int slow = ITEMS / SLOW_EVERY;
  if (status || stopped || context.delivered != ITEMS || context.given_up != slow) {
    fprintf(stderr, "status %d, %d of %d delivered, %d of %d given up\n", (int)status,
            context.delivered, ITEMS, context.given_up, slow);
    return 1;
  }
  if (context.items || context.threads) {
    fprintf(stderr, "%d items and %d threads left\n", (int)context.items, (int)context.threads);
    return 1;
  }
  puts("1 passed, 0 failed");
  return 0;
}
