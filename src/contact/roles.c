#include "contact/roles.h"

#include "contact/sender.h"
#include "contact/shape.h"

enum feature {
#define FEATURE(name, other, person, title, department, company, address) F_##name,
#include "contact/data/roles.def"
#undef FEATURE
  FEATURE_COUNT
};

static const signed char weights[FEATURE_COUNT][ROLE_COUNT] = {
#define FEATURE(name, other, person, title, department, company, address) \
  {other, person, title, department, company, address},
#include "contact/data/roles.def"
#undef FEATURE
};

enum { LONG_WORDS = 9 };

static void add(struct piece *piece, enum feature feature) {
  for (int role = 0; role < ROLE_COUNT; role++) piece->score[role] += weights[feature][role];
}

static void add_if(struct piece *piece, bool holds, enum feature feature) {
  if (holds) add(piece, feature);
}

/* Copies the letters and digits of the words, legal forms left out, one after the other. */
static size_t squeeze(const struct word *words, size_t n, char *out, size_t size, char *initials) {
  size_t len = 0, count = 0;
  for (size_t i = 0; i < n; i++) {
    if (words[i].entry.classes & W_LEGAL || (words[i].entry.classes & W_FUNCTION && n > 1))
      continue;
    if (count < 15 && words[i].folded.len) initials[count++] = words[i].folded.ptr[0];
    for (size_t k = 0; k < words[i].folded.len && len < size; k++)
      if (ascii_is_alnum(words[i].folded.ptr[k])) out[len++] = words[i].folded.ptr[k];
  }
  initials[count] = '\0';
  return len;
}

static size_t squeeze_label(struct span label, char *out, size_t size) {
  size_t len = 0;
  for (size_t i = 0; i < label.len && len < size; i++)
    if (ascii_is_alnum(label.ptr[i])) out[len++] = label.ptr[i];
  return len;
}

/* Bytes of the label that words of at least three letters account for, in order. */
static size_t covered_by_words(struct span label, const struct word *words, size_t n) {
  size_t covered = 0, at = 0;
  for (size_t i = 0; i < n; i++) {
    if (words[i].folded.len < 3 || words[i].entry.classes & (W_LEGAL | W_FUNCTION)) continue;
    size_t hit = span_find(label, words[i].folded, at);
    if (hit == SPAN_NONE) continue;
    covered += words[i].folded.len;
    at = hit + words[i].folded.len;
  }
  return covered;
}

double domain_agreement(const struct sender *sender, const struct word *words, size_t n) {
  char squeezed[64], label_bytes[64], initials[16];
  struct span label = {label_bytes, squeeze_label(sender->label, label_bytes, sizeof label_bytes)};
  struct span name = {squeezed, squeeze(words, n, squeezed, sizeof squeezed, initials)};
  if (label.len < 2 || name.len < 2) return 0;
  if (span_eq(label, name)) return 1;
  if (label.len >= 4 && span_starts(name, label)) return 0.9;
  if (name.len >= 4 && span_starts(label, name)) return 0.9;
  size_t covered = covered_by_words(label, words, n);
  double share = (double)covered / (double)label.len;
  if (covered >= 4 && share >= 0.4) return share > 1 ? 1 : share;
  if (label.len >= 2 && label.len <= 5 && span_eq(label, span_of(initials))) return 0.8;
  return 0;
}

static bool is_quoted(struct span text) {
  return text.len > 2 &&
         (text.ptr[0] == '"' || span_starts(text, SPAN_LIT("\xE2\x80\x9C")) ||
          span_starts(text, SPAN_LIT("\xE2\x80\x9E")) || span_starts(text, SPAN_LIT("\xC2\xAB")));
}

/* How many words of a piece could be a name's, and how many of them are the sender's. */
struct name_count {
  size_t full, initials, shared;
};

static struct name_count count_names(const struct sender *sender, const struct word *words,
                                     size_t n) {
  struct name_count count = {0};
  for (size_t i = 0; i < n; i++) {
    const struct word *word = &words[i];
    bool known = sender_has_word(sender, word->folded);
    if (!known && word->entry.classes & (W_HONORIFIC | W_CREDENTIAL | W_PARTICLE | W_PRONOUN))
      continue;
    if (word->folded.len < 2) count.initials++;
    else count.full++, count.shared += known;
  }
  return count;
}

/* Like looks_like_name(), but a word of the sender's name may be any word: Mr Baker, Ms Crane. */
static bool could_be_name(const struct sender *sender, const struct word *words, size_t n) {
  size_t known = 0;
  for (size_t i = 0; i < n; i++)
    known += sender_has_word(sender, words[i].folded) && words[i].folded.len > 1;
  if (known == 0 || n > 5) return looks_like_name(words, n);
  for (size_t i = 0; i < n; i++) {
    bool own = sender_has_word(sender, words[i].folded);
    bool foreign =
        words[i].entry.classes & (W_TITLE | W_LEGAL | W_ORG | W_DEPT | W_STREET | W_FUNCTION);
    if (words[i].digits || (!own && (foreign || words[i].letters < CASE_TITLE) &&
                            !(words[i].entry.classes & (W_PARTICLE | W_HONORIFIC))))
      return false;
  }
  return n >= 2;
}

