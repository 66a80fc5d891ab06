#include "cli/worker_store.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/database.h"

static const double PATIENCE = 10; /* shorter than ingest's: somebody waits for the answer */

struct worker_store {
  struct store *store;
  struct committer *committer;
  double patience;
  _Atomic bool shut; /* no answer can be written any more */

  /* The committer's thread's; others may look once it has drained. */
  struct output *output;
  struct arena *arena; /* of an error that takes an answer's place */
  struct ms_error error;
  uint64_t stored, failed;
};

/* callbacks of the committer ------------------------------------------------ */

static void write_answer(struct worker_store *self, struct span line) {
  if (self->error.status) return;
  output_write(self->output, line, &self->error);
}

static void write_failure(struct worker_store *self, struct span id, enum commit_result result,
                          const char *why) {
  static const char *const codes[] = {[COMMIT_AWAY] = "database.away",
                                      [COMMIT_REFUSED] = "database.refused",
                                      [COMMIT_NO_TENANT] = "database.tenant",
                                      [COMMIT_WRONG] = "database"};
  struct sbuf line = {.arena = self->arena};
  struct answer_error error = {
      .code = codes[result], .message = why, .retry = result == COMMIT_AWAY};
  answer_error(&line, id, &error);
  write_answer(self, sbuf_span(&line));
  arena_reset(self->arena);
}

static void done(void *context, const struct commit *commit, enum commit_result result,
                 const char *why) {
  struct worker_store *self = context;
  if (result == COMMIT_DONE) {
    self->stored += commit->tenant != NULL;
    write_answer(self, commit->answer);
  } else {
    self->failed++;
    write_failure(self, commit->id, result, why);
  }
}

static void flush(void *context) {
  struct worker_store *self = context;
  if (!self->error.status) output_flush(self->output, &self->error);
  if (self->error.status || self->output->closed) self->shut = true;
}

static void waiting(void *context, const char *why, double seconds) {
  (void)context;
  fprintf(stderr, "mailsignal: %s; trying again for %.0f seconds\n", why, seconds);
}

/* opening ------------------------------------------------------------------- */

static bool is_away(const struct worker_store *self) {
  enum store_fault fault = store_fault(self->store);
  return fault == STORE_AWAY || fault == STORE_BUSY;
}

/* What is away now is waited for when there is something to store. */
static enum ms_status connect_and_check(struct worker_store *self, const char *dsn,
                                        struct ms_error *error) {
  struct ms_error why = {0};
  enum ms_status status = store_open(&(struct store_settings){.dsn = dsn}, &self->store, &why);
  if (!status) status = ingest_check(&(struct ingest_options){.store = self->store}, &why);
  if (status && self->store && is_away(self))
    fprintf(stderr, "mailsignal: %s; requests with a tenant will wait for it\n", why.text);
  else if (status)
    return ms_fail(error, status, "%s", why.text);
  return MS_OK;
}

enum ms_status worker_store_open(const struct options *options, struct output *output,
                                 struct worker_store **out, struct ms_error *error) {
  struct worker_store *self = calloc(1, sizeof *self);
  *out = self;
  if (!self || !(self->arena = arena_new())) return ms_fail(error, MS_SOFTWARE, "out of memory");
  self->output = output;
  self->patience = PATIENCE;
  enum ms_status status = options_number(options, "patience", 0, 1e6, &self->patience, error);
  return status ? status : connect_and_check(self, database_dsn(options), error);
}

void worker_store_free(struct worker_store *self) {
  if (!self) return;
  committer_free(self->committer);
  store_close(self->store);
  arena_free(self->arena);
  free(self);
}

const char *worker_store_name(const struct worker_store *self) { return store_name(self->store); }

/* serving ------------------------------------------------------------------- */

enum ms_status worker_store_start(struct worker_store *self, struct ms_error *error) {
  self->committer = committer_new(&(struct committer_options){.store = self->store,
                                                              .patience = self->patience,
                                                              .done = done,
                                                              .flush = flush,
                                                              .waiting = waiting,
                                                              .context = self});
  return self->committer ? MS_OK : ms_fail(error, MS_SOFTWARE, "out of memory");
}

void worker_store_add(struct worker_store *self, const struct commit *commit) {
  committer_add(self->committer, commit);
}

bool worker_store_is_open(const struct worker_store *self) { return !self->shut; }

void worker_store_count(struct worker_store *self, struct answer_stats *stats) {
  if (!self) return;
  committer_drain(self->committer);
  stats->stores = true;
  stats->stored = self->stored;
  stats->errors += self->failed;
}

enum ms_status worker_store_finish(struct worker_store *self, struct ms_error *error) {
  committer_free(self->committer);
  self->committer = NULL;
  return self->error.status ? ms_fail(error, self->error.status, "%s", self->error.text) : MS_OK;
}
