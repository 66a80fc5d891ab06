#include <stdlib.h>

#include "mailsignal/rules.h"

struct ruleset {
  char id[80];
};

static const char *const signal_names[SIGNAL_COUNT] = {
    "complaint", "urgency", "budget_mention", "competitor_mention", "expansion",
    "renewal",   "upsell",  "referral",       "churn_risk"};

const char *signal_type_name(enum signal_type type) { return signal_names[type]; }

enum signal_type signal_type_parse(struct span name) {
  for (int i = 0; i < SIGNAL_COUNT; i++)
    if (span_eq(name, span_of(signal_names[i]))) return (enum signal_type)i;
  return SIGNAL_COUNT;
}

enum ms_status ruleset_load(const struct ruleset_options *options, struct ruleset **out,
                            struct diag_list *faults, struct ms_error *error) {
  (void)options, (void)faults;
  *out = calloc(1, sizeof **out);
  if (!*out) return ms_fail(error, MS_SOFTWARE, "out of memory");
  return MS_OK;
}

void ruleset_free(struct ruleset *ruleset) { free(ruleset); }
const char *ruleset_id(const struct ruleset *ruleset) { return ruleset->id; }
size_t ruleset_count(const struct ruleset *ruleset) { return ruleset->id[0] != 0; }
const struct rule *ruleset_rule(const struct ruleset *ruleset, size_t index) {
  (void)ruleset, (void)index;
  return NULL;
}
const struct fold_lexicon *ruleset_lexicon(const struct ruleset *ruleset) {
  (void)ruleset;
  return NULL;
}
