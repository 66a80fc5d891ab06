#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/engine.h"
#include "cli/progress.h"
#include "mailsignal/run.h"

static const struct cli_option scan_options[] = {
    {"format", 0, "ndjson|table", "records (default), or a table for people", true, false},
    {"text", 0, NULL, "add the message as plain text", true, false},
    {"zones", 0, NULL, "add the zones as byte ranges of the text", true, false},
    ENGINE_OPTIONS,
    {"jobs", 'j', "N", "threads (default: the number of cores)", true, false},
    {"strict", 0, NULL, "end at the first message that cannot be read", true, false},
    PROGRESS_OPTIONS,
};

struct scan {
  struct engine engine;
  struct source *source;
  struct sink *sink;
  struct progress progress;
  double jobs;
};

static unsigned terminal_width(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col) return size.ws_col;
  const char *columns = getenv("COLUMNS");
  long width = columns ? strtol(columns, NULL, 10) : 0;
  return width > 0 && width < 1000 ? (unsigned)width : 100;
}

static bool wants_color(int fd) {
  const char *no_color = getenv("NO_COLOR");
  return isatty(fd) && !(no_color && *no_color);
}

static enum ms_status open_sink(const struct options *options, struct scan *scan,
                                struct ms_error *error) {
  static const char *const formats[] = {"ndjson", "table", NULL};
  size_t format = 0;
  enum ms_status status = options_choice(options, "format", formats, &format, error);
  if (status) return status;
  struct sink_options sink = {
      .fd = STDOUT_FILENO,
      .text = options_given(options, "text"),
      .zones = options_given(options, "zones"),
      .color = wants_color(STDOUT_FILENO),
      .width = terminal_width(),
  };
  scan->sink = format == 0 ? sink_ndjson_new(&sink) : sink_table_new(&sink);
  return scan->sink ? MS_OK : ms_fail(error, MS_SOFTWARE, "out of memory");
}

static enum ms_status open_scan(const struct options *options, struct scan *scan,
                                struct ms_error *error) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  scan->jobs = cores > 0 ? (double)cores : 1;
  enum ms_status status = options_number(options, "jobs", 1, 256, &scan->jobs, error);
  if (!status) status = open_sink(options, scan, error);
  if (!status) status = engine_open(options, &scan->engine, error);
  if (!status) status = source_open(options->operands, options->n_operands, &scan->source, error);
  return status;
}

static void close_scan(struct scan *scan) {
  if (scan->sink) scan->sink->ops->free(scan->sink);
  source_close(scan->source);
  engine_close(&scan->engine);
}

static void report_failed(void *context, const struct raw_message *item) {
  struct scan *scan = context;
  progress_clear(&scan->progress);
  fprintf(stderr, "mailsignal: %s\n", item->error.text);
}

static void report_progress(void *context, const struct run_totals *totals) {
  progress_show(&((struct scan *)context)->progress, totals);
}

/* Nothing but paths that are not there is "no input"; any other failure "some failed". */
static enum ms_status exit_status(const struct run_totals *totals) {
  if (totals->stopped) return MS_INTERRUPTED;
  if (totals->failed == 0) return MS_OK;
  return totals->paths_missing == totals->messages ? MS_NO_INPUT : MS_SOME_FAILED;
}

static enum ms_status run(const struct cli *cli, const struct options *options, struct scan *scan,
                          struct ms_error *error) {
  source_stop_flag(scan->source, cli->stop);
  progress_begin(&scan->progress, options, scan->source);
  struct run_options run = {
      .pipeline = &scan->engine.pipeline,
      .source = scan->source,
      .sink = scan->sink,
      .jobs = (unsigned)scan->jobs,
      .stop = cli->stop,
      .strict = options_given(options, "strict"),
      .failed = report_failed,
      .progress = report_progress,
      .context = scan,
  };
  struct run_totals totals;
  enum ms_status status = run_messages(&run, &totals, error);
  progress_clear(&scan->progress);
  if (status) return status;
  if (totals.failed && !options_given(options, "quiet"))
    fprintf(stderr, "mailsignal: %llu of %llu items could not be read\n",
            (unsigned long long)totals.failed, (unsigned long long)totals.messages);
  return exit_status(&totals);
}

static int scan_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  struct scan scan = {0};
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help) {
    cli_print_help(cli->verb);
  } else {
    if (!status) status = open_scan(&options, &scan, &error);
    if (!status) status = run(cli, &options, &scan, &error);
    engine_print_faults(&scan.engine);
    close_scan(&scan);
  }
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_scan = {
    "scan",       "[PATH...]", "mail in, one record a message out",
    scan_options, sizeof scan_options / sizeof *scan_options, scan_run,
};
