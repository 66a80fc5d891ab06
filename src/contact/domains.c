#include "contact/domains.h"

#include <libpsl.h>
#include <unicode/uchar.h>

#include "mailsignal/utf8.h"

enum { LONGEST_DOMAIN = 253 };

static char *lower_copy(struct arena *arena, struct span domain) {
  char *copy = arena_strndup(arena, domain.ptr, domain.len);
  for (size_t i = 0; i < domain.len; i++) copy[i] = ascii_lower(copy[i]);
  return copy;
}

struct span domain_label(struct arena *arena, struct span domain) {
  if (domain.len == 0 || domain.len > LONGEST_DOMAIN) return (struct span){0};
  const char *registrable = psl_registrable_domain(psl_builtin(), lower_copy(arena, domain));
  if (!registrable) return (struct span){0};
  struct span rest = span_of(registrable), label;
  span_split(&rest, '.', &label);
  return label;
}

static bool is_host_byte(char c) {
  return ascii_is_alnum(c) || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

bool domain_is_plausible(struct arena *arena, struct span domain) {
  if (domain.len < 4 || domain.len > LONGEST_DOMAIN) return false;
  if (!ascii_is_alnum(domain.ptr[0]) && (unsigned char)domain.ptr[0] < 0x80) return false;
  size_t last = SPAN_NONE;
  for (size_t i = 0; i < domain.len; i++) {
    if (!is_host_byte(domain.ptr[i])) return false;
    if (domain.ptr[i] == '.') {
      if (i + 1 == domain.len || last + 1 == i) return false;
      last = i;
    }
  }
  if (last == SPAN_NONE || last == 0 || domain.len - last < 3) return false;
  for (size_t i = last + 1; i < domain.len; i++)
    if (ascii_is_digit(domain.ptr[i])) return false;
  const char *copy = lower_copy(arena, domain);
  const psl_ctx_t *list = psl_builtin();
  if (strcmp(copy + last + 1, "example") == 0) return true; /* reserved for examples by RFC 2606 */
  return psl_is_public_suffix2(list, copy + last + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) &&
         psl_registrable_domain(list, copy) != NULL;
}

void domain_country(struct span domain, char out[3]) {
  static const char *const generic =
      " co io ai me tv cc ws fm am gg sh ly to eu so la vc st nu im ";
  out[0] = '\0';
  if (domain.len < 4 || domain.ptr[domain.len - 3] != '.') return;
  char tld[5] = {' ', ascii_lower(domain.ptr[domain.len - 2]),
                 ascii_lower(domain.ptr[domain.len - 1]), ' ', '\0'};
  if (!ascii_is_lower(tld[1]) || !ascii_is_lower(tld[2]) || strstr(generic, tld)) return;
  const char *code = strcmp(tld, " uk ") == 0 ? " gb" : tld;
  out[0] = (char)(code[1] - 'a' + 'A');
  out[1] = (char)(code[2] - 'a' + 'A');
  out[2] = '\0';
}

struct span text_title_case(struct arena *arena, struct span word) {
  struct sbuf out = {.arena = arena};
  bool first = true;
  for (size_t at = 0; at < word.len;) {
    size_t from = at;
    uint32_t c = utf8_next(word, &at);
    if (c == UTF8_INVALID) {
      sbuf_add(&out, span_slice(word, from, at));
      continue;
    }
    utf8_put(&out, (uint32_t)(first ? u_toupper((UChar32)c) : u_tolower((UChar32)c)));
    bool apostrophe = c == '\'' || c == 0x2019;
    first = c == '-' || c == '/' || (apostrophe && at + 1 < word.len);
  }
  return sbuf_span(&out);
}
