#include "mailsignal/signal.h"

double signal_base_strength(enum signal_type type) {
  static const double strengths[SIGNAL_COUNT] = {
      [SIGNAL_COMPLAINT] = 0.80, [SIGNAL_URGENCY] = 0.90,   [SIGNAL_BUDGET_MENTION] = 0.85,
      [SIGNAL_COMPETITOR_MENTION] = 0.75, [SIGNAL_EXPANSION] = 0.95, [SIGNAL_RENEWAL] = 0.90,
      [SIGNAL_UPSELL] = 0.85,    [SIGNAL_REFERRAL] = 0.95,  [SIGNAL_CHURN_RISK] = 0.95};
  return strengths[type];
}

void signal_find(struct arena *arena, const struct ruleset *ruleset, struct match_scratch *scratch,
                 const struct signal_input *input, struct signals *out, defect_set *defects) {
  (void)arena, (void)ruleset, (void)scratch, (void)input, (void)defects;
  out->n = 0;
}
