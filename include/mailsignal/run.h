/* run.h - threads around the pipeline: source -> workers -> sink.
 *
 * One thread reads, `jobs` threads analyse and encode, the calling thread delivers in input order,
 * so that the output is the same whatever the number of jobs. A ring of slots between them is the
 * back-pressure: memory does not grow with the input. */
#ifndef MAILSIGNAL_RUN_H
#define MAILSIGNAL_RUN_H

#include "mailsignal/pipeline.h"
#include "mailsignal/sink.h"
#include "mailsignal/source.h"

struct run_totals {
  uint64_t messages, failed; /* failed: error records among the messages */
  uint64_t paths_missing;    /* failed items whose path is not there (MS_NO_INPUT) */
  bool stopped;              /* before the source's end */
};

struct run_options {
  const struct pipeline *pipeline;
  struct source *source;
  struct sink *sink;
  unsigned jobs;            /* at least 1 */
  _Atomic int *stop;        /* not zero: read no more, deliver what was read. The source must have
                             * been given the same flag; the run sets it at its end. */
  bool strict;              /* the first item that cannot be read ends the run, MS_BAD_DATA */
  /* Called in the delivering thread: for each item that could not be read; and now and then.
   * Both may be NULL. */
  void (*failed)(void *context, const struct raw_message *item);
  void (*progress)(void *context, const struct run_totals *totals);
  void *context;
};

/* MS_OK also when messages failed (see totals); else what the sink or the threads said. */
enum ms_status run_messages(const struct run_options *options, struct run_totals *totals,
                            struct ms_error *error);

#endif
