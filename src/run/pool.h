/* pool.h - an ordered worker pool: one thread reads items, several work on them, the calling thread
 * delivers them in the order of reading. A bounded ring between them is the back-pressure.
 *
 * What an item is, is the user's business: a struct that begins with a struct pool_item. */
#ifndef MAILSIGNAL_RUN_POOL_H
#define MAILSIGNAL_RUN_POOL_H

#include <stdint.h>

#include "mailsignal/diag.h"

struct pool_item {
  size_t weight;     /* bytes that it holds, set by read(); the sum in flight is bounded */
  /* The pool's own. */
  int state;
  int64_t taken_at;  /* when work began, ns */
};

struct pool_ops {
  /* Items are made once and reused. NULL when out of memory. */
  struct pool_item *(*item_new)(void *context);
  void (*item_free)(struct pool_item *item);
  /* Reading thread. False at the end of the input. */
  bool (*read)(void *context, struct pool_item *item);
  /* What a working thread owns. NULL when out of memory. */
  void *(*thread_new)(void *context);
  void (*thread_free)(void *thread);
  /* Working threads. */
  void (*work)(void *context, void *thread, struct pool_item *item);
  /* Calling thread, in order. Another status than MS_OK ends the run with it. */
  enum ms_status (*deliver)(void *context, struct pool_item *item, struct ms_error *error);
  /* Calling thread, when the next item is not at hand yet and something was delivered since; may
   * be NULL. */
  enum ms_status (*idle)(void *context, struct ms_error *error);
  /* Calling thread, now and then and after each item; false ends the run. May be NULL. */
  bool (*tick)(void *context);
  /* Calling thread, when work on an item takes longer than the limit: fills `answer`, a fresh item,
   * from what `late` was read with. `late` is still being worked on: only what read() set and
   * work() leaves alone may be looked at. May be NULL when there is no limit. */
  void (*give_up)(void *context, const struct pool_item *late, struct pool_item *answer);
};

struct pool_options {
  const struct pool_ops *ops;
  void *context;
  unsigned threads;      /* at least 1 */
  unsigned time_limit_ms; /* of work on one item; 0 = none */
  _Atomic int *stop;     /* not zero: read no more, deliver what was read. read() must look at it
                          * when it waits; the pool sets it at the end of the run */
};

/* *stopped becomes true when *stop ended the run. */
enum ms_status pool_run(const struct pool_options *options, bool *stopped, struct ms_error *error);

#endif
