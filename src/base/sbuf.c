#include "mailsignal/sbuf.h"

#include <stdarg.h>
#include <stdio.h>

void sbuf_reserve(struct sbuf *out, size_t more) {
  if (out->capacity - out->len >= more) return;
  size_t room = out->capacity ? out->capacity * 2 : 256;
  while (room - out->len < more && room < SIZE_MAX / 2) room *= 2;
  if (room - out->len < more) room = SIZE_MAX; /* the arena refuses this */
  char *grown = arena_alloc(out->arena, room);
  if (out->len) memcpy(grown, out->bytes, out->len);
  out->bytes = grown;
  out->capacity = room;
}

void sbuf_add(struct sbuf *out, struct span s) {
  if (s.len == 0) return;
  sbuf_reserve(out, s.len);
  memcpy(out->bytes + out->len, s.ptr, s.len);
  out->len += s.len;
}

void sbuf_printf(struct sbuf *out, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int needed = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (needed <= 0) return;
  sbuf_reserve(out, (size_t)needed + 1);
  va_start(args, format);
  vsnprintf(out->bytes + out->len, (size_t)needed + 1, format, args);
  va_end(args);
  out->len += (size_t)needed;
}
