#include "zone/sender.h"

#include "mailsignal/word_bits.h"
#include "zone/fold.h"
#include "zone/shape.h"

enum { MAX_TOKEN_BYTES = 40 };

static void add_tokens(struct sender *sender, struct span names) {
  for (size_t i = 0; i < names.len;) {
    size_t start = i;
    while (i < names.len && shape_is_letter(names.ptr[i])) i++;
    if (i - start >= 2 && i - start <= MAX_TOKEN_BYTES && sender->n < SENDER_TOKENS)
      sender->tokens[sender->n++] = span_slice(names, start, i);
    if (i == start) i++;
  }
}

void zone_sender_read(const struct mail_address *from, struct sender *out) {
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

/* Inside an address or a link: "jane" in jane.doe@acme.io and www.jane.com. */
static bool is_inside_address(struct span folded, size_t start, size_t end) {
  if (start > 0 && memchr("_@/", folded.ptr[start - 1], 3)) return true;
  if (end == folded.len) return false;
  if (memchr("@_", folded.ptr[end], 2)) return true;
  return folded.ptr[end] == '.' && end + 1 < folded.len && shape_is_letter(folded.ptr[end + 1]);
}

size_t zone_sender_tokens(const struct sender *sender, struct span folded) {
  bool found[SENDER_TOKENS] = {0};
  size_t n = 0;
  struct word_walk walk = {.text = folded};
  for (size_t start, end; word_walk_next(&walk, &start, &end);)
    for (size_t t = 0; t < sender->n; t++)
      if (span_eq(span_slice(folded, start, end), sender->tokens[t]) &&
          !is_inside_address(folded, start, end))
        found[t] = true;
  for (size_t t = 0; t < sender->n; t++) n += found[t];
  return n;
}

bool zone_sender_initials(const struct sender *sender, struct span folded) {
  if (sender->n == 0 || folded.len == 0 || folded.len > 5) return false;
  size_t letters = 0, known = 0;
  for (size_t i = 0; i < folded.len; i++) {
    if (!shape_is_letter(folded.ptr[i])) continue;
    letters++;
    for (size_t t = 0; t < sender->n; t++)
      if (sender->tokens[t].ptr[0] == folded.ptr[i]) {
        known++;
        break;
      }
  }
  return letters > 0 && letters <= 3 && known == letters;
}

bool zone_sender_shares_local(const struct sender *sender, struct span folded) {
  for (size_t i = 0; i < folded.len;) {
    size_t start = i;
    while (i < folded.len && shape_is_letter(folded.ptr[i])) i++;
    if (i - start >= 3 &&
        span_find(sender->local, span_slice(folded, start, i), 0) != SPAN_NONE)
      return true;
    if (i == start) i++;
  }
  return false;
}

/* Whether the letters and digits from `at` on are `start`, whatever stands between them. */
static bool is_spread(struct span folded, size_t at, struct span start) {
  size_t known = 0;
  for (; at < folded.len && known < start.len; at++) {
    if (!shape_is_letter(folded.ptr[at]) && !ascii_is_digit(folded.ptr[at])) continue;
    if (folded.ptr[at] != start.ptr[known]) return false;
    known++;
  }
  return known == start.len;
}

bool zone_sender_shares_domain(const struct sender *sender, struct span folded) {
  if (sender->domain.len < 3) return false;
  struct span start = span_slice(sender->domain, 0, 7);
  for (size_t at = 0; (at = span_find_byte(folded, start.ptr[0], at)) != SPAN_NONE; at++)
    if (is_spread(folded, at, start)) return true;
  return false;
}
