#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

static double seconds_since(const struct timespec *then) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void progress_begin(struct progress *progress, const struct options *options,
                    struct source *source) {
  *progress = (struct progress){.source = source};
  progress->enabled = !options_given(options, "quiet") &&
                      (options_given(options, "progress") || isatty(STDERR_FILENO));
  clock_gettime(CLOCK_MONOTONIC, &progress->began);
  progress->last = progress->began;
  if (progress->enabled) source_measure(source);
}

void progress_show(struct progress *progress, const struct run_totals *totals) {
  if (!progress->enabled || seconds_since(&progress->last) < 0.2) return;
  clock_gettime(CLOCK_MONOTONIC, &progress->last);
  double elapsed = seconds_since(&progress->began);
  uint64_t done, total;
  source_progress(progress->source, &done, &total);
  fprintf(stderr, "\r%llu messages  %.0f/s  %.1f MB", (unsigned long long)totals->messages,
          (double)totals->messages / elapsed, (double)done / 1e6);
  if (total > done && done > 0) {
    double left = elapsed * (double)(total - done) / (double)done;
    fprintf(stderr, " of %.1f MB  %.0f s left", (double)total / 1e6, left);
  }
  if (totals->failed) fprintf(stderr, "  %llu unreadable", (unsigned long long)totals->failed);
  fputs("\x1b[K", stderr);
  progress->shown = true;
}

void progress_clear(struct progress *progress) {
  if (progress->shown) fputs("\r\x1b[K", stderr);
  progress->shown = false;
}