/* "Charles J. Wojciechowski" where the header says Chuck: the surname comes last, as in no company.
 */
static bool is_namesake(const struct sender *sender, const struct word *words, size_t n) {
  if (sender->n_words < 2 || n < 2 || !could_be_name(sender, words, n)) return false;
  return words[n - 1].folded.len > 2 &&
         span_eq(words[n - 1].folded, sender->words[sender->n_words - 1].folded);
}

/* True when the piece is the sender's name as the headers have it: nothing else is asked then. */
static bool look_at_name(const struct block *block, struct piece *piece, bool may_be_namesake) {
  const struct sender *sender = &block->sender;
  const struct word *words = piece->words;
  size_t n = name_extent(sender, words, piece->n_words);
  double agreement = sender_agreement(sender, words, n);
  struct name_count names = count_names(sender, words, n);
  bool plain = could_be_name(sender, words, n);
  bool agrees = agreement > 0.99 && names.shared >= 1;
  bool whole = agrees && names.full >= 2,
       shortened = agrees && names.full == 1 && names.initials > 0;
  bool namesake = !whole && may_be_namesake && is_namesake(sender, words, n);
  add_if(piece, whole || namesake, F_HEADER_NAME);
  add_if(piece, whole && names.full >= sender->n_words, F_COMPLETE_NAME);
  add_if(piece,
         !whole && !namesake && agreement >= 0.5 && names.shared > 0 &&
             (plain || names.full == 1 || agreement > 0.6),
         F_HEADER_PART);
  add_if(piece, plain || whole || shortened, F_NAME_SHAPE);
  add_if(piece, n == 1 && !words[0].entry.classes && words[0].letters == CASE_TITLE, F_SINGLE_NAME);
  add_if(piece, n > 1 && words[0].entry.classes & W_HONORIFIC, F_HONORIFIC);
  bool signoff = block->lines.items[piece->line].signoff; /* there it may be a nickname */
  add_if(piece, sender->n_words > 0 && names.shared == 0 && !signoff, F_STRANGER);
  bool surname =
      sender->n_words >= 2 && n >= 2 && !whole && !namesake && names.shared == 1 && names.full > 1;
  add_if(piece, surname && agreement < 0.8, F_SURNAME);
  return whole || namesake;
}

static void look_at_work(const struct block *block, struct piece *piece) {
  const struct word *words = piece->words;
  size_t n = piece->n_words;
  unsigned classes = words_classes(words, n), last = words[n - 1].entry.classes;
  size_t departments = words_with(words, n, W_DEPT);
  add_if(piece, (classes & W_TITLE) != 0, F_TITLE);
  add_if(piece, ((words[0].entry.classes | last) & W_TITLE) != 0, F_TITLE_EDGE);
  add_if(piece, (classes & W_RANK) != 0, F_RANK);
  add_if(piece, departments > 0, F_DEPARTMENT);
  add_if(piece, departments > 0 && words_with(words, n, W_DEPT | W_PARTICLE | W_FUNCTION) == n,
         F_ALL_DEPARTMENT);
  add_if(piece, (classes & W_LEGAL) != 0 && n > 1, F_LEGAL);
  add_if(piece, (classes & W_ORG) != 0, F_ORGANISATION);
  add_if(piece, (last & (W_ORG | W_LEGAL)) && !(last & (W_TITLE | W_DEPT)), F_LAST_ORGANISATION);
  bool plain_title = classes & W_TITLE && !(classes & (W_LEGAL | W_ORG));
  add_if(piece, domain_agreement(&block->sender, words, n) >= (plain_title ? 0.8 : 0.4), F_DOMAIN);
}

/* "Langestraat 118", "12 rue de la Gare", "Egnatia 88b": a house number at either end. */
static bool is_house_number(const struct word *word) {
  return word->digits > 0 && word->digits <= 4 && word->text.len <= (size_t)word->digits + 2 &&
         ascii_is_digit(word->text.ptr[0]) && span_find_byte(word->text, '.', 0) == SPAN_NONE;
}

static bool is_numbered(const struct word *words, size_t n) {
  if (n == 1) return is_house_number(&words[0]);
  if (n > 6) return false;
  bool at_end = is_house_number(&words[n - 1]) && words[0].letters >= CASE_TITLE;
  bool at_start = is_house_number(&words[0]) && words[n - 1].letters >= CASE_TITLE;
  return (at_end || at_start) && !(words_classes(words, n) & (W_LEGAL | W_TITLE));
}

