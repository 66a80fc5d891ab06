#include "contact/contact_phone.h"

#include "contact/phone_parse.h"
#include "contact/phone_scan.h"
#include "mailsignal/limits.h"

enum { FEWEST_UNLABELLED = 7, FEWEST_BARE = 8, PLAIN_DIGITS = 10, VOTE_SHAPE = 4 };

/* A generic label ("Tel.") leaves the word to the number itself. */
/* Countries whose mobile numbers the plan tells by a prefix that libphonenumber passes over. */
static bool has_mobile_prefix(struct span e164) {
  static const struct span prefixes[] = {SPAN_INIT("+569"), SPAN_INIT("+549")};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (span_starts(e164, prefixes[i])) return true;
  return false;
}

static enum phone_type type_of(enum phone_label label, const struct phone_number *number) {
  switch (label) {
    case LABEL_WORK:
      return PHONE_WORK;
    case LABEL_MOBILE:
      return PHONE_MOBILE;
    case LABEL_FAX:
      return PHONE_FAX;
    case LABEL_HOME:
      return PHONE_HOME;
    case LABEL_OTHER:
      return PHONE_OTHER;
    case LABEL_NONE:
    case LABEL_PHONE:
      break;
  }
  if (number->line == LINE_MOBILE ||
      (number->line == LINE_FIXED_OR_MOBILE && has_mobile_prefix(span_of(number->e164))))
    return PHONE_MOBILE;
  return number->line == LINE_PAGER ? PHONE_OTHER : PHONE_WORK;
}

/* "713.853.1861": North Americans write their numbers 3-3-4. */
static bool has_american_shape(const struct block *block, const struct phone_candidate *candidate) {
  static const char shape[] = "999-999-9999";
  struct span raw = block_text(block, candidate->start, candidate->number_end);
  size_t at = 0;
  for (size_t i = 0; i < raw.len; i++) {
    bool digit = ascii_is_digit(raw.ptr[i]);
    if (!digit && (raw.ptr[i] == '(' || raw.ptr[i] == ')')) continue;
    if (!digit && at > 0 && shape[at] == '9' && shape[at - 1] == '-') continue; /* ") " */
    if (shape[at] == '-' && digit) {
      if (raw.ptr[i - 1] != ')') return false;
      at++; /* "(713)853" */
    }
    if (at >= sizeof shape - 1 || (shape[at] == '9') != digit) return false;
    at++;
  }
  return at == sizeof shape - 1 && candidate->digits[0] > '1';
}

/* The countries to try for this number. */
static struct regions regions_for(const struct block *block,
                                  const struct phone_candidate *candidate,
                                  const struct regions *regions) {
  struct regions local = *regions;
  if (has_american_shape(block, candidate)) {
    region_vote(&local, "US", VOTE_SHAPE);
    regions_sort(&local);
  }
  return local;
}

/* Tries the national format of the likeliest countries; the first that has the number wins. */
static bool parse_national(const struct phone_candidate *candidate, const struct regions *regions,
                           struct phone_number *out) {
  size_t len = strlen(candidate->digits);
  for (size_t i = 0; i < regions->n && i < REGIONS_TRIED; i++)
    if (phone_lookup(candidate->digits, len, regions->items[i].code, out)) return true;
  struct phone_number possible = {0};
  for (size_t i = 0; i < regions->n && i < REGIONS_PARSED; i++) {
    if (!phone_parse(candidate->digits, len, regions->items[i].code, out)) continue;
    if (out->valid) return true;
    if (!possible.e164[0]) possible = *out;
  }
  *out = possible;
  return out->e164[0] != '\0';
}

static bool parse(const struct block *block, const struct phone_candidate *candidate,
                  struct regions *regions, struct phone_number *out) {
  size_t len = strlen(candidate->digits);
  if (candidate->digits[0] != '+') {
    struct regions local = regions_for(block, candidate, regions);
    return parse_national(candidate, &local, out);
  }
  if (!phone_lookup(candidate->digits, len, "ZZ", out) &&
      !phone_parse(candidate->digits, len, "ZZ", out))
    return false;
  if (out->region[0]) {
    region_vote(regions, out->region, 10);
    regions_sort(regions);
  }
  return true;
}

