#include "mail/html_link.h"

#include "mail/html_entity.h"
#include "mailsignal/sbuf.h"

enum { LONGEST_TARGET = 300 };

static int hex_digit(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to the query, percent-decoded; characters that would break the line or the brackets are left
 * out. */
static struct span decode(struct arena *arena, struct span s) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < s.len && s.ptr[i] != '?'; i++) {
    char c = s.ptr[i];
    if (c == '%' && i + 2 < s.len) {
      int high = hex_digit(s.ptr[i + 1]), low = hex_digit(s.ptr[i + 2]);
      if (high >= 0 && low >= 0) {
        c = (char)(high << 4 | low);
        i += 2;
      }
    }
    if (c > ' ' && c < 127 && c != '<' && c != '>') sbuf_byte(&out, c);
    else if (c == ' ') sbuf_byte(&out, ' ');
  }
  return sbuf_span(&out);
}

static struct span resolve_references(struct arena *arena, struct span s) {
  struct sbuf out = {.arena = arena};
  for (size_t at = 0; at < s.len;) {
    char utf8[HTML_ENTITY_BYTES];
    size_t len = 0, used = s.ptr[at] == '&' ? html_entity(s, at, utf8, &len) : 0;
    if (used) sbuf_add(&out, (struct span){utf8, len});
    else sbuf_byte(&out, s.ptr[at]);
    at += used ? used : 1;
  }
  return sbuf_span(&out);
}

static bool shows_digits(struct span shown, struct span number) {
  size_t k = 0;
  while (k < number.len && !ascii_is_digit(number.ptr[k])) k++;
  /* The last seven digits decide: country code and trunk prefix vary. */
  char digits[32];
  size_t n = 0, skip, matched = 0;
  for (; k < number.len && n < sizeof digits; k++)
    if (ascii_is_digit(number.ptr[k])) digits[n++] = number.ptr[k];
  skip = n > 7 ? n - 7 : 0;
  size_t i = shown.len;
  while (i > 0 && matched < n - skip) {
    char c = shown.ptr[--i];
    if (!ascii_is_digit(c)) continue;
    if (c != digits[n - 1 - matched]) return false;
    matched++;
  }
  return matched == n - skip;
}

static struct span in_brackets(struct arena *arena, struct span s) {
  return arena_printf(arena, "<" SPAN_FMT ">", SPAN_ARG(s));
}

static struct span mail_target(struct arena *arena, struct span href, struct span shown) {
  struct span address = span_trim(decode(arena, span_from(href, 7)));
  if (span_find_byte(address, '@', 0) == SPAN_NONE) return (struct span){0};
  if (span_ifind(shown, address, 0) != SPAN_NONE) return (struct span){0};
  return in_brackets(arena, address);
}

static struct span phone_target(struct arena *arena, struct span href, struct span shown) {
  struct span number = span_trim(decode(arena, span_from(href, 4)));
  if (number.len < 5 || shows_digits(shown, number)) return (struct span){0};
  return in_brackets(arena, number);
}

struct span html_link_target(struct arena *arena, struct span href, struct span shown) {
  if (href.len > LONGEST_TARGET || href.len < 8) return (struct span){0};
  shown = span_slice(shown, 0, LONGEST_TARGET);
  if (span_istarts(href, SPAN_LIT("mailto:")))
    return mail_target(arena, resolve_references(arena, href), shown);
  if (span_istarts(href, SPAN_LIT("tel:"))) return phone_target(arena, href, shown);
  bool profile = span_ifind(href, SPAN_LIT("linkedin.com/in/"), 0) != SPAN_NONE ||
                 span_ifind(href, SPAN_LIT("linkedin.com/company/"), 0) != SPAN_NONE;
  if (!profile || span_ifind(shown, SPAN_LIT("linkedin.com/"), 0) != SPAN_NONE)
    return (struct span){0};
  struct span target = decode(arena, resolve_references(arena, href));
  return span_istarts(target, SPAN_LIT("http")) ? in_brackets(arena, target) : (struct span){0};
}
