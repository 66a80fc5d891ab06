#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "mailsignal/pipeline.h"
#include "mailsignal/run.h"

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
  struct sink *sink = sink_ndjson_new(&sink_options);
  _Atomic int stop = 0;
  source_stop_flag(source, &stop);
  struct run_options run = {
      .pipeline = &pipeline, .source = source, .sink = sink, .jobs = 2, .stop = &stop};
  struct run_totals totals;
  enum ms_status status = run_messages(&run, &totals, &error);
  if (error.status) fprintf(stderr, "mailsignal: %s\n", error.text);
  sink->ops->free(sink);
  source_close(source);
  ruleset_free(ruleset);
  arena_free(faults.arena);
  return (int)status;
}
