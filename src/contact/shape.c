#include "contact/shape.h"

unsigned words_classes(const struct word *words, size_t n) {
  unsigned classes = 0;
  for (size_t i = 0; i < n; i++) classes |= words[i].entry.classes;
  return classes;
}

size_t words_with(const struct word *words, size_t n, unsigned classes) {
  size_t found = 0;
  for (size_t i = 0; i < n; i++) found += (words[i].entry.classes & classes) != 0;
  return found;
}

/* Letters as A, digits as 9, the rest as written; at most 11 bytes. */
static void shape_of(struct span s, char out[12]) {
  size_t len = 0;
  for (size_t i = 0; i < s.len && len < 11; i++) {
    char c = s.ptr[i];
    if (c == '.' && i + 1 == s.len) break;
    out[len++] = ascii_is_digit(c) ? '9' : ascii_is_upper(c) ? 'A' : ascii_is_lower(c) ? 'a' : c;
  }
  out[len] = '\0';
}

struct postcode {
  const char *first, *second; /* shapes of the word and of the next; NULL: one word */
  const char *region;
};

static const struct postcode postcodes[] = {
    {"A9", "9AA", "GB"},      {"A99", "9AA", "GB"},       {"A9A", "9AA", "GB"},
    {"AA9", "9AA", "GB"},     {"AA99", "9AA", "GB"},      {"AA9A", "9AA", "GB"},
    {"A9A", "9A9", "CA"},     {"A99", "A9A9", "IE"},      {"A99", "A999", "IE"},
    {"A99", "AA99", "IE"},    {"A99", "A99A", "IE"},      {"9999", "AA", "NL"},
    {"AA", "99999", "US"},    {"AA", "99999-9999", "US"}, {"99999-999", NULL, "BR"},
    {"9999-999", NULL, "PT"}, {"99-999", NULL, "PL"},     {"999", "99", "SE"},
    {"999", "999", ""},
};

/* "D-57072", "A-6330", "HR-10000": licence plate letters of the country. */
static const char *prefixed_region(const char *shape, struct span word) {
  static const struct {
    const char *shape, *prefix, *region;
  } table[] = {
      {"A-99999", "D", "DE"},   {"A-9999", "A", "AT"},    {"A-9999", "B", "BE"},
      {"A-99999", "F", "FR"},   {"A-99999", "I", "IT"},   {"A-9999", "L", "LU"},
      {"AA-9999", "CH", "CH"},  {"AA-9999", "NL", "NL"},  {"AA-9999", "DK", "DK"},
      {"AA-99999", "HR", "HR"}, {"AA-99999", "DE", "DE"}, {"AA-9999", "BE", "BE"},
      {"AA-9999", "AT", "AT"},  {"AA-999", "SE", "SE"},   {"A-999", "S", "SE"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strcmp(table[i].shape, shape) == 0 && span_starts(word, span_of(table[i].prefix)))
      return table[i].region;
  return NULL;
}

/* Two groups of digits are a postcode only where no third one stands beside them. */
static bool among_digits(const struct word *words, size_t i, size_t n) {
  return (i > 0 && words[i - 1].digits) || (i + 2 < n && words[i + 2].digits);
}

const char *postcode_region(const struct word *words, size_t i, size_t n) {
  bool state = words[i].entry.classes & W_STATE && i + 1 < n && words[i + 1].digits;
  if ((!words[i].digits && !state) || words[i].text.len > 10) return NULL;
  char shape[12], next[12] = "";
  shape_of(words[i].text, shape);
  if (i + 1 < n && !words[i + 1].comma_before) shape_of(words[i + 1].text, next);
  for (size_t k = 0; k < sizeof postcodes / sizeof *postcodes; k++) {
    const struct postcode *p = &postcodes[k];
    if (strcmp(p->first, shape) != 0 || (p->second && strcmp(p->second, next) != 0)) continue;
    if (p->first[0] == '9' && p->second && p->second[0] == '9' && among_digits(words, i, n))
      continue;
    if (strcmp(p->region, "US") == 0 && !(words[i].entry.classes & W_STATE)) continue;
    return p->region;
  }
  const char *prefixed = prefixed_region(shape, words[i].text);
  if (prefixed) return prefixed;
  bool many =
      strcmp(shape, "99999") == 0 || strcmp(shape, "9999") == 0 || strcmp(shape, "999999") == 0;
  bool beside_name = (i + 1 < n && words[i + 1].letters >= CASE_TITLE) ||
                     (i > 0 && words[i - 1].letters >= CASE_TITLE);
  return many && beside_name ? "" : NULL;
}

bool looks_like_name(const struct word *words, size_t n) {
  size_t names = 0;
  for (size_t i = 0; i < n; i++) {
    unsigned classes = words[i].entry.classes;
    if (words[i].digits) return false;
    if (classes & (W_PARTICLE | W_HONORIFIC | W_CREDENTIAL | W_PRONOUN) && names + n - i > 1) {
      if (words[i].letters >= CASE_TITLE && classes & W_PARTICLE) names++;
      continue;
    }
    if (classes & (W_TITLE | W_LEGAL | W_ORG | W_STREET | W_DEPT | W_FUNCTION | W_CLOSING |
                   W_REGISTER | W_SOCIAL | W_COUNTRY))
      return false;
    if (words[i].letters < CASE_TITLE) return false;
    names++;
  }
  return names >= 2 && names <= 5;
}
