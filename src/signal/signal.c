#include "mailsignal/signal.h"

#include <math.h>

#include "mailsignal/sbuf.h"
#include "mailsignal/utf8.h"
#include "signal/evidence.h"
#include "signal/money.h"

static const double other_sentence = 0.05; /* the signal is said again elsewhere */
static const double in_subject = 0.02;     /* the subject says it too */
static const double most_extra = 0.08;     /* what repetition can add in all */

double signal_base_strength(enum signal_type type) {
  static const double strengths[SIGNAL_COUNT] = {
      [SIGNAL_COMPLAINT] = 0.80, [SIGNAL_URGENCY] = 0.90,   [SIGNAL_BUDGET_MENTION] = 0.85,
      [SIGNAL_COMPETITOR_MENTION] = 0.75, [SIGNAL_EXPANSION] = 0.95, [SIGNAL_RENEWAL] = 0.90,
      [SIGNAL_UPSELL] = 0.85,    [SIGNAL_REFERRAL] = 0.95,  [SIGNAL_CHURN_RISK] = 0.95};
  return strengths[type];
}

/* How heavy a rule must be to lift a sentence over the threshold of its signal: most sentences are so
 * plain that no rule can. */
static const float *weights_that_decide(const struct reading *r) {
  float *least = ARENA_ARRAY(r->arena, float, r->folded.n_sentences * SIGNAL_COUNT);
  for (size_t i = 0; i < r->folded.n_sentences * SIGNAL_COUNT; i++) {
    enum signal_type type = (enum signal_type)(i % SIGNAL_COUNT);
    least[i] = learned_least_weight(r->ruleset,
                                    learned_threshold(r->ruleset, type) - r->logits[i]);
  }
  return least;
}

/* The sender's own words: the subject and the body zones. */
void reading_make(struct reading *r, struct match_scratch *scratch, bool all_rules,
                  defect_set *defects) {
  const struct signal_input *input = r->input;
  struct {
    struct passage *items;
    size_t n, capacity;
  } passages = {0};
  struct passage subject = {input->subject, 0, input->subject.len, FIELD_SUBJECT};
  if (subject.end) ARENA_PUSH(r->arena, &passages, subject);
  for (size_t i = 0; i < input->zones->n; i++) {
    const struct zone *zone = &input->zones->items[i];
    if (zone->kind != ZONE_BODY) continue;
    struct passage body = {input->text->bytes, zone->start, zone->end, FIELD_BODY};
    ARENA_PUSH(r->arena, &passages, body);
  }
  text_fold(r->arena, ruleset_lexicon(r->ruleset), passages.items, passages.n, &r->folded);
  float *logits = ARENA_ARRAY(r->arena, float, r->folded.n_sentences * SIGNAL_COUNT);
  if (learned_score(r->ruleset, &r->folded, input->language, logits)) r->logits = logits;
  match_scratch_want(scratch, r->logits && !all_rules ? weights_that_decide(r) : NULL);
  match_run(r->ruleset, scratch, r->arena, &r->folded, input->language, &r->hits, defects);
  match_scratch_want(scratch, NULL);
}

static struct span field_text(const struct signal_input *input, enum field field) {
  return field == FIELD_SUBJECT ? input->subject : input->text->bytes;
}

/* As written, but with white space folded. */
static struct span clean(struct arena *arena, struct span text) {
  struct sbuf out = {.arena = arena};
  bool blank = false;
  text = span_trim(text);
  sbuf_reserve(&out, text.len);
  for (size_t i = 0; i < text.len; i++) {
    if (ascii_is_space(text.ptr[i])) {
      blank = true;
      continue;
    }
    if (blank) sbuf_byte(&out, ' ');
    blank = false;
    sbuf_byte(&out, text.ptr[i]);
  }
  return sbuf_span(&out);
}

/* Folded offsets to the field's own text: [start, end). */
static struct span original(const struct reading *r, const struct sentence *s, size_t start,
                            size_t end, size_t *at) {
  struct span text = field_text(r->input, (enum field)s->field);
  size_t first = r->folded.origin[start], last = first;
  if (end > start) {
    last = r->folded.origin[end - 1];
    size_t next = last;
    if (next < text.len) utf8_next(text, &next);
    last = next;
  }
  *at = first;
  return span_slice(text, first, last);
}

