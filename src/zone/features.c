#include "zone/features.h"

#include "zone/sender.h"
#include "zone/shape.h"

enum {
  PHONE_DIGITS = 6,
  LOCAL_COUNT = FEATURE_ABOVE_VALEDICTION,
};

const char *feature_name(enum feature feature) {
  static const char *const names[FEATURE_COUNT] = {
#define FEATURE_NAME(name) #name,
#define FEATURE_NAME_ABOVE(name) "ABOVE_" #name,
#define FEATURE_NAME_BELOW(name) "BELOW_" #name,
      LOCAL_FEATURES(FEATURE_NAME) LOCAL_FEATURES(FEATURE_NAME_ABOVE)
          LOCAL_FEATURES(FEATURE_NAME_BELOW) OWN_FEATURES(FEATURE_NAME)};
  return names[feature];
}

static void set_if(struct features *f, bool condition, enum feature feature) {
  if (condition) feature_set(f, feature);
}

struct seen { /* one line, as far as its features need it */
  struct span raw, folded;
  const struct zone_line *line;
  struct shape shape;
  size_t tokens; /* of the sender's name */
};

static void set_words(const struct seen *s, struct features *f) {
  size_t words = s->line->hits.words, prose = s->line->hits.prose;
  enum feature size = words <= 1   ? FEATURE_WORDS_1
                      : words == 2 ? FEATURE_WORDS_2
                      : words == 3 ? FEATURE_WORDS_3
                      : words == 4 ? FEATURE_WORDS_4
                      : words <= 6 ? FEATURE_WORDS_6
                      : words <= 10 ? FEATURE_WORDS_10
                      : words <= 16 ? FEATURE_WORDS_16
                                    : FEATURE_WORDS_MANY;
  feature_set(f, size);
  feature_set(f, prose == 0   ? FEATURE_PROSE_0
                 : prose == 1 ? FEATURE_PROSE_1
                 : prose == 2 ? FEATURE_PROSE_2
                              : FEATURE_PROSE_MANY);
  set_if(f, prose >= 2 && words >= 5 && prose * 4 >= words, FEATURE_PROSE);
  set_if(f, words >= 14, FEATURE_LONG);
}

static void set_ending(const struct seen *s, struct features *f) {
  char last = s->folded.len ? s->folded.ptr[s->folded.len - 1] : ' ';
  set_if(f, last == ',', FEATURE_ENDS_COMMA);
  set_if(f, last == ':', FEATURE_ENDS_COLON);
  set_if(f, last == '?', FEATURE_ENDS_QUESTION);
  set_if(f, last == '!', FEATURE_ENDS_EXCLAMATION);
  set_if(f, last == '.', FEATURE_ENDS_STOP);
  set_if(f, memchr(".?!", last, 3) && s->line->hits.words >= 5, FEATURE_SENTENCE_END);
}

static void set_numbers(const struct seen *s, struct features *f) {
  const struct shape *shape = &s->shape;
  feature_set(f, shape->digits == 0  ? FEATURE_DIGITS_0
                 : shape->digits < 4 ? FEATURE_DIGITS_FEW
                 : shape->digits < 8 ? FEATURE_DIGITS_SOME
                                     : FEATURE_DIGITS_MANY);
  set_if(f, shape->digits * 3 > shape->letters + shape->digits, FEATURE_DIGIT_SHARE);
  set_if(f, s->raw.len && ascii_is_digit(s->raw.ptr[0]), FEATURE_DIGIT_START);
  bool phone = shape->longest_number >= PHONE_DIGITS;
  bool label = line_has(s->line, LEX_BIT(PHONE)) && shape->digits >= 3;
  set_if(f, phone, FEATURE_PHONE);
  set_if(f, label, FEATURE_PHONE_LABEL);
  set_if(f, phone && label, FEATURE_PHONE_AND_LABEL);
  set_if(f, shape->money, FEATURE_MONEY);
}

static void set_shape(const struct seen *s, struct features *f) {
  const struct shape *shape = &s->shape;
  set_if(f, shape->words > 0 && shape->capitalised == shape->words, FEATURE_CAPITALISED);
  set_if(f, shape->letters >= 3 && shape->uppers == shape->letters, FEATURE_CAPITALS);
  set_if(f, shape->bars > 0, FEATURE_SEPARATED);
  set_if(f, shape->commas >= 2, FEATURE_COMMAS);
  set_if(f, shape->tabs > 0, FEATURE_TABS);
  set_if(f, shape->gaps + shape->tabs >= 2 && !feature_has(f, FEATURE_PHONE), FEATURE_COLUMNS);
  set_if(f, shape->bracket, FEATURE_BRACKETS);
  set_if(f, shape->lower_start, FEATURE_LOWER_START);
  set_if(f, shape->quote_start, FEATURE_SLOGAN);
  set_if(f, shape->email, FEATURE_EMAIL);
  set_if(f, shape_has_domain(s->folded), FEATURE_URL);
  set_if(f, shape_is_bullet(s->raw), FEATURE_BULLET);
}

