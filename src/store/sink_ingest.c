#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "sink/output.h"
#include "store/writer.h"

/* Two batches change places: deliver() fills one while the writer thread stores the other, so that
 * analysis goes on while the database works. deliver() waits when both are full: memory is flat. */

enum { BATCH_MESSAGES = 500, BATCH_BYTES = 4 * 1024 * 1024 };
static const double BATCH_SECONDS = 1;

struct ingest_sink {
  struct sink base;
  struct ingest_options options;
  struct row_options rows;
  pthread_t thread;
  bool started;

  pthread_mutex_t lock;
  pthread_cond_t may_fill, may_write;
  struct batch *filling;             /* guarded by the lock */
  struct ingest_position position;   /* behind the last message that was delivered */
  struct timespec flush_at;          /* CLOCK_REALTIME: when `filling` is written though not full */
  bool finishing;                    /* no more messages */
  bool failed;                       /* the writer thread has given up */
  bool closed;                       /* nobody reads --tee any more */
  struct ms_error error;             /* why it failed */

  /* The writer thread's own, until it has ended. */
  struct writer writer;
  struct batch *writing;
  struct output tee;
  _Atomic int stop; /* the user's Ctrl-C; not the end of the run, which sets the same flag */
};

static bool is_full(const struct ingest_sink *self) {
  return self->filling->n >= self->options.batch_messages || self->filling->bytes >= BATCH_BYTES;
}

/* the writer thread --------------------------------------------------------- */

static enum ms_status tee_batch(struct ingest_sink *self, struct ms_error *error) {
  enum ms_status status = MS_OK;
  if (self->options.tee_fd < 0) return MS_OK;
  for (size_t i = 0; i < self->writing->n && !status; i++)
    status = output_write(&self->tee, self->writing->items[i].row.tee, error);
  return status ? status : output_flush(&self->tee, error);
}

static enum ms_status keep_checkpoint(struct ingest_sink *self, struct ms_error *error) {
  if (!self->options.resume_file) return MS_OK;
  struct checkpoint checkpoint = {.position = self->writer.totals.position};
  memcpy(checkpoint.tenant, self->options.tenant, sizeof checkpoint.tenant);
  return checkpoint_write(self->options.resume_file, &checkpoint, error);
}

/* The path of the position points into the batch, which is about to be cleared. */
static void keep_path(struct ingest_sink *self, char **path) {
  struct span *last = &self->writer.totals.position.last.path;
  char *copy = malloc(last->len + 1);
  if (!copy) {
    *last = (struct span){0};
    return;
  }
  if (last->len) memcpy(copy, last->ptr, last->len);
  free(*path);
  *path = copy;
  last->ptr = copy;
}

static void report_refused(void *context, const struct batch_item *item, const char *why) {
  const struct ingest_options *options = &((const struct ingest_sink *)context)->options;
  if (options->refused) options->refused(options->context, &item->position.last, why);
}

/* The database stays away: how far the run came, and how to go on. */
static enum ms_status give_up(const struct ingest_sink *self, const struct ms_error *cause,
                              struct ms_error *error) {
  const struct ingest_position *p = &self->writer.totals.position;
  if (self->options.resume_file)
    return ms_fail(error, MS_TRY_AGAIN,
                   "%.300s; %llu messages are done, run the same command again to go on from there",
                   cause->text, (unsigned long long)p->items);
  return ms_fail(error, MS_TRY_AGAIN,
                 "%.300s; %llu messages are done, the last one at %.*s offset %llu; run it again, "
                 "nothing is stored twice (--resume FILE would skip what is done)",
                 cause->text, (unsigned long long)p->items,
                 (int)(p->last.path.len > 100 ? 100 : p->last.path.len), p->last.path.ptr,
                 (unsigned long long)p->last.offset);
}

static enum ms_status store_batch(struct ingest_sink *self, struct ms_error *error) {
  struct ms_error why = {0};
  enum ms_status status = writer_store(&self->writer, self->writing, &why);
  if (status == MS_TRY_AGAIN) return give_up(self, &why, error);
  return status ? ms_fail(error, status, "%s", why.text) : MS_OK;
}

static enum ms_status write_batch(struct ingest_sink *self, struct ms_error *error) {
  enum ms_status status = store_batch(self, error);
  struct ms_error ignored = {0};
  if (!status) status = tee_batch(self, error);
  /* What was stored before a failure counts too. */
  enum ms_status kept = keep_checkpoint(self, status ? &ignored : error);
  const struct ingest_options *options = &self->options;
  if (options->stored && !status)
    options->stored(options->context, self->writer.totals.position.items - options->start.items);
  return status ? status : kept;
}

/* Waits until there is a batch to write, and takes it. False: the end. */
static bool take_batch(struct ingest_sink *self) {
  for (;;) {
    if (self->filling->n && (is_full(self) || self->finishing)) break;
    if (self->finishing) return false;
    if (self->filling->n == 0)
      pthread_cond_wait(&self->may_write, &self->lock);
    else if (pthread_cond_timedwait(&self->may_write, &self->lock, &self->flush_at) != 0)
      break;
  }
  struct batch *full = self->filling;
  self->filling = self->writing;
  self->writing = full;
  pthread_cond_signal(&self->may_fill);
  return true;
}

