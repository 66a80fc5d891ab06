/* match.h - one run of the matcher. Within src/rules. */
#ifndef MAILSIGNAL_RULES_MATCH_H
#define MAILSIGNAL_RULES_MATCH_H

#include "rules/ruleset.h"

/* Where a pattern matched. */
struct found {
  uint32_t start, end; /* bytes of folded.bytes */
  struct found *next;
};

/* A sentence in which a pattern may match; by sentence. */
struct fired {
  uint32_t sentence;
  bool confirmed;      /* PCRE2 has been asked */
  struct found *found; /* then: where it matched, by start */
  struct fired *next;
};

struct fired_list {
  struct fired *first, *last;
  bool given_up; /* its step limit was met in this message */
};

struct match_scratch {
  const struct ruleset *ruleset;
  hs_scratch_t *hs;
  struct pcre2_real_match_data_8 *data;
  struct pcre2_real_match_context_8 *context;
  struct pcre2_real_jit_stack_8 *jit_stack;
  struct fired_list *fired; /* one a pattern; empty but for those in `touched` */
  uint32_t *touched;
  size_t n_touched;
  struct hits *rule_hits;   /* one a rule */
  uint64_t *live;           /* bit set: rules of which a pattern fired */
  struct seen {
    uint32_t when;          /* epoch + sentence in which it was met last */
    uint32_t first, last;   /* ends of its first and last place there */
  } *seen;                  /* one a literal */
  uint32_t *met;            /* literals met in the sentence that is scanned */
  uint32_t epoch;           /* larger than all that earlier messages wrote into `seen` */
  uint32_t last_sentences;  /* of the message before */
  const float *least;       /* of the next run; NULL: every rule counts */
  /* What vectorscan reported, in its order; read after the scan, as a report must not jump out. */
  size_t scan_start; /* where the bytes that it sees begin */
  struct report {
    unsigned id;
    uint32_t end;
  } *reports;
  size_t n_reports, reports_capacity;
};

struct match_run {
  const struct ruleset *ruleset;
  struct match_scratch *scratch;
  struct arena *arena;
  const struct folded *folded;
  const char *language;
  defect_set *defects;
  uint32_t sentence; /* the one that PCRE2 looks at, for the callout */
  uint32_t scanned;  /* the one that vectorscan is in */
  float *woken;      /* by sentence and signal: weight of the heaviest rule that may match */
  size_t n_met;
  uint64_t met_bits; /* image_literal_bit() of those */
};

/* Where the pattern matches in a sentence in which it fired. */
struct found *match_confirm(struct match_run *run, uint32_t pattern, struct fired *fired);

/* Answers the callouts of <person>; `data` is a struct match_run with `folded` and `sentence`. */
struct pcre2_callout_block_8;
int match_on_callout(struct pcre2_callout_block_8 *block, void *data);

/* Hits of a composite rule, from those of the rules and patterns that it names. */
void composite_run(struct match_run *run, uint32_t rule, struct hits *out);

/* Number of the stretch (enum rule_within) that a sentence lies in. */
static inline uint32_t match_scope(const struct match_run *run, enum rule_within within,
                                   uint32_t sentence) {
  if (within == WITHIN_SENTENCE) return sentence;
  return within == WITHIN_PARAGRAPH ? run->folded->sentences[sentence].paragraph : 0;
}

static inline bool match_in_fields(const struct match_run *run, const struct image_rule *rule,
                                   uint32_t sentence) {
  return rule->fields >> run->folded->sentences[sentence].field & 1;
}

#endif
