#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "mailsignal/pipeline.h"
#include "mailsignal/sink.h"
#include "mailsignal/source.h"

static enum ms_status run(struct source *source, struct worker *worker, struct sink *sink,
                          struct ms_error *error) {
  struct raw_message raw = {0};
  struct arena *out_arena = arena_new();
  enum ms_status status = MS_OK;
  while (status == MS_OK && !sink_closed(sink) && source_next(source, &raw) == 1) {
    struct record record;
    struct sbuf out = {.arena = out_arena};
    pipeline_run(worker, (struct span){raw.bytes, raw.len}, &raw.origin, &record);
    if (raw.error_code) {
      record.error_code = span_of(raw.error_code);
      record.error_message = span_of(raw.error.text);
    }
    sink->ops->encode(sink, &record, &out);
    status = sink->ops->deliver(sink, &raw.origin, sbuf_span(&out), error);
    arena_reset(out_arena);
  }
  arena_free(out_arena);
  raw_message_free(&raw);
  return status;
}

int verb_scan(int argc, char **argv) {
  static const struct option options[] = {
      {"text", no_argument, NULL, 't'}, {"zones", no_argument, NULL, 'z'}, {0}};
  struct sink_options sink_options = {.fd = STDOUT_FILENO};
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (c == 't') sink_options.text = true;
    else if (c == 'z') sink_options.zones = true;
    else return MS_USAGE;
  }
  struct ms_error error = {0};
  struct ruleset *ruleset = NULL;
  struct source *source = NULL;
  struct diag_list faults = {.arena = arena_new()};
  mail_init();
  contact_init();
  if (ruleset_load(&(struct ruleset_options){0}, &ruleset, &faults, &error)) return MS_BAD_CONFIG;
  source_open((const char *const *)(argv + optind), (size_t)(argc - optind), &source, &error);
  struct pipeline pipeline = {.ruleset = ruleset, .min_strength = 0.5};
  struct worker *worker = worker_new(&pipeline);
  struct sink *sink = sink_ndjson_new(&sink_options);
  enum ms_status status = run(source, worker, sink, &error);
  if (error.status) fprintf(stderr, "mailsignal: %s\n", error.text);
  sink->ops->free(sink);
  worker_free(worker);
  source_close(source);
  ruleset_free(ruleset);
  arena_free(faults.arena);
  return (int)status;
}
