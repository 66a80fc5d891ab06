#include "mailsignal/html.h"

void html_to_text(struct arena *arena, struct span html, struct mail *out) {
  out->text = arena_dup(arena, html);
}
