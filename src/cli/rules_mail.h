/* rules_mail.h - running mail through rulesets, for `rules eval` and `rules diff`. */
#ifndef MAILSIGNAL_CLI_RULES_MAIL_H
#define MAILSIGNAL_CLI_RULES_MAIL_H

#include "cli/rules.h"
#include "mailsignal/pipeline.h"

/* A ruleset with the thread's scratch. */
struct rules_run {
  struct ruleset *ruleset;
  struct pipeline pipeline;
  struct worker *worker;
};

/* Loads the job's rules and, unless NULL, one more folder over them. */
enum ms_status rules_run_open(struct rules_job *job, const char *folder, struct rules_run *out,
                              struct ms_error *error);
void rules_run_close(struct rules_run *run);

struct rules_mail {
  const char *const *paths;
  size_t n_paths;
  struct rules_run *runs;
  size_t n_runs; /* at most 2 */
  /* Gets each message's record of each run. */
  void (*seen)(void *context, const struct record *records);
  void *context;
};

/* An item that cannot be read is told on stderr and passed over. */
enum ms_status rules_each_message(const struct rules_mail *mail, struct ms_error *error);

#endif
