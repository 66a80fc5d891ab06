/* HTML as the mail layer hands it on (valid UTF-8): clean text and marks within it, in order. */
#include <stdint.h>
#include <stdlib.h>

#include "mailsignal/html.h"
#include "mailsignal/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span html = {(const char *)data, size};
  if (!utf8_is_valid(html)) return 0;
  struct arena *arena = arena_new();
  if (!arena) return 0;
  struct mail mail = {0};
  html_to_text(arena, html, &mail);
  if (!utf8_is_valid(mail.text)) abort();
  for (size_t i = 0; i < mail.text.len; i++) {
    unsigned char c = (unsigned char)mail.text.ptr[i];
    if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F) abort();
  }
  if (span_find(mail.text, SPAN_LIT("\n\n\n\n"), 0) != SPAN_NONE) abort();
  for (size_t i = 0; i < mail.n_marks; i++) {
    struct text_mark mark = mail.marks[i];
    if (mark.start > mark.end || mark.end > mail.text.len) abort();
    if (i > 0 && mail.marks[i - 1].start > mark.start) abort();
  }
  arena_free(arena);
  return 0;
}