static void set_lexicon(const struct seen *s, struct features *f) {
  static const struct {
    uint64_t bit;
    enum feature feature;
  } rows[] = {
      {LEX_BIT(GREETING), FEATURE_GREETING},     {LEX_BIT(TITLE), FEATURE_TITLE},
      {LEX_BIT(DEPARTMENT), FEATURE_DEPARTMENT}, {LEX_BIT(COMPANY), FEATURE_COMPANY},
      {LEX_BIT(TRADE), FEATURE_TRADE},           {LEX_BIT(STREET), FEATURE_STREET},
      {LEX_BIT(PLACE), FEATURE_PLACE},           {LEX_BIT(CREDENTIAL), FEATURE_CREDENTIAL},
      {LEX_BIT(CALENDAR), FEATURE_CALENDAR},     {LEX_BIT(REGISTRY), FEATURE_REGISTRY},
      {LEX_BIT(OFFER), FEATURE_OFFER},           {LEX_BIT(LEGAL), FEATURE_LEGAL},
      {LEX_BIT(LEGAL_HINT), FEATURE_LEGAL_HINT}, {LEX_BIT(BEHALF), FEATURE_BEHALF},
      {LEX_BIT(ONLINE), FEATURE_ONLINE},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    set_if(f, line_has(s->line, rows[i].bit), rows[i].feature);
  const struct lex_hits *hits = &s->line->hits;
  set_if(f, hits->titles >= 2, FEATURE_TITLES_2);
  set_if(f, line_has(s->line, LEX_BIT(STREET)) && s->shape.digits > 0, FEATURE_STREET_DIGITS);
  bool contact = feature_has(f, FEATURE_PHONE) || feature_has(f, FEATURE_EMAIL);
  set_if(f, contact && hits->titles > 0, FEATURE_CONTACT_TITLE);
  if (!line_has(s->line, LEX_BIT(VALEDICTION))) return;
  /* "Thanks," is the end of a letter, "Thanks for the parts, they fit" is not. Words of scripts
   * without blanks are not counted, but their forms of politeness are short lines. */
  bool whole = hits->words <= 5 || (size_t)hits->valediction_len * 3 >= s->folded.len * 2 ||
               ((unsigned char)s->folded.ptr[0] >= 0xE3 && s->folded.len <= 60);
  feature_set(f, whole ? FEATURE_VALEDICTION : FEATURE_VALEDICTION_LONG);
}

static void set_sender(const struct sender *sender, const struct seen *s, struct features *f) {
  size_t words = s->line->hits.words;
  bool named = s->tokens > 0 || (words <= 3 && zone_sender_shares_local(sender, s->folded));
  bool full = s->tokens >= 2 && s->tokens + 1 >= sender->n;
  bool bare = words <= 4 && s->shape.digits == 0 && named && s->tokens + 2 >= words &&
              !feature_has(f, FEATURE_EMAIL);
  set_if(f, full, FEATURE_NAME_FULL);
  set_if(f, named && !full, FEATURE_NAME_PART);
  set_if(f, bare, FEATURE_NAME_ONLY);
  set_if(f, zone_sender_initials(sender, s->folded), FEATURE_INITIALS);
  bool hopeless = sender->domain.len && span_find_byte(s->folded, '@', 0) == SPAN_NONE;
  bool address = !hopeless && sender->address.len > 3 &&
                 span_find(s->folded, sender->address, 0) != SPAN_NONE;
  set_if(f, address, FEATURE_OWN_ADDRESS);
  set_if(f, feature_has(f, FEATURE_EMAIL) && !address, FEATURE_OTHER_EMAIL);
  set_if(f, zone_sender_shares_domain(sender, s->folded), FEATURE_OWN_DOMAIN);
  set_if(f, named && s->line->hits.titles > 0, FEATURE_NAME_TITLE);
  set_if(f, named && feature_has(f, FEATURE_VALEDICTION) && words > 1, FEATURE_VALEDICTION_NAME);
}

static void set_local(const struct page *page, size_t line, const struct sender *sender,
                      struct features *f) {
  struct seen s = {.raw = page_content(page, line), .folded = page_folded(page, line),
                   .line = &page->lines[line]};
  /* A longer line is a paragraph; its start tells enough. */
  s.raw = span_slice(s.raw, 0, 240);
  s.folded = span_slice(s.folded, 0, 240);
  shape_read(s.raw, &s.shape);
  s.tokens = zone_sender_tokens(sender, s.folded);
  feature_set(f, FEATURE_BIAS);
  set_words(&s, f);
  set_ending(&s, f);
  set_numbers(&s, f);
  set_shape(&s, f);
  set_lexicon(&s, f);
  set_sender(sender, &s, f);
  set_if(f, line_marked(s.line, MARK_SIGNATURE), FEATURE_MARKED);
  set_if(f, page_is_rule(page, line), FEATURE_RULE);
  set_if(f, s.shape.code, FEATURE_CODE);
  set_if(f, shape_is_postscript(s.folded), FEATURE_POSTSCRIPT);
}

_Static_assert(3 * LOCAL_COUNT <= 64, "a line's own features and its neighbours' are one word");

/* The features of a neighbour, moved to the block that stands for above or below. */
static void copy_local(const struct features *from, enum feature base, struct features *to) {
  uint64_t own = from->bits[0] & (((uint64_t)1 << LOCAL_COUNT) - 1);
  to->bits[0] |= own << base;
}

static bool is_contact(const struct features *f) {
  return feature_has(f, FEATURE_PHONE) || feature_has(f, FEATURE_EMAIL) ||
         feature_has(f, FEATURE_URL) || feature_has(f, FEATURE_PHONE_LABEL);
}

static void set_place(const struct page *page, const struct block *b, size_t i, struct features *f) {
  size_t from_end = b->n - 1 - i, from_start = b->skipped + i;
  feature_set(f, from_end == 0   ? FEATURE_LAST
                 : from_end == 1 ? FEATURE_LAST_2
                 : from_end == 2 ? FEATURE_LAST_3
                 : from_end <= 4 ? FEATURE_LAST_5
                 : from_end <= 8 ? FEATURE_LAST_9
                                 : FEATURE_FAR);
  set_if(f, from_start == 0, FEATURE_FIRST);
  set_if(f, from_start == 1, FEATURE_SECOND);
  size_t line = b->lines[i];
  bool above = i == 0 || b->lines[i - 1] + 1 < line;
  bool below = i + 1 == b->n || b->lines[i + 1] > line + 1;
  set_if(f, above, FEATURE_BLANK_ABOVE);
  set_if(f, below, FEATURE_BLANK_BELOW);
  set_if(f, i > 0 && b->lines[i - 1] + 2 < line, FEATURE_GAP_ABOVE);
  set_if(f, above && below, FEATURE_PARAGRAPH_ALONE);
  (void)page;
}

/* What stands further up: delimiter, rule, valediction, name. */
struct above {
  size_t since_valediction; /* lines; 0 = none yet */
  bool delimiter, rule, contact, name_line;
  bool introduced; /* by prose that ends in a colon */
};

static void set_above(const struct above *a, struct features *f) {
  set_if(f, a->delimiter, FEATURE_AFTER_DELIMITER);
  set_if(f, a->rule, FEATURE_AFTER_RULE);
  set_if(f, a->since_valediction == 1, FEATURE_AFTER_VALEDICTION);
  set_if(f, a->since_valediction == 2, FEATURE_AFTER_VALEDICTION_2);
  set_if(f, a->since_valediction == 3 || a->since_valediction == 4, FEATURE_AFTER_VALEDICTION_4);
  set_if(f, a->name_line, FEATURE_AFTER_NAME_LINE);
  set_if(f, a->contact, FEATURE_CONTACT_ABOVE);
  set_if(f, a->introduced, FEATURE_INTRODUCED);
}

static void step_above(const struct page *page, size_t line, const struct features *f,
                       struct above *a) {
  struct span text = page_folded(page, line);
  if (span_eq(text, SPAN_LIT("--"))) a->delimiter = true;
  if (page_is_rule(page, line)) a->rule = true;
  if (a->since_valediction) a->since_valediction++;
  if (feature_has(f, FEATURE_VALEDICTION)) a->since_valediction = 1;
  if (feature_has(f, FEATURE_NAME_ONLY) || feature_has(f, FEATURE_INITIALS)) a->name_line = true;
  if (is_contact(f)) a->contact = true;
  if (feature_has(f, FEATURE_PROSE)) *a = (struct above){.delimiter = a->delimiter};
  if (feature_has(f, FEATURE_ENDS_COLON) && !feature_has(f, FEATURE_GREETING)) a->introduced = true;
  if (a->delimiter || a->since_valediction == 1 || feature_has(f, FEATURE_NAME_ONLY))
    a->introduced = false;
}

/* What stands further down, for the lines above it. */
static void set_below(const struct block *b, struct features *out) {
  bool contact = false, title = false, company = false, name = false, marked = false, far = false;
  for (size_t i = b->n; i-- > 0;) {
    struct features *f = &out[i];
    set_if(f, contact, FEATURE_CONTACT_BELOW);
    set_if(f, !contact, FEATURE_NO_CONTACT_BELOW);
    set_if(f, title, FEATURE_TITLE_BELOW);
    set_if(f, company, FEATURE_COMPANY_BELOW);
    set_if(f, name, FEATURE_NAME_AGAIN_BELOW);
    set_if(f, marked, FEATURE_MARKED_BELOW);
    set_if(f, far, FEATURE_BEFORE_LONG);
    contact |= is_contact(f);
    title |= feature_has(f, FEATURE_TITLE) && !feature_has(f, FEATURE_PROSE);
    company |= feature_has(f, FEATURE_COMPANY) || feature_has(f, FEATURE_OWN_DOMAIN);
    name |= feature_has(f, FEATURE_NAME_FULL) || feature_has(f, FEATURE_NAME_ONLY);
    marked |= feature_has(f, FEATURE_MARKED);
    far |= feature_has(f, FEATURE_LONG) && feature_has(f, FEATURE_PROSE);
  }
}

static bool owned(const struct features *f) {
  static const enum feature signs[] = {FEATURE_NAME_FULL,   FEATURE_NAME_PART, FEATURE_INITIALS,
                                       FEATURE_OWN_ADDRESS, FEATURE_OWN_DOMAIN};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (feature_has(f, signs[i])) return true;
  return false;
}

/* A run of lines between prose: does it speak of the sender, has it a valediction? */
static void set_runs(const struct block *b, struct features *out) {
  for (size_t i = 0; i < b->n;) {
    size_t end = i;
    bool own = false, closed = false;
    while (end < b->n && !feature_has(&out[end], FEATURE_PROSE)) {
      own |= owned(&out[end]);
      closed |= feature_has(&out[end], FEATURE_VALEDICTION) ||
                feature_has(&out[end], FEATURE_AFTER_DELIMITER);
      end++;
    }
    for (size_t k = i; k < end; k++) {
      set_if(&out[k], own, FEATURE_RUN_OWNED);
      set_if(&out[k], closed, FEATURE_RUN_CLOSED);
    }
    i = end + 1;
  }
}

/* The paragraph as a whole: does it hold prose, are its lines short? */
static void set_paragraphs(const struct block *b, struct features *out) {
  for (size_t i = 0; i < b->n;) {
    size_t end = i + 1;
    while (end < b->n && b->lines[end] == b->lines[end - 1] + 1) end++;
    bool prose = false, brief = true;
    for (size_t k = i; k < end; k++) {
      prose |= feature_has(&out[k], FEATURE_PROSE);
      brief &= !feature_has(&out[k], FEATURE_LONG) && !feature_has(&out[k], FEATURE_PROSE_MANY);
    }
    for (size_t k = i; k < end; k++) {
      set_if(&out[k], prose, FEATURE_PARAGRAPH_PROSE);
      set_if(&out[k], brief, FEATURE_PARAGRAPH_SHORT);
    }
    i = end;
  }
}

void features_find(const struct page *page, const struct block *block, struct features *out) {
  struct sender sender;
  zone_sender_read(&page->hints->sender, &sender);
  struct above above = {0};
  for (size_t i = 0; i < block->n; i++) {
    out[i] = (struct features){0};
    set_local(page, block->lines[i], &sender, &out[i]);
    set_place(page, block, i, &out[i]);
    set_above(&above, &out[i]);
    step_above(page, block->lines[i], &out[i], &above);
  }
  set_below(block, out);
  set_paragraphs(block, out);
  set_runs(block, out);
  for (size_t i = 0; i < block->n; i++) {
    if (i > 0) copy_local(&out[i - 1], FEATURE_ABOVE_VALEDICTION, &out[i]);
    else set_if(&out[i], block->skipped == 0, FEATURE_NOTHING_ABOVE);
    if (i + 1 < block->n) copy_local(&out[i + 1], FEATURE_BELOW_VALEDICTION, &out[i]);
  }
}

bool features_block(const struct page *page, struct block *out) {
  *out = (struct block){0};
  size_t i = page->n;
  while (i > 0 && !line_open(&page->lines[i - 1])) i--;
  /* Back to a quote: what stands above it is another stretch of the sender's text. */
  size_t end = i, n = 0;
  while (i > 0 && n < FEATURE_LINES) {
    const struct zone_line *line = &page->lines[i - 1];
    if (line->decided && line->kind != ZONE_BOILERPLATE) break;
    n += line_open(line);
    i--;
  }
  for (size_t k = i; k < end; k++)
    if (line_open(&page->lines[k])) out->lines[out->n++] = k;
  while (i > 0 && out->skipped < 2) out->skipped += line_open(&page->lines[--i]);
  return out->n > 0;
}
