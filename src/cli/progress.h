/* progress.h - one line on stderr that says how far a run is. */
#ifndef MAILSIGNAL_CLI_PROGRESS_H
#define MAILSIGNAL_CLI_PROGRESS_H

#include <time.h>

#include "cli/options.h"
#include "mailsignal/run.h"

#define PROGRESS_OPTIONS                                                              \
  {"progress", 0, NULL, "show progress also when stderr is no terminal", true, false}, \
  {"quiet", 'q', NULL, "no progress, no messages but errors", true, false}

struct progress {
  const struct source *source;
  bool enabled, shown;
  struct timespec began, last;
};

/* Decides by --progress, --quiet and whether stderr is a terminal; measures the source if so. */
void progress_begin(struct progress *progress, const struct options *options,
                    struct source *source);
/* At most a few times a second, whatever it is called. */
void progress_show(struct progress *progress, const struct run_totals *totals);
/* Takes the line away, so that a message can be written. */
void progress_clear(struct progress *progress);

#endif
