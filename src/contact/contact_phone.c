#include "contact/contact_phone.h"

#include "contact/phone_parse.h"
#include "contact/phone_scan.h"
#include "mailsignal/limits.h"

enum { SHORTEST_LOCAL = 5, FEWEST_UNLABELLED = 7 };

/* A generic label ("Tel.") leaves the word to the number itself. */
static enum phone_type type_of(enum phone_label label, enum phone_line_type line) {
  switch (label) {
    case LABEL_WORK: return PHONE_WORK;
    case LABEL_MOBILE: return PHONE_MOBILE;
    case LABEL_FAX: return PHONE_FAX;
    case LABEL_HOME: return PHONE_HOME;
    case LABEL_OTHER: return PHONE_OTHER;
    case LABEL_NONE:
    case LABEL_PHONE: break;
  }
  if (line == LINE_MOBILE) return PHONE_MOBILE;
  return line == LINE_PAGER ? PHONE_OTHER : PHONE_WORK;
}

/* Tries the national format of the likeliest countries; the first that has the number wins. */
static bool parse_national(const struct phone_candidate *candidate, const struct regions *regions,
                           struct phone_number *out) {
  struct phone_number possible = {0};
  size_t len = strlen(candidate->digits);
  for (size_t i = 0; i < regions->n && i < REGIONS_TRIED; i++) {
    if (!phone_parse(candidate->digits, len, regions->items[i].code, out)) continue;
    if (out->valid) return true;
    if (!possible.e164[0]) possible = *out;
  }
  *out = possible;
  return out->e164[0] != '\0';
}

static bool parse(const struct phone_candidate *candidate, struct regions *regions, struct phone_number *out) {
  if (candidate->digits[0] != '+') return parse_national(candidate, regions, out);
  if (!phone_parse(candidate->digits, strlen(candidate->digits), "ZZ", out)) return false;
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
  return phone_parse(digits, whole.len, "ZZ", out) && out->valid;
}

static bool is_known(const struct contact *out, const struct phone_number *number) {
  for (size_t i = 0; i < out->n_phones; i++)
    if (span_eq(out->phones[i].e164, span_of(number->e164))) return true;
  return false;
}

static void add_phone(struct block *block, const struct phone_candidate *candidate,
                      const struct phone_number *number, enum phone_label label, struct contact *out) {
  block_take(block, candidate->taken_start, candidate->taken_end);
  if (is_known(out, number) || out->n_phones == LIMIT_PHONES) return;
  struct contact_phone phone = {
      .raw = block_text(block, candidate->start, candidate->end),
      .e164 = arena_dup(block->arena, span_of(number->e164)),
      .extension = candidate->extension,
      .type = type_of(label, number->line),
      .start = candidate->start,
      .end = candidate->end,
      .confidence = number->valid ? (label ? 0.98 : 0.93) : 0.7,
  };
  struct { struct contact_phone *items; size_t n, capacity; } list = {out->phones, out->n_phones,
                                                                     out->phones_capacity};
  ARENA_PUSH(block->arena, &list, phone);
  out->phones = list.items;
  out->n_phones = list.n;
  out->phones_capacity = list.capacity;
}

static void read_line(struct block *block, size_t line, struct regions *regions, struct contact *out) {
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
    if (!labelled && candidate->n_digits < FEWEST_UNLABELLED && !candidate->tail) continue;
    bool read = (candidate->tail && parse_tail(candidate, out, &number)) ||
                (candidate->n_digits >= SHORTEST_LOCAL && parse(candidate, regions, &number));
    if (!read || (!number.valid && !labelled)) continue;
    /* An unlabelled second number shares the label, unless the number itself says mobile. */
    if (!labelled && number.line == LINE_MOBILE) label = LABEL_NONE;
    if (!labelled && shared == LABEL_FAX) label = LABEL_NONE;
    add_phone(block, candidate, &number, label, out);
    shared = label;
  }
}

void contact_phones(struct block *block, struct regions *regions, struct contact *out) {
  for (size_t i = 0; i < block->lines.n; i++)
    if (!block->lines.items[i].foreign && !block->lines.items[i].signoff) read_line(block, i, regions, out);
}
