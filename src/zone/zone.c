#include "mailsignal/zone.h"

static const char *const names[ZONE_KIND_COUNT] = {"body",  "signoff", "signature",
                                                   "quote", "forward", "boilerplate"};

const char *zone_kind_name(enum zone_kind kind) { return names[kind]; }

void zone_find(struct arena *arena, const struct text *text, const struct zone_hints *hints,
               struct zones *out) {
  (void)hints;
  *out = (struct zones){0};
  if (text->bytes.len)
    ARENA_PUSH(arena, out, ((struct zone){ZONE_BODY, 0, text->bytes.len}));
}