/* "91-431-250 4365, 250 4338" and "4418-26, Fax -20": the end of the number before, replaced. */
static bool parse_tail(const struct phone_candidate *tail, const struct contact *found,
                       struct phone_number *out) {
  if (found->n_phones == 0) return false;
  struct span whole = found->phones[found->n_phones - 1].e164;
  char digits[PHONE_DIGITS];
  if (whole.len == 0 || whole.len >= sizeof digits || tail->n_digits + 4 > whole.len) return false;
  memcpy(digits, whole.ptr, whole.len);
  memcpy(digits + whole.len - tail->n_digits, tail->digits, tail->n_digits);
  return phone_lookup(digits, whole.len, "ZZ", out);
}

static bool is_known(const struct contact *out, const struct phone_number *number) {
  for (size_t i = 0; i < out->n_phones; i++)
    if (span_eq(out->phones[i].e164, span_of(number->e164))) return true;
  return false;
}

static void add_phone(struct block *block, const struct phone_candidate *candidate,
                      const struct phone_number *number, enum phone_label label,
                      struct contact *out) {
  block_take(block, candidate->taken_start, candidate->taken_end);
  if (is_known(out, number) || out->n_phones == LIMIT_PHONES) return;
  struct contact_phone phone = {
      .raw = block_text(block, candidate->start, candidate->end),
      .e164 = arena_dup(block->arena, span_of(number->e164)),
      .extension = candidate->extension,
      .type = type_of(label, number),
      .start = candidate->start,
      .end = candidate->end,
      .confidence = number->valid ? (label ? 0.98 : 0.93) : 0.7,
  };
  struct {
    struct contact_phone *items;
    size_t n, capacity;
  } list = {out->phones, out->n_phones, out->phones_capacity};
  ARENA_PUSH(block->arena, &list, phone);
  out->phones = list.items;
  out->n_phones = list.n;
  out->phones_capacity = list.capacity;
}

/* Without label a number must look like one: whole, and not the start of "80331 München" or the end
 * of a street. */
static bool is_worth_trying(const struct block *block, const struct phone_candidate *candidate) {
  if (candidate->label != LABEL_NONE || candidate->tail) return true;
  bool dialled = candidate->digits[0] == '+' || candidate->digits[0] == '0' ||
                 block->input->text->bytes.ptr[candidate->start] == '(';
  if (candidate->n_digits < (dialled ? FEWEST_UNLABELLED : FEWEST_BARE)) return false;
  struct span raw = block_text(block, candidate->start, candidate->number_end);
  if (span_starts(raw, SPAN_LIT("0."))) return false; /* a load average, a fraction */
  if (!dialled && raw.len == candidate->n_digits && raw.len < PLAIN_DIGITS) return false;
  struct span behind = block_text(block, candidate->end, candidate->end + 2);
  return dialled || behind.len < 2 || behind.ptr[0] != ' ' || !ascii_is_upper(behind.ptr[1]);
}

/* A number in no range that is in use is kept when a label or its form vouches for it. */
static bool is_believable(const struct phone_candidate *candidate,
                          const struct phone_number *number) {
  if (number->valid || candidate->label != LABEL_NONE) return true;
  return (candidate->digits[0] == '0' || candidate->digits[0] == '+') && candidate->n_digits >= 10;
}

static void read_line(struct block *block, size_t line, struct regions *regions,
                      struct contact *out) {
  struct phone_line phones = {0};
  phone_scan(block, line, &phones);
  phone_read_labels(block, line, &phones);
  enum phone_label shared = LABEL_NONE;
  for (size_t i = 0; i < phones.n; i++) {
    const struct phone_candidate *candidate = &phones.items[i];
    struct phone_number number = {0};
    enum phone_label label = candidate->label;
    bool labelled = label != LABEL_NONE;
    if (!labelled && i > 0) label = shared;
    if (!is_worth_trying(block, candidate)) continue;
    bool read = (candidate->tail && parse_tail(candidate, out, &number)) ||
                parse(block, candidate, regions, &number);
    if (!read || !is_believable(candidate, &number)) continue;
    /* An unlabelled second number shares the label, unless the number itself says mobile. */
    if (!labelled && number.line == LINE_MOBILE) label = LABEL_NONE;
    if (!labelled && shared == LABEL_FAX) label = LABEL_NONE;
    add_phone(block, candidate, &number, label, out);
    shared = label;
  }
}

void contact_phones(struct block *block, struct regions *regions, struct contact *out) {
  for (size_t i = 0; i < block->lines.n; i++)
    if (!block->lines.items[i].foreign && !block->lines.items[i].signoff)
      read_line(block, i, regions, out);
}