static void add_keyword(struct arena *arena, struct signal *signal, struct span words) {
  for (size_t i = 0; i < signal->n_keywords; i++)
    if (span_ieq(signal->keywords[i], words)) return;
  struct {
    struct span *items;
    size_t n, capacity;
  } list = {signal->keywords, signal->n_keywords, signal->keywords_capacity};
  ARENA_PUSH(arena, &list, words);
  signal->keywords = list.items;
  signal->n_keywords = list.n;
  signal->keywords_capacity = list.capacity;
}

static void add_rule(const struct reading *r, struct signal *signal, const struct hit *hit) {
  const struct rule *rule = ruleset_rule(r->ruleset, hit->rule);
  const struct sentence *s = &r->folded.sentences[hit->sentence];
  struct signal_rule entry = {.id = span_of(rule->id), .field = (enum field)s->field,
                              .weight = rule->weight};
  struct span words = original(r, s, hit->start, hit->end, &entry.start);
  entry.end = entry.start + words.len;
  entry.text = clean(r->arena, words);
  struct {
    struct signal_rule *items;
    size_t n, capacity;
  } list = {signal->rules, signal->n_rules, signal->rules_capacity};
  ARENA_PUSH(r->arena, &list, entry);
  signal->rules = list.items;
  signal->n_rules = list.n;
  signal->rules_capacity = list.capacity;
  add_keyword(r->arena, signal, entry.text);
}

/* Learned evidence has no matched words; its strongest single words stand in as keywords. */
static void add_learned_keywords(const struct reading *r, struct signal *signal, size_t sentence) {
  enum { MOST = 3 };
  struct learned_term terms[MOST];
  struct learned_terms list = {terms, MOST, 0};
  size_t n = learned_explain(r->ruleset, r->arena, &r->folded, sentence, r->input->language,
                             signal->type, &list);
  for (size_t i = 0; i < n; i++) add_keyword(r->arena, signal, terms[i].words);
}

static void add_term(struct arena *arena, struct signal *signal, struct span label, double value) {
  struct {
    struct signal_term *items;
    size_t n, capacity;
  } list = {signal->terms, signal->n_terms, signal->terms_capacity};
  ARENA_PUSH(arena, &list, ((struct signal_term){label, value}));
  signal->terms = list.items;
  signal->n_terms = list.n;
  signal->terms_capacity = list.capacity;
  signal->strength += value;
}

static void find_amount(const struct reading *r, const struct evidence *e, struct signal *signal) {
  const struct sentence *s = &r->folded.sentences[e->sentence];
  struct span text = span_slice(r->folded.bytes, s->folded_start, s->folded_end);
  struct money money;
  if (!money_find(text, 0, &money)) return;
  size_t at;
  signal->amount_text = clean(r->arena, original(r, s, s->folded_start + money.start,
                                                 s->folded_start + money.end, &at));
  signal->has_amount = true;
  signal->amount = money.amount;
  memcpy(signal->currency, money.currency, sizeof signal->currency);
}

static void find_date(const struct reading *r, const struct evidence *e, struct signal *signal) {
  const struct sentence *s = &r->folded.sentences[e->sentence];
  struct span text = span_slice(r->folded.bytes, s->folded_start, s->folded_end);
  struct when when;
  if (!r->input->has_date || !when_find(text, 0, r->today, &when)) return;
  char day[DAY_TEXT_BYTES];
  day_text(when.day, day);
  signal->date = arena_dup(r->arena, span_of(day));
}

/* Words that stand before a rival's name. */
static bool introduces_rival(struct span word) {
  static const struct span words[] = {SPAN_INIT("to"),   SPAN_INIT("with"), SPAN_INIT("from"),
                                      SPAN_INIT("by"),   SPAN_INIT("than"), SPAN_INIT("versus"),
                                      SPAN_INIT("vs"),   SPAN_INIT("and"),  SPAN_INIT("use"),
                                      SPAN_INIT("zu"),   SPAN_INIT("von"),  SPAN_INIT("chez"),
                                      SPAN_INIT("bei")};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (span_eq(word, words[i])) return true;
  return false;
}

