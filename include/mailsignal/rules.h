/* rules.h - rule files to a compiled ruleset, and the ruleset to hits.
 *
 * Knows neither mail nor zones: it matches folded sentences (text.h). A loaded ruleset is const and
 * shared between threads; each thread has a match_scratch of its own. */
#ifndef MAILSIGNAL_RULES_H
#define MAILSIGNAL_RULES_H

#include "mailsignal/defects.h"
#include "mailsignal/diag.h"
#include "mailsignal/text.h"

struct ruleset;
struct match_scratch;

/* The nine signals, in the order of the documentation. */
enum signal_type {
  SIGNAL_COMPLAINT,
  SIGNAL_URGENCY,
  SIGNAL_BUDGET_MENTION,
  SIGNAL_COMPETITOR_MENTION,
  SIGNAL_EXPANSION,
  SIGNAL_RENEWAL,
  SIGNAL_UPSELL,
  SIGNAL_REFERRAL,
  SIGNAL_CHURN_RISK,
  SIGNAL_COUNT
};
const char *signal_type_name(enum signal_type type);
/* SIGNAL_COUNT for an unknown name. */
enum signal_type signal_type_parse(struct span name);

enum rule_within { WITHIN_SENTENCE, WITHIN_PARAGRAPH, WITHIN_MESSAGE };

/* What the matcher and the scorer need of a rule. Owned by the ruleset. */
struct rule {
  const char *id;      /* "churn.switching" */
  const char *about;
  const char *group;   /* rules of one group count once; NULL = by itself */
  enum signal_type signal;
  double weight;       /* strength that one clear hit gives, 0-1 */
  enum rule_within within; /* what `unless` and the parts of a composite rule look at */
  unsigned fields;     /* bit set over enum field */
  char language[4];    /* ISO 639-1, or "" for every language */
  bool negatable;      /* the engine's negation, hedging ... apply */
  bool custom;         /* of a --rules folder: counts whatever the learned weights say */
  const char *file;    /* where it is defined */
  size_t line;
};

struct ruleset_options {
  const char *builtin_dir;     /* rules that come with the program; NULL = none */
  const char *const *dirs;     /* --rules, later ones override earlier */
  size_t n_dirs;
  const char *cache_dir;       /* compiled rulesets are kept here; NULL = no cache */
  bool no_prefilter, no_jit;   /* for tests: same hits, slower */
};

/* All faults go into *faults (whose arena must outlive it); any DIAG_ERROR refuses the load with
 * MS_BAD_CONFIG. */
enum ms_status ruleset_load(const struct ruleset_options *options, struct ruleset **out,
                            struct diag_list *faults, struct ms_error *error);
void ruleset_free(struct ruleset *ruleset);

/* "sha256:..." over everything that was loaded. */
const char *ruleset_id(const struct ruleset *ruleset);
size_t ruleset_count(const struct ruleset *ruleset);
const struct rule *ruleset_rule(const struct ruleset *ruleset, size_t index);
const struct fold_lexicon *ruleset_lexicon(const struct ruleset *ruleset);

struct ruleset_figures {
  size_t rules, patterns;
  size_t unguarded; /* patterns that the prefilter cannot help, tried on every sentence */
};
struct ruleset_figures ruleset_figures(const struct ruleset *ruleset);

/* The name that a phrase (folded) of a list stands for: in the list "competitors", "initech inc"
 * may stand for "Initech". Empty when the list does not hold the phrase. */
struct span ruleset_list_name(const struct ruleset *ruleset, struct span list, struct span phrase);

/* A place where a rule holds: one of its `match` (or its composite parts) and none of its `unless`.
 * A rule's hits in one sentence do not overlap. Offsets into folded.bytes. */
struct hit {
  uint32_t rule, sentence;
  uint32_t start, end;
};

struct hits {
  struct hit *items; /* by sentence, then start, then rule */
  size_t n, capacity;
};

struct match_scratch *match_scratch_new(const struct ruleset *ruleset);
void match_scratch_free(struct match_scratch *scratch);

/* For the next match_run(): least[sentence * SIGNAL_COUNT + signal] is the weight from which on a
 * rule decides something in that sentence. Where no rule that may match is so heavy, none is looked
 * for. Rules of a --rules folder, of wider scope than a sentence, without weight, or beside composite
 * rules are looked for all the same. NULL: everywhere. `least` must live until that run. */
void match_scratch_want(struct match_scratch *scratch, const float *least);

/* `language` as of text_language(): rules of other languages stay silent ("" lets all speak). */
void match_run(const struct ruleset *ruleset, struct match_scratch *scratch, struct arena *arena,
               const struct folded *folded, const char *language, struct hits *out,
               defect_set *defects);

/* The learned model: for each sentence and signal the log-odds that the sentence says it, given how
 * long the text is and what it is about.
 * `logits` has folded->n_sentences * SIGNAL_COUNT entries, sentence by sentence. False when the
 * ruleset has no learned rules. */
bool learned_score(const struct ruleset *ruleset, const struct folded *folded, const char *language,
                   float *logits);

/* How rules and learned weights decide together: a sentence counts when its learned log-odds and
 * the vote of its heaviest rule reach the threshold. Chosen so that precision holds on whole mails. */
float learned_threshold(const struct ruleset *ruleset, enum signal_type type);
float learned_vote(const struct ruleset *ruleset, const struct rule *rule);
/* No rule of less weight has a vote of `votes` or more: 0 when none is needed, 2 when no rule has it. */
float learned_least_weight(const struct ruleset *ruleset, float votes);

/* The words that moved one sentence's log-odds most, strongest first. */
struct learned_term {
  struct span words; /* stems, "@concept", "~" for any word: "move ~ to", "@we @leave" */
  double weight;     /* log-odds added */
};
struct learned_terms {
  struct learned_term *items; /* the caller's, room for `max` */
  size_t max, n;
};
/* Returns terms->n. */
size_t learned_explain(const struct ruleset *ruleset, struct arena *arena,
                       const struct folded *folded, size_t sentence, const char *language,
                       enum signal_type type, struct learned_terms *terms);

#endif
