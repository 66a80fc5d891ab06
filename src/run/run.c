#include "mailsignal/run.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
  SLOTS_PER_JOB = 8,
  MIN_SLOTS = 16,
  KEEP_RAW_BYTES = 256 * 1024,           /* a slot's buffer is given back beyond this */
  MAX_RAW_IN_FLIGHT = 64 * 1024 * 1024,  /* bytes read and not yet delivered, of all slots */
  TICK_MS = 200,                         /* how often the deliverer looks up when idle */
};

enum slot_state { SLOT_FREE, SLOT_READ, SLOT_TAKEN, SLOT_DONE };

/* Message number i lives in slot i mod n. */
struct slot {
  enum slot_state state;
  struct raw_message raw;
  struct arena *arena; /* of the encoded record */
  struct sbuf encoded;
  size_t in_flight;    /* raw.len while it counts */
};

struct ring {
  const struct run_options *options;
  struct slot *slots;
  size_t n;
  pthread_mutex_t lock;
  pthread_cond_t may_read, may_work, may_deliver;
  uint64_t read, taken, delivered; /* counts of messages */
  size_t bytes_in_flight;
  bool end_of_input; /* the reader is done */
  bool cancel;       /* the sink is closed or failed: drop what was read */
};

static bool asked_to_stop(const struct ring *ring) { return *ring->options->stop != 0; }

static bool room_to_read(const struct ring *ring) {
  uint64_t used = ring->read - ring->delivered;
  if (used == 0) return true;
  return used < ring->n && ring->bytes_in_flight < MAX_RAW_IN_FLIGHT;
}

static void *reader(void *argument) {
  struct ring *ring = argument;
  pthread_mutex_lock(&ring->lock);
  while (!ring->cancel && !asked_to_stop(ring)) {
    if (!room_to_read(ring)) {
      pthread_cond_wait(&ring->may_read, &ring->lock);
      continue;
    }
    struct slot *slot = &ring->slots[ring->read % ring->n];
    pthread_mutex_unlock(&ring->lock);
    int got = source_next(ring->options->source, &slot->raw);
    pthread_mutex_lock(&ring->lock);
    if (got == 0) break;
    slot->in_flight = slot->raw.len;
    ring->bytes_in_flight += slot->in_flight;
    slot->state = SLOT_READ;
    ring->read++;
    pthread_cond_signal(&ring->may_work);
  }
  ring->end_of_input = true;
  pthread_cond_broadcast(&ring->may_work);
  pthread_cond_signal(&ring->may_deliver);
  pthread_mutex_unlock(&ring->lock);
  return NULL;
}

static void read_failed(const struct raw_message *raw, struct record *out) {
  *out = (struct record){.origin = raw->origin,
                         .error_code = span_of(raw->error_code),
                         .error_message = span_of(raw->error.text)};
}

static void analyse(struct worker *worker, const struct sink *sink, struct slot *slot) {
  struct raw_message *raw = &slot->raw;
  struct record record;
  if (raw->error_code)
    read_failed(raw, &record);
  else
    pipeline_run(worker, (struct span){raw->bytes, raw->len}, &raw->origin, &record);
  if (raw->cut) defect_mark(&record.mail.defects, DEFECT_SIZE_MESSAGE);
  if (record.error_code.len && !raw->error_code) { /* the pipeline gave up: memory */
    raw->error_code = "memory";
    ms_fail(&raw->error, MS_SOFTWARE, SPAN_FMT ": " SPAN_FMT, SPAN_ARG(record.origin.path),
            SPAN_ARG(record.error_message));
  }
  slot->encoded = (struct sbuf){.arena = slot->arena};
  sink->ops->encode(sink, &record, &slot->encoded);
}

struct worker_thread {
  pthread_t thread;
  struct ring *ring;
  struct worker *worker;
};

static void *work(void *argument) {
  struct worker_thread *self = argument;
  struct ring *ring = self->ring;
  pthread_mutex_lock(&ring->lock);
  for (;;) {
    if (ring->cancel) break;
    if (ring->taken == ring->read) {
      if (ring->end_of_input) break;
      pthread_cond_wait(&ring->may_work, &ring->lock);
      continue;
    }
    uint64_t number = ring->taken++;
    struct slot *slot = &ring->slots[number % ring->n];
    slot->state = SLOT_TAKEN;
    pthread_mutex_unlock(&ring->lock);
    analyse(self->worker, ring->options->sink, slot);
    pthread_mutex_lock(&ring->lock);
    slot->state = SLOT_DONE;
    if (number == ring->delivered) pthread_cond_signal(&ring->may_deliver);
  }
  pthread_mutex_unlock(&ring->lock);
  return NULL;
}

static void recycle(struct slot *slot) {
  arena_reset(slot->arena);
  if (slot->raw.capacity > KEEP_RAW_BYTES) {
    free(slot->raw.bytes);
    slot->raw.bytes = NULL;
    slot->raw.capacity = 0;
  }
}

/* Waits until the next slot is done: 1; nothing more to come: 0; a tick went by: -1. */
static int wait_for_next(struct ring *ring) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += TICK_MS * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec++;
  }
  for (;;) {
    if (ring->slots[ring->delivered % ring->n].state == SLOT_DONE) return 1;
    if (ring->end_of_input && ring->delivered == ring->read) return 0;
    if (pthread_cond_timedwait(&ring->may_deliver, &ring->lock, &until) == ETIMEDOUT) return -1;
  }
}