static void *write_batches(void *argument) {
  struct ingest_sink *self = argument;
  struct ms_error error = {0};
  char *path = NULL;
  pthread_mutex_lock(&self->lock);
  while (!error.status && take_batch(self)) {
    pthread_mutex_unlock(&self->lock);
    write_batch(self, &error);
    keep_path(self, &path);
    batch_clear(self->writing);
    pthread_mutex_lock(&self->lock);
    self->closed = self->tee.closed;
  }
  self->failed = error.status != MS_OK;
  self->error = error;
  self->writer.totals.position.last.path = (struct span){0};
  pthread_cond_signal(&self->may_fill);
  pthread_mutex_unlock(&self->lock);
  free(path);
  return NULL;
}

/* the sink ------------------------------------------------------------------ */

static void encode(const struct sink *sink, const struct record *record, struct sbuf *out) {
  ingest_row_encode(&((const struct ingest_sink *)sink)->rows, record, out);
}

static void set_flush_time(struct ingest_sink *self) {
  double seconds = self->options.batch_seconds;
  clock_gettime(CLOCK_REALTIME, &self->flush_at);
  self->flush_at.tv_sec += (time_t)seconds;
  self->flush_at.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
  if (self->flush_at.tv_nsec < 1000000000L) return;
  self->flush_at.tv_nsec -= 1000000000L;
  self->flush_at.tv_sec++;
}

/* While messages come, the flag is the user's Ctrl-C: the writer thread then waits for no database. */
static void look_for_stop(struct ingest_sink *self) {
  if (self->options.stop && *self->options.stop) self->stop = 1;
}

/* The lock is held. */
static void wait_for_room(struct ingest_sink *self) {
  look_for_stop(self);
  while (!self->failed && is_full(self)) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_cond_timedwait(&self->may_fill, &self->lock, &until);
    look_for_stop(self);
  }
}

static enum ms_status deliver(struct sink *sink, const struct origin *origin, struct span encoded,
                              struct ms_error *error) {
  struct ingest_sink *self = (struct ingest_sink *)sink;
  pthread_mutex_lock(&self->lock);
  wait_for_room(self);
  bool failed = self->failed;
  if (!failed) {
    self->position.items++;
    self->position.chain = ingest_chain(self->position.chain, origin);
    self->position.last = *origin;
    if (self->filling->n == 0) set_flush_time(self);
    batch_add(self->filling, encoded, &self->position);
    /* The first message starts the clock; a full batch ends the wait. */
    if (self->filling->n == 1 || is_full(self)) pthread_cond_signal(&self->may_write);
  }
  pthread_mutex_unlock(&self->lock);
  return failed ? ms_fail(error, self->error.status, "%s", self->error.text) : MS_OK;
}

static bool closed(const struct sink *sink) {
  struct ingest_sink *self = (struct ingest_sink *)(uintptr_t)sink;
  pthread_mutex_lock(&self->lock);
  bool closed = self->closed;
  pthread_mutex_unlock(&self->lock);
  return closed;
}

static void join(struct ingest_sink *self) {
  if (!self->started) return;
  pthread_mutex_lock(&self->lock);
  self->finishing = true;
  pthread_cond_signal(&self->may_write);
  pthread_mutex_unlock(&self->lock);
  pthread_join(self->thread, NULL);
  self->started = false;
}

static enum ms_status finish(struct sink *sink, struct ms_error *error) {
  struct ingest_sink *self = (struct ingest_sink *)sink;
  join(self);
  return self->failed ? ms_fail(error, self->error.status, "%s", self->error.text) : MS_OK;
}

static void sink_free(struct sink *sink) {
  struct ingest_sink *self = (struct ingest_sink *)sink;
  self->stop = 1; /* a run that failed waits for no database */
  join(self);
  batch_free(self->filling);
  batch_free(self->writing);
  output_free(&self->tee);
  pthread_cond_destroy(&self->may_fill);
  pthread_cond_destroy(&self->may_write);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

static const struct sink_ops ops = {
    .encode = encode, .deliver = deliver, .closed = closed, .finish = finish, .free = sink_free};

static void set_options(struct ingest_sink *self, const struct ingest_options *options) {
  self->options = *options;
  if (!self->options.batch_messages) self->options.batch_messages = BATCH_MESSAGES;
  if (self->options.batch_seconds <= 0) self->options.batch_seconds = BATCH_SECONDS;
  self->rows = (struct row_options){.tenant = options->tenant,
                                    .words = options->words,
                                    .with_tee = options->tee_fd >= 0,
                                    .tee = options->tee};
  self->position = options->start;
  self->writer = (struct writer){.options = &self->options,
                                 .totals = {.position = options->start},
                                 .refused = report_refused,
                                 .context = self};
  patience_init(&self->writer.patience, options);
  self->writer.patience.stop = &self->stop;
}

struct sink *sink_ingest_new(const struct ingest_options *options) {
  struct ingest_sink *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->base.ops = &ops;
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->may_fill, NULL);
  pthread_cond_init(&self->may_write, NULL);
  set_options(self, options);
  self->filling = batch_new();
  self->writing = batch_new();
  bool good = self->filling && self->writing && output_init(&self->tee, options->tee_fd);
  self->started = good && pthread_create(&self->thread, NULL, write_batches, self) == 0;
  if (self->started) return &self->base;
  sink_free(&self->base);
  return NULL;
}

void sink_ingest_totals(const struct sink *sink, struct ingest_totals *out) {
  *out = ((const struct ingest_sink *)sink)->writer.totals;
}
