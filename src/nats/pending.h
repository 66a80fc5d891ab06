/* pending.h - messages that the server has delivered and nobody has acknowledged yet: first those
 * that were handed to the run, in order, then those that wait to be. */
#ifndef MAILSIGNAL_NATS_PENDING_H
#define MAILSIGNAL_NATS_PENDING_H

#include <nats/nats.h>
#include <pthread.h>

#include "mailsignal/span.h"

struct delivery {
  natsMsg *msg;
  uint64_t sequence, delivered; /* delivered: how often, this time included */
  char *refused;                /* why it will never be stored; NULL: it may be */
};
void delivery_free(struct delivery *delivery);

/* All functions may be called from any thread. */
struct pending {
  pthread_mutex_t lock;
  pthread_cond_t left; /* something was settled */
  struct delivery *items; /* [first, handed): with the run; [handed, n): waiting */
  size_t first, handed, n, capacity;
  size_t bytes;
  uint64_t settled; /* that have left */
};

void pending_init(struct pending *pending);
/* Destroys what is left. */
void pending_free(struct pending *pending);
/* Takes the message over; false, and it is still the caller's, when out of memory. */
bool pending_add(struct pending *pending, const struct delivery *delivery);
/* The next one that was not handed out, or false; it stays there. */
bool pending_peek(struct pending *pending, struct delivery *out);
/* Counts that one as handed out. Its bytes live until it is settled. */
void pending_hand(struct pending *pending);
/* Waits at most `seconds` for the handed-out items to become at most `n` and their bytes at most
 * `bytes`; false: not yet. */
bool pending_wait(struct pending *pending, size_t n, size_t bytes, double seconds);
void pending_refuse(struct pending *pending, uint64_t sequence, const char *why);
/* Takes the first one out when fewer than `items` have left since the start. */
bool pending_settle(struct pending *pending, uint64_t items, struct delivery *out);
/* Tells the server that all of them are still being worked on. */
void pending_touch(struct pending *pending);
/* Asks the server to deliver all of them again, to anybody. */
void pending_give_back(struct pending *pending);

#endif
