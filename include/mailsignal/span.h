/* span.h - text as pointer and length.
 *
 * A span is a view: it owns nothing, may hold NUL bytes and has no terminator. Whoever made the
 * bytes says how long they live (mostly: until the message's arena is reset). Unless a function
 * says otherwise the bytes are UTF-8 and comparisons are by byte. */
#ifndef MAILSIGNAL_SPAN_H
#define MAILSIGNAL_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
  const char *ptr;
  size_t len;
};

/* Returned by the search functions when nothing was found. */
#define SPAN_NONE ((size_t)-1)

#define SPAN_LIT(literal) ((struct span){(literal), sizeof(literal) - 1})
/* The same as an initialiser of static tables. */
#define SPAN_INIT(literal) {(literal), sizeof(literal) - 1}
/* For printf("%.*s"). */
#define SPAN_FMT "%.*s"
#define SPAN_ARG(s) (int)(s).len, (s).ptr

static inline struct span span_of(const char *c_string) {
  return (struct span){c_string, c_string ? strlen(c_string) : 0};
}

/* The part [start, end) of s, clamped to s. */
static inline struct span span_slice(struct span s, size_t start, size_t end) {
  if (end > s.len) end = s.len;
  if (start > end) start = end;
  return (struct span){s.ptr ? s.ptr + start : NULL, end - start};
}

static inline struct span span_from(struct span s, size_t start) {
  return span_slice(s, start, s.len);
}

static inline bool span_eq(struct span a, struct span b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Comparisons that ignore the case of ASCII letters only. */
bool span_ieq(struct span a, struct span b);
bool span_istarts(struct span s, struct span prefix);
bool span_iends(struct span s, struct span suffix);

/* Inline, as nearly all prefixes are literals: these become a comparison of one word. An empty span
 * may be without a pointer. */
static inline bool span_starts(struct span s, struct span prefix) {
  if (s.len < prefix.len) return false;
  return prefix.len == 0 || (s.ptr && memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}
static inline bool span_ends(struct span s, struct span suffix) {
  if (s.len < suffix.len) return false;
  return suffix.len == 0 ||
         (s.ptr && memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

/* Offset of the first match at or after `from`, or SPAN_NONE. An empty needle is never found. */
size_t span_find(struct span s, struct span needle, size_t from);
size_t span_ifind(struct span s, struct span needle, size_t from);
size_t span_find_byte(struct span s, char byte, size_t from);

/* Without ASCII white space (space, \t, \r, \n, \v, \f) at both ends. */
struct span span_trim(struct span s);

/* The next piece of *rest up to `separator`; *rest moves past it. False when *rest was used up:
 * "a,,b" gives "a", "", "b"; "a," gives "a"; an empty span gives nothing. */
bool span_split(struct span *rest, char separator, struct span *piece);

int span_compare(struct span a, struct span b);

/* ASCII classes that do not depend on the locale. */
static inline bool ascii_is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static inline bool ascii_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool ascii_is_lower(char c) { return c >= 'a' && c <= 'z'; }
static inline bool ascii_is_alpha(char c) { return ascii_is_upper(c) || ascii_is_lower(c); }
static inline bool ascii_is_alnum(char c) { return ascii_is_alpha(c) || ascii_is_digit(c); }
static inline char ascii_lower(char c) { return ascii_is_upper(c) ? (char)(c + ('a' - 'A')) : c; }

#endif
