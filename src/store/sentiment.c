/* Sentiment by counting words of praise and blame, with negation, emphasis and "but".
 *
 * The text is brought to tokens in lower case with single blanks between them, so that a phrase is a
 * stretch of that text. Each sentence gets a sum; the whole is s / sqrt(s^2 + ALPHA), which nears
 * -1 and 1 however much is said. */
#include <glib.h>
#include <math.h>

#include "mailsignal/utf8.h"
#include "store/words.h"

enum { MOST_TOKENS = 800, MOST_SUMMARY_BYTES = 240, NEGATION_REACH = 3 };

static const double ALPHA = 4, STRONG = 2, EMPHASIS = 1.5, AFTER_BUT = 1.5, BEFORE_BUT = 0.5,
                    TURNED = -0.75, NEUTRAL_BELOW = 0.2;

struct token_place {
  size_t start, end;           /* in the lower-case text */
  size_t text_start, text_end; /* in the message's text */
};

struct sentence_place {
  size_t first, n; /* tokens */
};

struct reader {
  const struct word_list *words;
  struct sbuf lower;
  struct token_place tokens[MOST_TOKENS];
  size_t n_tokens;
  struct sentence_place sentences[MOST_TOKENS];
  size_t n_sentences;
  bool both_sides; /* the negation may stand behind: "gefällt mir nicht" */
};

/* tokens -------------------------------------------------------------------- */

static bool is_word(uint32_t code) {
  return code != UTF8_INVALID && (code == '\'' || code == 0x2019 || g_unichar_isalnum(code));
}

static bool ends_sentence(uint32_t code) {
  return code == '.' || code == '!' || code == '?' || code == 0x2026 || code == 0x3002;
}

static void end_sentence(struct reader *r, size_t *first) {
  if (r->n_tokens > *first)
    r->sentences[r->n_sentences++] = (struct sentence_place){*first, r->n_tokens - *first};
  *first = r->n_tokens;
}

static void put_lower(struct reader *r, uint32_t code) {
  utf8_put(&r->lower, code == 0x2019 ? '\'' : (uint32_t)g_unichar_tolower(code));
}

/* The words of text[start, end), added to what is there. */
static void read_tokens(struct reader *r, struct span text, size_t start, size_t end) {
  size_t first = r->n_tokens;
  bool in_word = false, line_empty = false;
  for (size_t at = start; at < end;) {
    size_t here = at;
    uint32_t code = utf8_next(text, &at);
    bool inside = is_word(code) || (in_word && code == '/'); /* "10/10" */
    if (inside && !in_word) {
      if (r->n_tokens == MOST_TOKENS) break;
      if (r->lower.len) sbuf_byte(&r->lower, ' ');
      r->tokens[r->n_tokens++] = (struct token_place){r->lower.len, 0, here, 0};
    }
    in_word = inside;
    if (inside) {
      put_lower(r, code);
      r->tokens[r->n_tokens - 1].end = r->lower.len;
      r->tokens[r->n_tokens - 1].text_end = at;
      line_empty = false;
    } else if (ends_sentence(code) || (code == '\n' && line_empty)) {
      end_sentence(r, &first);
    } else if (code == '\n') {
      line_empty = true;
    }
  }
  end_sentence(r, &first);
}

/* sums ---------------------------------------------------------------------- */

/* The longest phrase that begins at token i of the sentence; *used tells how many tokens it has. */
static int kind_at(const struct reader *r, const struct sentence_place *s, size_t i, size_t *used) {
  struct span lower = sbuf_span(&r->lower);
  for (size_t n = MOST_PHRASE_WORDS; n > 0; n--) {
    if (i + n > s->n) continue;
    size_t first = s->first + i;
    struct span phrase = span_slice(lower, r->tokens[first].start, r->tokens[first + n - 1].end);
    int kind = word_list_find(r->words, phrase);
    if (kind == WORD_LIST_NONE) continue;
    *used = n;
    return kind;
  }
  *used = 1;
  return WORD_LIST_NONE;
}

static double weight_of(int kind) {
  switch (kind) {
    case TONE_VERY_POSITIVE: return STRONG;
    case TONE_POSITIVE: return 1;
    case TONE_VERY_NEGATIVE: return -STRONG;
    case TONE_NEGATIVE: return -1;
    default: return 0;
  }
}

