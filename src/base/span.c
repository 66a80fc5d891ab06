#include "mailsignal/span.h"

bool span_ieq(struct span a, struct span b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++)
    if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i])) return false;
  return true;
}

bool span_istarts(struct span s, struct span prefix) {
  return s.len >= prefix.len && span_ieq(span_slice(s, 0, prefix.len), prefix);
}

bool span_iends(struct span s, struct span suffix) {
  return s.len >= suffix.len && span_ieq(span_from(s, s.len - suffix.len), suffix);
}

size_t span_find(struct span s, struct span needle, size_t from) {
  if (needle.len == 0 || from > s.len || s.len - from < needle.len) return SPAN_NONE;
  const char *hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
  return hit ? (size_t)(hit - s.ptr) : SPAN_NONE;
}

size_t span_ifind(struct span s, struct span needle, size_t from) {
  if (needle.len == 0) return SPAN_NONE;
  for (size_t i = from; i + needle.len <= s.len; i++)
    if (ascii_lower(s.ptr[i]) == ascii_lower(needle.ptr[0]) &&
        span_ieq(span_slice(s, i, i + needle.len), needle))
      return i;
  return SPAN_NONE;
}

size_t span_find_byte(struct span s, char byte, size_t from) {
  if (from >= s.len) return SPAN_NONE;
  const char *hit = memchr(s.ptr + from, byte, s.len - from);
  return hit ? (size_t)(hit - s.ptr) : SPAN_NONE;
}

struct span span_trim(struct span s) {
  while (s.len > 0 && ascii_is_space(s.ptr[0])) s = span_from(s, 1);
  while (s.len > 0 && ascii_is_space(s.ptr[s.len - 1])) s.len--;
  return s;
}

bool span_split(struct span *rest, char separator, struct span *piece) {
  if (rest->len == 0) return false;
  size_t at = span_find_byte(*rest, separator, 0);
  *piece = span_slice(*rest, 0, at);
  *rest = at == SPAN_NONE ? span_from(*rest, rest->len) : span_from(*rest, at + 1);
  return true;
}

int span_compare(struct span a, struct span b) {
  size_t common = a.len < b.len ? a.len : b.len;
  int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
  if (order != 0) return order;
  return (a.len > b.len) - (a.len < b.len);
}
