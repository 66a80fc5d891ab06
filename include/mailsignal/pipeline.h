/* pipeline.h - the stages in order, and threads around them. Start reading here.
 *
 *     source -> [ mail -> text -> zone -> contact, signal -> record ] -> sink
 *
 * The part in brackets is pipeline_run(): no file, socket, clock or global. */
#ifndef MAILSIGNAL_PIPELINE_H
#define MAILSIGNAL_PIPELINE_H

#include "mailsignal/record.h"

/* What all messages of a run share. Const while messages are analysed. */
struct pipeline {
  const struct ruleset *ruleset;
  const struct span *own_domains; /* lower case; sub-domains count too */
  size_t n_own_domains;
  double min_strength;            /* signals below are left out */
  bool all_classes;               /* signals also from automatic mail */
};

/* One thread's scratch; what pipeline_run() returns lives until the next call with it. */
struct worker;
struct worker *worker_new(const struct pipeline *pipeline);
void worker_free(struct worker *worker);
struct arena *worker_arena(struct worker *worker);

/* After pipeline_run() gave *record: why a rule (an index of the ruleset) did or did not give its
 * signal in that message. */
void pipeline_trace(struct worker *worker, const struct record *record, uint32_t rule,
                    struct rule_traces *out);

/* Likewise: how near it came. */
void pipeline_near_miss(struct worker *worker, const struct record *record,
                        const struct rule_book *book, uint32_t rule, struct near_miss *out,
                        struct span *sentence);

void pipeline_run(struct worker *worker, struct span raw, const struct origin *origin,
                  struct record *out);

#endif