static bool negated_behind(const struct reader *r, const struct sentence_place *s, size_t i) {
  size_t used;
  for (size_t k = i; r->both_sides && k < s->n && k < i + 2; k++)
    if (kind_at(r, s, k, &used) == TONE_NEGATION) return true;
  return false;
}

static double sentence_sum(const struct reader *r, const struct sentence_place *s) {
  double sum = 0;
  size_t negated_until = 0, intense_at = SPAN_NONE, used;
  double factor = 1;
  for (size_t i = 0; i < s->n; i += used) {
    int kind = kind_at(r, s, i, &used);
    double weight = weight_of(kind);
    if (kind == TONE_NEGATION) negated_until = i + used + NEGATION_REACH;
    if (kind == TONE_INTENSE) intense_at = i + used;
    if (kind == TONE_CONTRAST) {
      sum *= BEFORE_BUT;
      factor = AFTER_BUT;
      negated_until = 0;
    }
    if (weight == 0) continue;
    if (intense_at == i) weight *= EMPHASIS;
    if (i < negated_until || negated_behind(r, s, i + used)) weight *= TURNED;
    sum += weight * factor;
  }
  return sum;
}

/* A stretch of the text on one line, cut between words. */
static struct span tell(struct arena *arena, struct span text) {
  struct sbuf out = {.arena = arena};
  struct span rest = span_trim(text);
  size_t cut = 0;
  for (size_t at = 0; at < rest.len && out.len < MOST_SUMMARY_BYTES; at++) {
    bool blank = ascii_is_space(rest.ptr[at]);
    if (blank && out.len && out.bytes[out.len - 1] == ' ') continue;
    if (blank) cut = out.len;
    sbuf_byte(&out, blank ? ' ' : rest.ptr[at]);
  }
  if (out.len == MOST_SUMMARY_BYTES && rest.len > MOST_SUMMARY_BYTES) {
    out.len = cut ? cut : utf8_floor(sbuf_span(&out), out.len - 1);
    sbuf_add(&out, SPAN_LIT(" \xE2\x80\xA6"));
  }
  return sbuf_span(&out);
}

/* From the sentence's first word to its end mark. */
static struct span sentence_text(const struct reader *r, const struct sentence_place *s,
                                 struct span text) {
  size_t start = r->tokens[s->first].text_start;
  size_t end = r->tokens[s->first + s->n - 1].text_end;
  while (end < text.len && (text.ptr[end] == '.' || text.ptr[end] == '!' || text.ptr[end] == '?'))
    end++;
  return span_slice(text, start, end);
}

static void judge(struct arena *arena, const struct reader *r, struct span text,
                  struct sentiment_score *out) {
  double total = 0, most = -1;
  size_t best = 0;
  for (size_t i = 0; i < r->n_sentences; i++) {
    double sum = sentence_sum(r, &r->sentences[i]);
    total += sum;
    if (fabs(sum) <= most) continue;
    most = fabs(sum);
    best = i;
  }
  out->score = round(total / sqrt(total * total + ALPHA) * 100) / 100;
  if (fabs(out->score) >= NEUTRAL_BELOW)
    out->sentiment = out->score > 0 ? SENTIMENT_POSITIVE : SENTIMENT_NEGATIVE;
  if (r->n_sentences) out->summary = tell(arena, sentence_text(r, &r->sentences[best], text));
}

void sentiment_read(struct arena *arena, const struct ingest_words *words,
                    const struct record *record, struct sentiment_score *out) {
  *out = (struct sentiment_score){0};
  struct reader *r = ARENA_NEW(arena, struct reader);
  const char *language = record->language ? record->language : "";
  r->words = tone_words_of(words, language);
  r->both_sides = r->words && strcmp(language, "en") != 0;
  if (!r->words) r->words = tone_words_of(words, "en");
  if (!r->words) return;
  r->lower.arena = arena;
  for (size_t i = 0; i < record->zones.n; i++) {
    const struct zone *zone = &record->zones.items[i];
    if (zone->kind == ZONE_BODY) read_tokens(r, record->text.bytes, zone->start, zone->end);
  }
  judge(arena, r, record->text.bytes, out);
}
