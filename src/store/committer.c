#include <pthread.h>
#include <stdlib.h>

#include "mailsignal/commit.h"
#include "mailsignal/digest.h"
#include "store/writer.h"

/* Two queues change places, as the batches of sink_ingest.c do: one is filled while the thread stores
 * and answers the other. It takes what there is as soon as it is free. */

enum { QUEUE_MESSAGES = 500, QUEUE_BYTES = 4 * 1024 * 1024, MOST_KNOWN_TENANTS = 4096 };

struct entry {
  struct commit commit;
  bool settled; /* the result is known */
  enum commit_result result;
  const char *why;
};

struct queue {
  struct arena *arena; /* of all that the entries point to */
  struct entry *items;
  size_t n, capacity, bytes;
};

struct committer {
  struct committer_options options;
  pthread_t thread;
  bool started;

  pthread_mutex_t lock;
  pthread_cond_t may_add, may_store, drained;
  struct queue *filling; /* guarded by the lock, as the rest down to the blank line */
  bool busy, finishing;

  /* The thread's own. */
  struct queue *storing;
  struct batch *batch; /* one tenant's part of it */
  struct writer writer;
  struct ingest_options ingest;
  bool away;           /* patience came to its end */
  char (*known)[UUID_TEXT_BYTES]; /* tenants that the database knows */
  size_t n_known;
};

void commit_encode(const char *tenant, const struct ingest_words *words,
                   const struct record *record, struct sbuf *out) {
  ingest_row_encode(&(struct row_options){.tenant = tenant, .words = words}, record, out);
}

/* queues -------------------------------------------------------------------- */

static struct queue *queue_new(void) {
  struct queue *queue = calloc(1, sizeof *queue);
  if (queue && (queue->arena = arena_new())) return queue;
  free(queue);
  return NULL;
}

static void queue_free(struct queue *queue) {
  if (!queue) return;
  arena_free(queue->arena);
  free(queue);
}

static void queue_clear(struct queue *queue) {
  arena_reset(queue->arena);
  *queue = (struct queue){.arena = queue->arena};
}

static bool is_full(const struct queue *queue) {
  return queue->n >= QUEUE_MESSAGES || queue->bytes >= QUEUE_BYTES;
}

static void queue_add(struct queue *queue, const struct commit *commit) {
  struct arena *arena = queue->arena;
  struct entry entry = {
      .commit = {.rows = arena_dup(arena, commit->rows),
                 .id = arena_dup(arena, commit->id),
                 .answer = arena_dup(arena, commit->answer)},
      .settled = commit->tenant == NULL,
      .why = "",
  };
  if (commit->tenant) entry.commit.tenant = arena_strndup(arena, commit->tenant, UUID_TEXT_BYTES - 1);
  queue->bytes += commit->rows.len + commit->id.len + commit->answer.len;
  ARENA_PUSH(arena, queue, entry);
}

/* tenants ------------------------------------------------------------------- */

static bool is_known(const struct committer *self, const char *tenant) {
  for (size_t i = 0; i < self->n_known; i++)
    if (strcmp(self->known[i], tenant) == 0) return true;
  return false;
}

/* Beyond the limit they are asked for again; that costs time only. */
static void remember(struct committer *self, const char *tenant) {
  if (!self->known) self->known = calloc(MOST_KNOWN_TENANTS, sizeof *self->known);
  if (!self->known) return;
  if (self->n_known == MOST_KNOWN_TENANTS) self->n_known = 0;
  memcpy(self->known[self->n_known++], tenant, UUID_TEXT_BYTES);
}

/* storing ------------------------------------------------------------------- */

/* After patience has ended: one try. Patience begins anew when something is stored. */
static enum ms_status look_again(struct committer *self, struct ms_error *error) {
  if (!self->away) return MS_OK;
  enum ms_status status = store_reconnect(self->options.store, error);
  if (status) return status;
  self->away = false;
  return MS_OK;
}

static enum ms_status store_batch(struct committer *self, struct ms_error *error) {
  const char *tenant = self->ingest.tenant;
  enum ms_status status = look_again(self, error);
  if (status) return status;
  if (!is_known(self, tenant)) {
    status = writer_check_tenant(&self->writer, error);
    if (status) return status;
    remember(self, tenant);
  }
  return writer_store(&self->writer, self->batch, error);
}

static enum commit_result result_of(struct committer *self, enum ms_status status) {
  enum store_fault fault = store_fault(self->options.store);
  if (fault == STORE_AWAY || fault == STORE_BUSY) {
    self->away = true;
    return COMMIT_AWAY;
  }
  if (status != MS_BAD_CONFIG || fault == STORE_WRONG) return COMMIT_WRONG;
  self->n_known = 0; /* removed since, perhaps */
  return COMMIT_NO_TENANT;
}

static bool is_of(const struct entry *entry, const char *tenant) {
  return !entry->settled && strcmp(entry->commit.tenant, tenant) == 0;
}

/* All of the queue that is of the tenant of entry `first`. Without a connection nobody else's needs to
 * be tried: it is away, too. A position's `items` is the number of the entry, counted from 1. */
