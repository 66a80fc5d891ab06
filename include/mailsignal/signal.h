/* signal.h - hits and learned scores to the nine signals, with strength and evidence. */
#ifndef MAILSIGNAL_SIGNAL_H
#define MAILSIGNAL_SIGNAL_H

#include "mailsignal/rule_book.h"
#include "mailsignal/zone.h"

/* A rule that took part, with the place in the message's text (or the subject). */
struct signal_rule {
  struct span id;
  struct span text;    /* the matched words as written, white space folded */
  enum field field;
  size_t start, end;   /* bytes of the field's text */
  double weight;
};

/* One summand of the strength, for explain: the terms add up to the strength. */
struct signal_term {
  struct span label;   /* "churn.switching", "hedged: might", "cap" */
  double value;
};

struct signal {
  enum signal_type type;
  double strength;     /* 0-1, two decimals */
  struct span extracted_text; /* the sentence as written, NFC, white space folded */
  enum field field;
  size_t start, end;   /* of the sentence in the field's text */
  struct signal_rule *rules;
  size_t n_rules, rules_capacity;
  struct span *keywords; /* distinct matched words */
  size_t n_keywords, keywords_capacity;
  struct signal_term *terms;
  size_t n_terms, terms_capacity;
  /* Found in the evidence; empty where absent. */
  struct span amount_text;  /* as written: "$40k" */
  bool has_amount;
  double amount;            /* normalised: 40000 */
  char currency[4];         /* ISO 4217, or "" */
  struct span date;         /* YYYY-MM-DD that the evidence names */
  struct span competitor;
};

struct signals {
  struct signal items[SIGNAL_COUNT]; /* at most one of each type, in the order of the enum */
  size_t n;
};

struct signal_input {
  const struct text *text;
  const struct zones *zones;
  struct span subject;
  const char *language;
  bool has_date;
  int64_t date;          /* of the message, seconds UTC */
  int date_offset;       /* minutes */
  bool decision_maker;   /* the sender is one, by title */
  double min_strength;   /* weaker signals are left out */
};

void signal_find(struct arena *arena, const struct ruleset *ruleset, struct match_scratch *scratch,
                 const struct signal_input *input, struct signals *out, defect_set *defects);

/* Why a rule did or did not give its signal in a message: one entry a place where it holds. */
struct rule_trace {
  struct span words;    /* as matched, folded */
  struct span sentence; /* as written */
  struct span outcome;  /* "counts", or what speaks against it */
};
struct rule_traces {
  struct rule_trace *items;
  size_t n, capacity;
};

/* `rule` is an index of the ruleset. Confirms every rule, also those that cannot decide anything. */
void signal_trace(struct arena *arena, const struct ruleset *ruleset,
                  struct match_scratch *scratch, const struct signal_input *input, uint32_t rule,
                  struct rule_traces *out);

/* How near the rule came where it does not fire. The sentence is given as written; the rest is as in
 * rule_book.h. `book` must hold the rule. */
void signal_near_miss(struct arena *arena, const struct ruleset *ruleset,
                      struct match_scratch *scratch, const struct signal_input *input,
                      const struct rule_book *book, uint32_t rule, struct near_miss *out,
                      struct span *sentence);

/* Base strength of one clear statement (documentation: what the nine signals mean). */
double signal_base_strength(enum signal_type type);

#endif