/* "Sioux Center, Iowa": a town is what stands before a state or country. */
static bool stands_before_state(const struct block *block, size_t i) {
  if (i + 1 >= block->pieces.n) return false;
  const struct piece *next = &block->pieces.items[i + 1];
  if (next->before != SEP_COMMA || next->line != block->pieces.items[i].line || next->n_words > 4)
    return false;
  unsigned classes = words_classes(next->words, next->n_words);
  return (next->words[0].entry.classes & (W_STATE | W_COUNTRY)) &&
         !(classes & (W_ORG | W_LEGAL | W_TITLE));
}

static void look_at_place(struct piece *piece) {
  const struct word *words = piece->words;
  size_t n = piece->n_words, digits = 0;
  bool postcode = false;
  for (size_t i = 0; i < n; i++) {
    digits += words[i].digits > 0;
    postcode |= postcode_region(words, i, n) != NULL;
  }
  unsigned classes = words_classes(words, n);
  bool state = false;
  for (size_t i = 0; i < n; i++) /* "in", "OR" and "Virginia" as a first name do not count */
    state |= (words[i].entry.classes & W_STATE) && (words[i].folded.len > 2 || i > 0 || n == 1);
  add_if(piece, (classes & W_STREET) != 0, F_STREET);
  add_if(piece, (classes & W_STREET) && digits, F_STREET_NUMBER);
  add_if(piece, postcode, F_POSTCODE);
  add_if(piece, state, F_STATE);
  add_if(piece, (classes & W_COUNTRY) != 0 && n <= 3, F_COUNTRY);
  add_if(piece, (classes & W_CITY) != 0 && n <= 3, F_CITY);
  add_if(piece, digits > 0, F_DIGITS);
  add_if(piece, is_numbered(words, n), F_NUMBERED);
}

static bool is_copyright(struct span text) {
  return span_starts(text, SPAN_LIT("\xC2\xA9")) || span_istarts(text, SPAN_LIT("(c)")) ||
         span_istarts(text, SPAN_LIT("copyright"));
}

static void look_at_form(const struct block *block, struct piece *piece, bool first) {
  const struct word *words = piece->words;
  size_t n = piece->n_words, lower = 0, capital = 0;
  for (size_t i = 0; i < n; i++) {
    if (words[i].entry.classes & (W_FUNCTION | W_PARTICLE)) continue;
    lower += words[i].letters == CASE_LOWER;
    capital += words[i].letters >= CASE_TITLE;
  }
  unsigned classes = words_classes(words, n);
  const unsigned captions = W_PRONOUN | W_SOCIAL | W_MONTHDAY;
  add(piece, F_BASE);
  add_if(piece, first, F_FIRST);
  add_if(piece, capital > 0 && lower == 0, F_CAPITALISED);
  add_if(piece, capital == 0 && lower > 0, F_LOWER_CASE);
  add_if(piece, words_with(words, n, W_FUNCTION) >= 2 && lower + 2 > capital, F_SENTENCE);
  add_if(piece, ((classes & W_SLOGAN) != 0 && !(classes & W_LEGAL)) || is_copyright(piece->text),
         F_SENTENCE);
  add_if(piece, is_quoted(piece->text), F_QUOTED);
  add_if(
      piece,
      words_with(words, n, W_CREDENTIAL) == n && !(classes & W_LEGAL) && piece->before != SEP_LINE,
      F_CREDENTIALS);
  add_if(piece,
         (classes & W_REGISTER) != 0 && !(classes & (W_TITLE | W_LEGAL | W_ORG | W_HONORIFIC)),
         F_REGISTER);
  add_if(piece, (words[0].entry.classes & W_CLOSING) != 0, F_CLOSING);
  add_if(piece, words_with(words, n, captions) == n || words_with(words, n, W_PRONOUN) >= 2,
         F_CAPTION);
  add_if(piece, n >= LONG_WORDS, F_LONG);
  add(piece, block->lines.items[piece->line].signoff ? F_SIGNOFF : F_IN_SIGNATURE);
}

/* Whether some line of the signature is the sender's name in full: then "Brasserie Lacaze" is not.
 */
static bool holds_whole_name(const struct block *block) {
  const struct sender *sender = &block->sender;
  for (size_t i = 0; i < block->pieces.n; i++) {
    const struct piece *piece = &block->pieces.items[i];
    size_t n = name_extent(sender, piece->words, piece->n_words);
    struct name_count names = count_names(sender, piece->words, n);
    if (names.full >= 2 && names.shared == names.full) return true;
  }
  return false;
}

void roles_assign(struct block *block) {
  bool whole_name = holds_whole_name(block);
  for (size_t i = 0; i < block->pieces.n; i++) {
    struct piece *piece = &block->pieces.items[i];
    bool first = i == 0 || block->lines.items[block->pieces.items[i - 1].line].signoff;
    look_at_form(block, piece, first);
    if (look_at_name(block, piece, !whole_name)) continue;
    look_at_work(block, piece);
    look_at_place(piece);
    add_if(piece, stands_before_state(block, i), F_TOWN);
  }
  if (block->pieces.n) roles_choose(block);
}
