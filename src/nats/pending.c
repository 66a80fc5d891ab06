#include "nats/pending.h"

#include <stdlib.h>
#include <time.h>

void delivery_free(struct delivery *delivery) {
  natsMsg_Destroy(delivery->msg);
  free(delivery->refused);
  *delivery = (struct delivery){0};
}

static size_t length(const struct delivery *delivery) {
  int len = natsMsg_GetDataLength(delivery->msg);
  return len > 0 ? (size_t)len : 0;
}

void pending_init(struct pending *pending) {
  *pending = (struct pending){0};
  pthread_mutex_init(&pending->lock, NULL);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&pending->left, &attributes);
  pthread_condattr_destroy(&attributes);
}

void pending_free(struct pending *pending) {
  for (size_t i = pending->first; i < pending->n; i++) delivery_free(&pending->items[i]);
  free(pending->items);
  pthread_cond_destroy(&pending->left);
  pthread_mutex_destroy(&pending->lock);
}

/* Those that have left give their places back once they are half of all. */
static void close_ranks(struct pending *pending) {
  if (pending->first * 2 <= pending->n) return;
  pending->n -= pending->first;
  pending->handed -= pending->first;
  memmove(pending->items, pending->items + pending->first, pending->n * sizeof *pending->items);
  pending->first = 0;
}

static bool make_room(struct pending *pending) {
  close_ranks(pending);
  if (pending->n < pending->capacity) return true;
  size_t capacity = pending->capacity ? pending->capacity * 2 : 256;
  struct delivery *grown = realloc(pending->items, capacity * sizeof *grown);
  if (!grown) return false;
  pending->items = grown;
  pending->capacity = capacity;
  return true;
}

bool pending_add(struct pending *pending, const struct delivery *delivery) {
  pthread_mutex_lock(&pending->lock);
  bool good = make_room(pending);
  if (good) {
    pending->items[pending->n++] = *delivery;
    pending->bytes += length(delivery);
  }
  pthread_mutex_unlock(&pending->lock);
  return good;
}

bool pending_peek(struct pending *pending, struct delivery *out) {
  pthread_mutex_lock(&pending->lock);
  bool any = pending->handed < pending->n;
  if (any) *out = pending->items[pending->handed];
  pthread_mutex_unlock(&pending->lock);
  return any;
}

void pending_hand(struct pending *pending) {
  pthread_mutex_lock(&pending->lock);
  if (pending->handed < pending->n) pending->handed++;
  pthread_mutex_unlock(&pending->lock);
}

static struct timespec in_seconds(double seconds) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += (time_t)seconds;
  t.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
  if (t.tv_nsec >= 1000000000L) {
    t.tv_nsec -= 1000000000L;
    t.tv_sec++;
  }
  return t;
}

/* The lock is held. One message always has room, however long it is. */
static bool has_room(const struct pending *pending, size_t n, size_t bytes) {
  size_t out = pending->handed - pending->first;
  return out == 0 || (out <= n && pending->bytes <= bytes);
}

bool pending_wait(struct pending *pending, size_t n, size_t bytes, double seconds) {
  struct timespec until = in_seconds(seconds);
  pthread_mutex_lock(&pending->lock);
  while (!has_room(pending, n, bytes))
    if (pthread_cond_timedwait(&pending->left, &pending->lock, &until) != 0) break;
  bool good = has_room(pending, n, bytes);
  pthread_mutex_unlock(&pending->lock);
  return good;
}

void pending_refuse(struct pending *pending, uint64_t sequence, const char *why) {
  pthread_mutex_lock(&pending->lock);
  for (size_t i = pending->first; i < pending->handed; i++) {
    struct delivery *delivery = &pending->items[i];
    if (delivery->sequence != sequence || delivery->refused) continue;
    delivery->refused = strdup(why);
    break;
  }
  pthread_mutex_unlock(&pending->lock);
}

bool pending_settle(struct pending *pending, uint64_t items, struct delivery *out) {
  pthread_mutex_lock(&pending->lock);
  bool any = pending->first < pending->handed && pending->settled < items;
  if (any) {
    *out = pending->items[pending->first++];
    pending->settled++;
    pending->bytes -= length(out);
    pthread_cond_broadcast(&pending->left);
  }
  pthread_mutex_unlock(&pending->lock);
  return any;
}

void pending_touch(struct pending *pending) {
  pthread_mutex_lock(&pending->lock);
  for (size_t i = pending->first; i < pending->n; i++)
    natsMsg_InProgress(pending->items[i].msg, NULL);
  pthread_mutex_unlock(&pending->lock);
}

void pending_give_back(struct pending *pending) {
  pthread_mutex_lock(&pending->lock);
  for (size_t i = pending->first; i < pending->n; i++) natsMsg_Nak(pending->items[i].msg, NULL);
  pthread_mutex_unlock(&pending->lock);
}
