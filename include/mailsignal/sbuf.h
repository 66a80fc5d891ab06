/* sbuf.h - a string that grows, in an arena.
 *
 *     struct sbuf out = {.arena = arena};
 *     sbuf_add(&out, SPAN_LIT("a")); ... sbuf_span(&out) ...
 *
 * The bytes live as long as the arena; a later sbuf_add may move them, so take sbuf_span() last. */
#ifndef MAILSIGNAL_SBUF_H
#define MAILSIGNAL_SBUF_H

#include "mailsignal/arena.h"

struct sbuf {
  struct arena *arena;
  char *bytes;
  size_t len, capacity;
};

/* Makes room for `more` bytes beyond len. */
void sbuf_reserve(struct sbuf *out, size_t more);
void sbuf_add(struct sbuf *out, struct span s);
void sbuf_printf(struct sbuf *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void sbuf_byte(struct sbuf *out, char byte) {
  if (out->len == out->capacity) sbuf_reserve(out, 1);
  out->bytes[out->len++] = byte;
}

static inline struct span sbuf_span(const struct sbuf *out) {
  return (struct span){out->bytes ? out->bytes : "", out->len};
}

#endif