/* The first run of capitalised words that stands where a rival's name would. */
static void find_competitor(const struct reading *r, const struct evidence *e,
                            struct signal *signal) {
  const struct sentence *s = &r->folded.sentences[e->sentence];
  const struct token *tokens = r->folded.tokens;
  size_t last = s->first_token + s->n_tokens;
  for (size_t i = s->first_token + 1; i < last; i++) {
    if (tokens[i].kind != TOKEN_WORD || !(tokens[i].shape & TOKEN_CAPITAL)) continue;
    struct span before = span_slice(r->folded.bytes, tokens[i - 1].start, tokens[i - 1].end);
    if (!introduces_rival(before)) continue;
    size_t end = i;
    while (end < last && tokens[end].kind == TOKEN_WORD && (tokens[end].shape & TOKEN_CAPITAL)) end++;
    struct span words = span_slice(r->folded.bytes, tokens[i].start, tokens[end - 1].end);
    struct when when;
    if (when_find(words, 0, r->today, &when)) continue; /* a month or a weekday */
    size_t at;
    signal->competitor =
        clean(r->arena, original(r, s, tokens[i].start, tokens[end - 1].end, &at));
    return;
  }
}

static void fill_context(const struct reading *r, const struct evidence *e, struct signal *signal) {
  find_amount(r, e, signal);
  find_date(r, e, signal);
  if (signal->type == SIGNAL_COMPETITOR_MENTION || signal->type == SIGNAL_CHURN_RISK)
    find_competitor(r, e, signal);
}

/* All sentences' evidence for one signal: the strongest of the body, and how often it is repeated. */
struct tally {
  struct evidence best;
  size_t others;
  bool subject;
};

static void count_evidence(const struct reading *r, struct tally *tally, const struct evidence *e) {
  if (r->folded.sentences[e->sentence].field == FIELD_SUBJECT) {
    tally->subject = true; /* never the only evidence */
    return;
  }
  if (tally->best.n_terms) tally->others++;
  if (e->strength > tally->best.strength) tally->best = *e;
}

static void report(const struct reading *r, const struct tally *tally, enum signal_type type,
                   struct signals *out) {
  const struct evidence *best = &tally->best;
  if (best->n_terms == 0) return;
  struct signal signal = {.type = type};
  for (size_t i = 0; i < best->n_terms; i++)
    add_term(r->arena, &signal, best->terms[i].label, best->terms[i].value);
  double extra = fmin(other_sentence * (double)tally->others + (tally->subject ? in_subject : 0),
                      most_extra);
  if (extra > 0) add_term(r->arena, &signal, SPAN_LIT("said again"), extra);
  if (signal.strength > 1) add_term(r->arena, &signal, SPAN_LIT("cap"), 1 - signal.strength);
  signal.strength = round(signal.strength * 100) / 100;
  if (signal.strength < r->input->min_strength || signal.strength <= 0) return;

  const struct sentence *s = &r->folded.sentences[best->sentence];
  signal.field = (enum field)s->field;
  signal.start = s->start;
  signal.end = s->end;
  signal.extracted_text =
      clean(r->arena, span_slice(field_text(r->input, signal.field), s->start, s->end));
  for (size_t i = 0; i < best->n_hits; i++) add_rule(r, &signal, best->hits[i]);
  if (best->n_hits == 0) add_learned_keywords(r, &signal, best->sentence);
  fill_context(r, best, &signal);
  out->items[out->n++] = signal;
}

/* Whether a sentence can say anything for the signal: most cannot, which the learned score alone tells. */
static bool may_say(const struct reading *r, size_t sentence, bool hit, enum signal_type type) {
  return hit || (r->logits && r->logits[sentence * SIGNAL_COUNT + (size_t)type] >=
                                  learned_threshold(r->ruleset, type));
}

void signal_find(struct arena *arena, const struct ruleset *ruleset, struct match_scratch *scratch,
                 const struct signal_input *input, struct signals *out, defect_set *defects) {
  out->n = 0;
  struct reading r = {.arena = arena, .ruleset = ruleset, .input = input,
                      .today = day_of(input->date, input->date_offset)};
  reading_make(&r, scratch, false, defects);
  struct tally *tallies = ARENA_ARRAY(arena, struct tally, SIGNAL_COUNT);
  size_t first = 0;
  for (size_t s = 0; s < r.folded.n_sentences; s++) {
    while (first < r.hits.n && r.hits.items[first].sentence < s) first++;
    bool hit = first < r.hits.n && r.hits.items[first].sentence == s;
    for (int t = 0; t < SIGNAL_COUNT; t++) {
      if (!may_say(&r, s, hit, (enum signal_type)t)) continue;
      struct evidence e = evidence_of(&r, s, first, (enum signal_type)t);
      if (e.n_terms) count_evidence(&r, &tallies[t], &e);
    }
  }
  for (int t = 0; t < SIGNAL_COUNT; t++) report(&r, &tallies[t], (enum signal_type)t, out);
}