static enum ms_status deliver(struct ring *ring, struct slot *slot, struct run_totals *totals,
                              struct ms_error *error) {
  const struct run_options *options = ring->options;
  totals->messages++;
  if (slot->raw.error_code) {
    totals->failed++;
    if (slot->raw.error.status == MS_NO_INPUT) totals->paths_missing++;
    if (options->failed) options->failed(options->context, &slot->raw);
  }
  struct sink *sink = options->sink;
  enum ms_status status =
      sink->ops->deliver(sink, &slot->raw.origin, sbuf_span(&slot->encoded), error);
  if (status == MS_OK && slot->raw.error_code && options->strict)
    return ms_fail(error, MS_BAD_DATA, "stopped at the first message that cannot be read: %s",
                   slot->raw.error.text);
  return status;
}

static void tick(struct ring *ring, const struct run_totals *totals) {
  if (ring->options->progress) ring->options->progress(ring->options->context, totals);
}

/* Runs with the lock held, but not while it delivers. */
static enum ms_status deliver_all(struct ring *ring, struct run_totals *totals,
                                  struct ms_error *error) {
  struct sink *sink = ring->options->sink;
  enum ms_status status = MS_OK;
  bool flushed = true;
  while (status == MS_OK && !sink_closed(sink)) {
    struct slot *slot = &ring->slots[ring->delivered % ring->n];
    if (slot->state != SLOT_DONE && !flushed) {
      pthread_mutex_unlock(&ring->lock);
      if (sink->ops->idle) status = sink->ops->idle(sink, error);
      pthread_mutex_lock(&ring->lock);
      flushed = true;
      continue;
    }
    int next = wait_for_next(ring);
    if (next == 0) break;
    pthread_mutex_unlock(&ring->lock);
    if (next == 1) status = deliver(ring, slot, totals, error);
    if (next == 1) recycle(slot);
    tick(ring, totals);
    pthread_mutex_lock(&ring->lock);
    if (next != 1) continue;
    flushed = false;
    slot->state = SLOT_FREE;
    ring->bytes_in_flight -= slot->in_flight;
    ring->delivered++;
    pthread_cond_signal(&ring->may_read);
  }
  return status;
}

static void free_ring(struct ring *ring) {
  for (size_t i = 0; ring->slots && i < ring->n; i++) {
    raw_message_free(&ring->slots[i].raw);
    arena_free(ring->slots[i].arena);
  }
  free(ring->slots);
  pthread_cond_destroy(&ring->may_read);
  pthread_cond_destroy(&ring->may_work);
  pthread_cond_destroy(&ring->may_deliver);
  pthread_mutex_destroy(&ring->lock);
}

static bool make_ring(struct ring *ring, const struct run_options *options) {
  *ring = (struct ring){.options = options};
  pthread_mutex_init(&ring->lock, NULL);
  pthread_cond_init(&ring->may_read, NULL);
  pthread_cond_init(&ring->may_work, NULL);
  pthread_cond_init(&ring->may_deliver, NULL);
  ring->n = (size_t)options->jobs * SLOTS_PER_JOB;
  if (ring->n < MIN_SLOTS) ring->n = MIN_SLOTS;
  ring->slots = calloc(ring->n, sizeof *ring->slots);
  if (!ring->slots) return false;
  for (size_t i = 0; i < ring->n; i++)
    if (!(ring->slots[i].arena = arena_new())) return false;
  return true;
}

static void stop_threads(struct ring *ring) {
  ring->cancel = true;
  *ring->options->stop = 1; /* a reader that waits for a pipe looks at this */
  pthread_cond_broadcast(&ring->may_read);
  pthread_cond_broadcast(&ring->may_work);
}

/* Starts the workers, then the reader; returns how many workers run. */
static unsigned start(struct ring *ring, struct worker_thread *threads, pthread_t *read_thread,
                      struct ms_error *error) {
  unsigned started = 0;
  for (; started < ring->options->jobs; started++) {
    struct worker_thread *t = &threads[started];
    t->ring = ring;
    t->worker = worker_new(ring->options->pipeline);
    if (t->worker && pthread_create(&t->thread, NULL, work, t) == 0) continue;
    worker_free(t->worker);
    break;
  }
  if (started == 0 || pthread_create(read_thread, NULL, reader, ring) != 0) {
    ms_fail(error, MS_SOFTWARE, "cannot start threads: %s", strerror(errno));
    ring->end_of_input = true;
  }
  return started;
}

enum ms_status run_messages(const struct run_options *options, struct run_totals *totals,
                            struct ms_error *error) {
  struct ring ring;
  struct ms_error first = {0};
  pthread_t read_thread;
  *totals = (struct run_totals){0};
  struct worker_thread *threads = calloc(options->jobs, sizeof *threads);
  if (!make_ring(&ring, options) || !threads) {
    free_ring(&ring);
    free(threads);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  pthread_mutex_lock(&ring.lock);
  unsigned started = start(&ring, threads, &read_thread, &first);
  bool reading = first.status == MS_OK;
  if (reading) deliver_all(&ring, totals, &first);
  totals->stopped = asked_to_stop(&ring);
  stop_threads(&ring);
  pthread_mutex_unlock(&ring.lock);
  if (reading) pthread_join(read_thread, NULL);
  for (unsigned i = 0; i < started; i++) {
    pthread_join(threads[i].thread, NULL);
    worker_free(threads[i].worker);
  }
  if (first.status == MS_OK) options->sink->ops->finish(options->sink, &first);
  free_ring(&ring);
  free(threads);
  if (first.status) ms_fail(error, first.status, "%s", first.text);
  return first.status;
}
