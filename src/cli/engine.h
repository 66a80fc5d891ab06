/* engine.h - the analysis as the command line sets it up: ruleset, own domains, limits. */
#ifndef MAILSIGNAL_CLI_ENGINE_H
#define MAILSIGNAL_CLI_ENGINE_H

#include "cli/options.h"
#include "mailsignal/pipeline.h"

/* The options that engine_open() reads, for a verb's table. */
#define ENGINE_OPTIONS                                                                             \
  {"rules", 0, "DIR", "more rules, over the built-in ones (repeatable)", true, true},              \
  {"own-domain", 0, "DOMAIN", "yours: tells inbound mail from outbound (repeatable)", true, true}, \
  {"min-strength", 0, "0-1", "leave out weaker signals (0.50)", true, false},                      \
  {"all-classes", 0, NULL, "signals from automatic and bulk mail too", true, false},               \
  {"no-cache", 0, NULL, "do not keep the compiled rules on disk", true, false}

struct engine {
  struct arena *arena;
  struct diag_list faults; /* of the rules; filled also when they were refused */
  struct ruleset_options rules; /* where they came from */
  struct ruleset *ruleset;
  struct pipeline pipeline;
};

enum ms_status engine_open(const struct options *options, struct engine *out,
                           struct ms_error *error);
/* Prints the rules' errors on stderr, one a line. */
void engine_print_faults(const struct engine *engine);
void engine_close(struct engine *engine);

/* Where the built-in rules are: $MAILSIGNAL_DATA/rules, beside the source tree that the program
 * was built from, or where they were installed. */
const char *builtin_rules_dir(struct arena *arena);
/* $XDG_CACHE_HOME/mailsignal or ~/.cache/mailsignal; NULL where there is no home. */
const char *cache_dir(struct arena *arena);

#endif
