#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/engine.h"
#include "cli/explain.h"
#include "mailsignal/source.h"

static const struct cli_option explain_options[] = {
    ENGINE_OPTIONS,
};

static enum ms_status explain_all(struct source *source, struct worker *worker,
                                  struct ms_error *error) {
  struct raw_message raw = {0};
  struct explain_style style = explain_style_for(STDOUT_FILENO);
  enum ms_status status = MS_OK;
  bool any = false;
  while (source_next(source, &raw) == 1) {
    if (raw.error_code) {
      status = raw.error.status == MS_NO_INPUT && !any ? MS_NO_INPUT : MS_SOME_FAILED;
      fprintf(stderr, "mailsignal: %s\n", raw.error.text);
      continue;
    }
    any = true;
    struct record record;
    pipeline_run(worker, (struct span){raw.bytes, raw.len}, &raw.origin, &record);
    explain_record(&style, &record, worker_arena(worker));
    if (ferror(stdout)) break;
  }
  raw_message_free(&raw);
  if (!any && status == MS_OK)
    return ms_fail(error, MS_BAD_DATA, "there is no message in the input");
  return status;
}

static enum ms_status run(const struct cli *cli, const struct options *options,
                          struct ms_error *error) {
  struct engine engine = {0};
  struct source *source = NULL;
  struct worker *worker = NULL;
  enum ms_status status = engine_open(options, &engine, error);
  if (!status) status = source_open(options->operands, options->n_operands, &source, error);
  if (!status && !(worker = worker_new(&engine.pipeline)))
    status = ms_fail(error, MS_SOFTWARE, "out of memory");
  if (!status) {
    source_stop_flag(source, cli->stop);
    status = explain_all(source, worker, error);
  }
  engine_print_faults(&engine);
  worker_free(worker);
  source_close(source);
  engine_close(&engine);
  return status;
}

static int explain_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help)
    cli_print_help(cli->verb);
  else if (status == MS_OK)
    status = run(cli, &options, &error);
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_explain = {
    "explain",       "[PATH...]", "show a message with its zones, fields, signals and why",
    explain_options, sizeof explain_options / sizeof *explain_options, explain_run,
};