static void store_tenant(struct committer *self, size_t first) {
  struct queue *queue = self->storing;
  struct ms_error error = {0};
  self->ingest.tenant = queue->items[first].commit.tenant;
  self->writer.totals = (struct ingest_totals){0};
  batch_clear(self->batch);
  for (size_t i = first; i < queue->n; i++)
    if (is_of(&queue->items[i], self->ingest.tenant))
      batch_add(self->batch, queue->items[i].commit.rows, &(struct ingest_position){.items = i + 1});
  enum ms_status status = store_batch(self, &error);
  uint64_t stored = status ? self->writer.totals.position.items : queue->n;
  enum commit_result result = status ? result_of(self, status) : COMMIT_DONE;
  const char *why = arena_printf(queue->arena, "%s", error.text).ptr;
  bool everybody = result == COMMIT_AWAY && store_fault(self->options.store) == STORE_AWAY;
  for (size_t i = first; i < queue->n; i++) {
    struct entry *entry = &queue->items[i];
    bool own = is_of(entry, self->ingest.tenant);
    if (entry->settled || !(own || everybody)) continue;
    entry->settled = true;
    if (own && i < stored) continue;
    entry->result = result;
    entry->why = why;
  }
}

static void refused(void *context, const struct batch_item *item, const char *why) {
  struct committer *self = context;
  struct queue *queue = self->storing;
  struct entry *entry = &queue->items[item->position.items - 1];
  entry->settled = true;
  entry->result = COMMIT_REFUSED;
  entry->why = arena_printf(queue->arena, "%s", why).ptr;
}

/* Answers leave as soon as those before them have left. */
static void settle_queue(struct committer *self) {
  const struct committer_options *options = &self->options;
  struct queue *queue = self->storing;
  bool unsent = false;
  for (size_t i = 0; i < queue->n; i++) {
    struct entry *entry = &queue->items[i];
    if (!entry->settled) {
      if (unsent) options->flush(options->context);
      store_tenant(self, i);
    }
    options->done(options->context, &entry->commit, entry->result, entry->why);
    unsent = true;
  }
  options->flush(options->context);
}

/* the thread ---------------------------------------------------------------- */

/* Waits for something to store, and takes it. False: the end. */
static bool take_queue(struct committer *self) {
  while (self->filling->n == 0 && !self->finishing) pthread_cond_wait(&self->may_store, &self->lock);
  if (self->filling->n == 0) return false;
  struct queue *full = self->filling;
  self->filling = self->storing;
  self->storing = full;
  self->busy = true;
  pthread_cond_signal(&self->may_add);
  return true;
}

static void *store_queues(void *argument) {
  struct committer *self = argument;
  pthread_mutex_lock(&self->lock);
  while (take_queue(self)) {
    pthread_mutex_unlock(&self->lock);
    settle_queue(self);
    queue_clear(self->storing);
    pthread_mutex_lock(&self->lock);
    self->busy = false;
    if (self->filling->n == 0) pthread_cond_signal(&self->drained);
  }
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

struct committer *committer_new(const struct committer_options *options) {
  struct committer *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->options = *options;
  self->ingest = (struct ingest_options){.store = options->store,
                                         .patience = options->patience,
                                         .waiting = options->waiting,
                                         .context = options->context};
  self->writer = (struct writer){.options = &self->ingest, .refused = refused, .context = self};
  patience_init(&self->writer.patience, &self->ingest);
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->may_add, NULL);
  pthread_cond_init(&self->may_store, NULL);
  pthread_cond_init(&self->drained, NULL);
  self->filling = queue_new();
  self->storing = queue_new();
  self->batch = batch_new();
  bool good = self->filling && self->storing && self->batch;
  self->started = good && pthread_create(&self->thread, NULL, store_queues, self) == 0;
  if (self->started) return self;
  committer_free(self);
  return NULL;
}

void committer_add(struct committer *self, const struct commit *commit) {
  pthread_mutex_lock(&self->lock);
  while (is_full(self->filling)) pthread_cond_wait(&self->may_add, &self->lock);
  queue_add(self->filling, commit);
  pthread_cond_signal(&self->may_store);
  pthread_mutex_unlock(&self->lock);
}

void committer_drain(struct committer *self) {
  pthread_mutex_lock(&self->lock);
  while (self->filling->n || self->busy) pthread_cond_wait(&self->drained, &self->lock);
  pthread_mutex_unlock(&self->lock);
}

void committer_free(struct committer *self) {
  if (!self) return;
  if (self->started) {
    pthread_mutex_lock(&self->lock);
    self->finishing = true;
    pthread_cond_signal(&self->may_store);
    pthread_mutex_unlock(&self->lock);
    pthread_join(self->thread, NULL);
  }
  queue_free(self->filling);
  queue_free(self->storing);
  batch_free(self->batch);
  free(self->known);
  pthread_cond_destroy(&self->may_add);
  pthread_cond_destroy(&self->may_store);
  pthread_cond_destroy(&self->drained);
  pthread_mutex_destroy(&self->lock);
  free(self);
}
