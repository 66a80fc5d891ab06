#include "zone/features.h"

#include "zone/fold.h"

enum {
  MAX_NAME_TOKENS = 6,
  MAX_TOKEN_BYTES = 40,
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

/* The sender's names and address, folded, to be looked for in lines. */
struct sender {
  char storage[256];
  struct span tokens[MAX_NAME_TOKENS];
  size_t n;
  struct span address, local, domain; /* folded; domain without its last label */
};

static bool is_letter(char c) { return ascii_is_alpha(c) || (unsigned char)c >= 0x80; }

static void add_tokens(struct sender *sender, struct span names) {
  for (size_t i = 0; i < names.len;) {
    size_t start = i;
    while (i < names.len && is_letter(names.ptr[i])) i++;
    if (i - start >= 2 && i - start <= MAX_TOKEN_BYTES && sender->n < MAX_NAME_TOKENS)
      sender->tokens[sender->n++] = span_slice(names, start, i);
    if (i == start) i++;
  }
}

static void read_sender(const struct mail_address *from, struct sender *out) {
  out->n = 0;
  struct span name = span_slice(from->name, 0, 100), address = span_slice(from->address, 0, 120);
  size_t used = zone_fold(name, out->storage);
  name = (struct span){out->storage, used};
  address = (struct span){out->storage + used, zone_fold(address, out->storage + used)};
  size_t at = span_find_byte(address, '@', 0);
  out->address = address;
  out->local = at == SPAN_NONE ? (struct span){0} : span_slice(address, 0, at);
  out->domain = at == SPAN_NONE ? (struct span){0} : span_from(address, at + 1);
  size_t dot = span_find_byte(out->domain, '.', 0);
  if (dot != SPAN_NONE) out->domain.len = dot;
  add_tokens(out, name);
  if (out->n == 0) add_tokens(out, out->local);
}

/* Shape of a line: counts over its bytes. */
struct shape {
  size_t letters, digits, uppers, commas, tabs, bars, gaps;
  size_t words, capitalised, longest_number;
  bool lower_start, email, url, money, bracket, quote_start;
};

static bool is_phone_sign(char c) { return memchr(" -./()+\xC2\xA0", c, 9) != NULL; }

/* Digits of the longest run of digits and telephone signs. */
static size_t longest_number(struct span line) {
  size_t longest = 0, digits = 0, gap = 0;
  for (size_t i = 0; i < line.len; i++) {
    if (ascii_is_digit(line.ptr[i])) {
      digits++;
      gap = 0;
    } else if (!is_phone_sign(line.ptr[i]) || ++gap > 4) {
      digits = 0;
    }
    if (digits > longest) longest = digits;
  }
  return longest;
}

static bool is_upper_at(struct span line, size_t i) {
  if (ascii_is_upper(line.ptr[i])) return true;
  if ((unsigned char)line.ptr[i] < 0x80 || i + 1 >= line.len) return false;
  unsigned char a = (unsigned char)line.ptr[i], b = (unsigned char)line.ptr[i + 1];
  if (a == 0xC3) return b < 0x9F;
  if (a == 0xC4 || a == 0xC5) return b % 2 == 0;
  if (a == 0xD0) return b >= 0x80 && b <= 0xAF;
  return a == 0xCE && b >= 0x86 && b <= 0xAB;
}

static void read_words(struct span line, struct shape *out) {
  bool inside = false;
  for (size_t i = 0; i < line.len; i++) {
    char c = line.ptr[i];
    bool letter = is_letter(c);
    if (letter && !inside) {
      out->words++;
      out->capitalised += is_upper_at(line, i);
    }
    inside = letter || (inside && (ascii_is_digit(c) || c == '\''));
    out->letters += ascii_is_alpha(c) || ((unsigned char)c & 0xC0) == 0xC0;
    out->uppers += letter && is_upper_at(line, i);
    out->digits += ascii_is_digit(c);
  }
}

/* Separators beyond ASCII: middle dot, broken bar, bullets, dashes between blanks; currencies. */
static void read_sign(struct span line, size_t i, struct shape *out) {
  static const char *const bars[] = {"\u00B7", "\u00A6", "\u2022", "\u2219", "\u25CF",
                                     "\u25AA", "\u2758", "\uFF5C", "\u22C5"};
  struct span rest = span_slice(line, i, i + 4);
  for (size_t b = 0; i > 0 && b < sizeof bars / sizeof *bars; b++)
    out->bars += span_starts(rest, span_of(bars[b]));
  bool dash = span_starts(rest, SPAN_LIT("\u2013 ")) || span_starts(rest, SPAN_LIT("\u2014 "));
  out->bars += dash && i > 0 && line.ptr[i - 1] == ' ';
  out->money |= span_starts(rest, SPAN_LIT("\u20AC")) || span_starts(rest, SPAN_LIT("\u00A3"));
}

static bool stands_between(struct span line, size_t i, bool (*test)(char)) {
  return i > 0 && i + 1 < line.len && test(line.ptr[i - 1]) && test(line.ptr[i + 1]);
}

static void read_ascii_sign(struct span line, size_t i, struct shape *out) {
  switch (line.ptr[i]) {
    case ',': out->commas++; break;
    case '\t': out->tabs++; break;
    case '|': case '~': out->bars++; break;
    case '/': case '-': case '*': out->bars += stands_between(line, i, ascii_is_space); break;
    case '$': case '%': out->money = true; break;
    case '[': case '<': out->bracket = true; break;
    case '@': out->email |= stands_between(line, i, ascii_is_alnum); break;
    default: break;
  }
}

static void read_shape(struct span line, struct shape *out) {
  *out = (struct shape){0};
  read_words(line, out);
  out->longest_number = longest_number(line);
  for (size_t i = 0; i < line.len; i++) {
    unsigned char c = (unsigned char)line.ptr[i];
    /* Columns of a table are set off by two blanks or more. */
    out->gaps += i > 1 && c != ' ' && line.ptr[i - 1] == ' ' && line.ptr[i - 2] == ' ';
    if (c == 0xC2 || c == 0xE2 || c == 0xEF) read_sign(line, i, out);
    else if (c < 0x80 && !ascii_is_alnum(line.ptr[i]) && c != ' ') read_ascii_sign(line, i, out);
  }
  static const char *const quotes[] = {"\"", "\u201C", "\u201E", "\u00AB"};
  for (size_t q = 0; q < sizeof quotes / sizeof *quotes; q++)
    out->quote_start |= span_starts(line, span_of(quotes[q]));
  out->lower_start = line.len && ascii_is_lower(line.ptr[0]);
}

/* "acme.io", "www.acme.io/x": a dot between letters and a last label of letters. */
static bool has_domain(struct span folded) {
  for (size_t i = 2; i + 2 < folded.len; i++) {
    if (folded.ptr[i] == ':' && folded.ptr[i + 1] == '/' && folded.ptr[i + 2] == '/') return true;
    if (folded.ptr[i] != '.' || !ascii_is_alnum(folded.ptr[i - 1]) ||
        !ascii_is_alnum(folded.ptr[i - 2]))
      continue;
    size_t end = i + 1;
    while (end < folded.len && ascii_is_alpha(folded.ptr[end])) end++;
    bool closed = end == folded.len || !ascii_is_alnum(folded.ptr[end]);
    if (end - i > 2 && end - i <= 8 && closed && (end == folded.len || folded.ptr[end] != '@'))
      return true;
  }
  return false;
}

/* Inside an address or a link: "jane" in jane.doe@acme.io and www.jane.com. */
static bool is_inside_address(struct span folded, size_t start, size_t end) {
  if (start > 0 && memchr("_@/", folded.ptr[start - 1], 3)) return true;
  if (end == folded.len) return false;
  if (memchr("@_", folded.ptr[end], 2)) return true;
  return folded.ptr[end] == '.' && end + 1 < folded.len && is_letter(folded.ptr[end + 1]);
}

static bool has_word(struct span folded, struct span word) {
  for (size_t at = 0; (at = span_find(folded, word, at)) != SPAN_NONE; at++) {
    size_t end = at + word.len;
    bool starts = at == 0 || !is_letter(folded.ptr[at - 1]);
    bool ends = end == folded.len || !is_letter(folded.ptr[end]);
    if (starts && ends && !is_inside_address(folded, at, end)) return true;
  }
  return false;
}

static size_t count_tokens(const struct sender *sender, struct span folded) {
  size_t n = 0;
  for (size_t i = 0; i < sender->n; i++) n += has_word(folded, sender->tokens[i]);
  return n;
}

/* "Bob", "B. Smith", "JD", "xx C": short, and of the sender's name or initials. */
static bool is_initials(const struct sender *sender, struct span folded) {
  if (sender->n == 0 || folded.len == 0 || folded.len > 5) return false;
  size_t letters = 0, known = 0;
  for (size_t i = 0; i < folded.len; i++) {
    if (!is_letter(folded.ptr[i])) continue;
    letters++;
    for (size_t t = 0; t < sender->n; t++)
      if (sender->tokens[t].ptr[0] == folded.ptr[i]) {
        known++;
        break;
      }
  }
  return letters > 0 && letters <= 3 && known == letters;
}

/* A word of the line that the address holds: "dale" in dale@, "smith" in jsmith@, "bek" in bekah@. */
static bool shares_local(const struct sender *sender, struct span folded) {
  for (size_t i = 0; i < folded.len;) {
    size_t start = i;
    while (i < folded.len && is_letter(folded.ptr[i])) i++;
    if (i - start >= 3 &&
        span_find(sender->local, span_slice(folded, start, i), 0) != SPAN_NONE)
      return true;
    if (i == start) i++;
  }
  return false;
}

/* The domain without its ending, or six bytes of its start, in the line without blanks. */
static bool shares_domain(const struct sender *sender, struct span folded) {
  if (sender->domain.len < 3) return false;
  char joined[128];
  size_t n = 0;
  for (size_t i = 0; i < folded.len && n < sizeof joined; i++)
    if (is_letter(folded.ptr[i]) || ascii_is_digit(folded.ptr[i])) joined[n++] = folded.ptr[i];
  struct span start = span_slice(sender->domain, 0, 7);
  return span_find((struct span){joined, n}, start, 0) != SPAN_NONE;
}

static void set_if(struct features *f, bool condition, enum feature feature) {
  if (condition) feature_set(f, feature);
}

static bool starts_bullet(struct span text) {
  if (text.len < 3) return false;
  if ((text.ptr[0] == '-' || text.ptr[0] == '*' || text.ptr[0] == '+') && text.ptr[1] == ' ') return true;
  if (span_starts(text, SPAN_LIT("\u2022")) || span_starts(text, SPAN_LIT("\u25AA"))) return true;
  size_t i = 0;
  while (i < text.len && i < 3 && ascii_is_digit(text.ptr[i])) i++;
  return i > 0 && i + 1 < text.len && (text.ptr[i] == '.' || text.ptr[i] == ')') &&
         text.ptr[i + 1] == ' ';
}

static bool is_code(struct span folded) {
  static const char *const signs[] = {" = ", "();", "()", "{", "};", "://localhost", " == ", "</", "&&"};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (span_find(folded, span_of(signs[i]), 0) != SPAN_NONE) return true;
  return span_ends(folded, SPAN_LIT(";"));
}

static bool is_postscript(struct span folded) {
  static const char *const starts[] = {"p.s", "ps:", "ps ", "ps.", "pps", "nb:", "n.b.", "p.d."};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (span_starts(folded, span_of(starts[i]))) return true;
  return false;
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
  set_if(f, has_domain(s->folded), FEATURE_URL);
  set_if(f, starts_bullet(s->raw), FEATURE_BULLET);
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
  bool named = s->tokens > 0 || (words <= 3 && shares_local(sender, s->folded));
  bool full = s->tokens >= 2 && s->tokens + 1 >= sender->n;
  bool bare = words <= 4 && s->shape.digits == 0 && named && s->tokens + 2 >= words &&
              !feature_has(f, FEATURE_EMAIL);
  set_if(f, full, FEATURE_NAME_FULL);
  set_if(f, named && !full, FEATURE_NAME_PART);
  set_if(f, bare, FEATURE_NAME_ONLY);
  set_if(f, is_initials(sender, s->folded), FEATURE_INITIALS);
  bool address = sender->address.len > 3 && span_find(s->folded, sender->address, 0) != SPAN_NONE;
  set_if(f, address, FEATURE_OWN_ADDRESS);
  set_if(f, feature_has(f, FEATURE_EMAIL) && !address, FEATURE_OTHER_EMAIL);
  set_if(f, shares_domain(sender, s->folded), FEATURE_OWN_DOMAIN);
  set_if(f, named && s->line->hits.titles > 0, FEATURE_NAME_TITLE);
  set_if(f, named && feature_has(f, FEATURE_VALEDICTION) && words > 1, FEATURE_VALEDICTION_NAME);
}

static void set_local(const struct page *page, size_t line, const struct sender *sender,
                      struct features *f) {
  struct seen s = {.raw = page_content(page, line), .folded = page_folded(page, line),
                   .line = &page->lines[line]};
  /* A longer line is a paragraph; its start tells enough. */
  s.raw = span_slice(s.raw, 0, 400);
  s.folded = span_slice(s.folded, 0, 400);
  read_shape(s.raw, &s.shape);
  s.tokens = count_tokens(sender, s.folded);
  feature_set(f, FEATURE_BIAS);
  set_words(&s, f);
  set_ending(&s, f);
  set_numbers(&s, f);
  set_shape(&s, f);
  set_lexicon(&s, f);
  set_sender(sender, &s, f);
  set_if(f, line_marked(s.line, MARK_SIGNATURE), FEATURE_MARKED);
  set_if(f, page_is_rule(page, line), FEATURE_RULE);
  set_if(f, is_code(s.folded), FEATURE_CODE);
  set_if(f, is_postscript(s.folded), FEATURE_POSTSCRIPT);
}

/* The features of a neighbour, moved to the block that stands for above or below. */
static void copy_local(const struct features *from, enum feature base, struct features *to) {
  for (int i = 0; i < LOCAL_COUNT; i++)
    if (feature_has(from, (enum feature)i)) feature_set(to, (enum feature)(base + (enum feature)i));
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
  read_sender(&page->hints->sender, &sender);
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
