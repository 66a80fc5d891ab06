/* The run loop under load: same output for every number of jobs, stop, closed sink, failing sink. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mailsignal/digest.h"
#include "mailsignal/run.h"

#define CHECK(condition, ...)                               \
  do {                                                      \
    if (condition) break;                                   \
    fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);         \
    fprintf(stderr, __VA_ARGS__);                           \
    fputc('\n', stderr);                                    \
    exit(1);                                                \
  } while (0)

enum { MESSAGES = 300 };

/* Keeps a running hash of what is delivered; ends after `limit` messages in the way it is told. */
struct test_sink {
  struct sink base;
  uint32_t hash;
  size_t delivered, limit;
  bool close_at_limit, fail_at_limit;
  _Atomic int *stop_at_limit;
};

static void encode(const struct sink *sink, const struct record *record, struct sbuf *out) {
  (void)sink;
  record_write(out, record, &(struct record_options){.text = true, .zones = true});
}

static enum ms_status deliver(struct sink *sink, const struct origin *origin, struct span encoded,
                              struct ms_error *error) {
  struct test_sink *self = (struct test_sink *)sink;
  (void)origin;
  self->hash = fnv1a(self->hash, encoded.ptr, encoded.len);
  self->delivered++;
  if (self->delivered != self->limit) return MS_OK;
  if (self->stop_at_limit) *self->stop_at_limit = 1;
  return self->fail_at_limit ? ms_fail(error, MS_IO, "full") : MS_OK;
}

static bool closed(const struct sink *sink) {
  const struct test_sink *self = (const struct test_sink *)sink;
  return self->close_at_limit && self->delivered >= self->limit;
}

static enum ms_status finish(struct sink *sink, struct ms_error *error) {
  (void)sink, (void)error;
  return MS_OK;
}

static const struct sink_ops ops = {.encode = encode, .deliver = deliver, .closed = closed,
                                    .finish = finish};

static char archive[] = "/tmp/mailsignal-threads-XXXXXX";

static void make_archive(void) {
  int fd = mkstemp(archive);
  CHECK(fd >= 0, "mkstemp");
  FILE *file = fdopen(fd, "w");
  for (int i = 0; i < MESSAGES; i++) {
    fprintf(file, "From x Mon Jan  1 10:00:00 2024\nFrom: \"Ann %d\" <ann%d@example.org>\n", i, i);
    fprintf(file, "Subject: message %d\nMessage-ID: <%d@example.org>\n\n", i, i);
    for (int k = 0; k < i % 40; k++) fputs("We are moving to another supplier in March.\n", file);
    fprintf(file, "Regards,\nAnn\n\n");
  }
  fclose(file);
}

static enum ms_status run(const struct pipeline *pipeline, unsigned jobs, struct test_sink *sink,
                          struct run_totals *totals) {
  const char *paths[] = {archive};
  struct source *source;
  _Atomic int stop = 0;
  struct ms_error error = {0};
  sink->base.ops = &ops;
  sink->hash = FNV1A_START;
  if (sink->stop_at_limit) sink->stop_at_limit = &stop;
  CHECK(source_open(paths, 1, &source, &error) == MS_OK, "%s", error.text);
  source_stop_flag(source, &stop);
  struct run_options options = {
      .pipeline = pipeline, .source = source, .sink = &sink->base, .jobs = jobs, .stop = &stop};
  enum ms_status status = run_messages(&options, totals, &error);
  source_close(source);
  return status;
}

static void every_number_of_jobs_gives_the_same(const struct pipeline *pipeline) {
  struct run_totals totals;
  struct test_sink one = {0};
  CHECK(run(pipeline, 1, &one, &totals) == MS_OK, "one job failed");
  CHECK(totals.messages == MESSAGES, "%llu messages", (unsigned long long)totals.messages);
  for (unsigned jobs = 2; jobs <= 8; jobs *= 2) {
    struct test_sink many = {0};
    CHECK(run(pipeline, jobs, &many, &totals) == MS_OK, "%u jobs failed", jobs);
    CHECK(many.hash == one.hash, "%u jobs gave another output than one", jobs);
  }
}

static void endings_leave_nothing_hanging(const struct pipeline *pipeline) {
  struct run_totals totals;
  _Atomic int placeholder = 0;
  struct test_sink closing = {.limit = 10, .close_at_limit = true};
  CHECK(run(pipeline, 4, &closing, &totals) == MS_OK, "a closed sink is no error");
  CHECK(closing.delivered == 10, "%zu delivered to a closed sink", closing.delivered);
  struct test_sink failing = {.limit = 10, .fail_at_limit = true};
  CHECK(run(pipeline, 4, &failing, &totals) == MS_IO, "the sink's error was lost");
  struct test_sink stopped = {.limit = 10, .stop_at_limit = &placeholder};
  CHECK(run(pipeline, 4, &stopped, &totals) == MS_OK, "stopping is no error");
  CHECK(totals.stopped, "not seen as stopped");
  CHECK(stopped.delivered >= 10 && stopped.delivered < MESSAGES, "%zu delivered after a stop",
        stopped.delivered);
}

int main(void) {
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct ruleset *ruleset;
  struct ms_error error = {0};
  struct ruleset_options options = {.builtin_dir = MAILSIGNAL_SOURCE_DIR "/rules"};
  mail_init();
  contact_init();
  CHECK(ruleset_load(&options, &ruleset, &faults, &error) == MS_OK, "%s", error.text);
  struct pipeline pipeline = {.ruleset = ruleset, .min_strength = 0.5};
  make_archive();
  every_number_of_jobs_gives_the_same(&pipeline);
  endings_leave_nothing_hanging(&pipeline);
  unlink(archive);
  ruleset_free(ruleset);
  arena_free(arena);
  puts("2 passed, 0 failed");
  return 0;
}
