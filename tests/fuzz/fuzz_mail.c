/* A message: whatever the bytes, the promises of mail.h hold for what comes out. */
#include <stdint.h>
#include <stdlib.h>

#include "mailsignal/mail.h"
#include "mailsignal/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct span text) {
  if (!utf8_is_valid(text)) abort();
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F) abort();
  }
}

static void check_addresses(const struct mail_addresses *list) {
  for (size_t i = 0; i < list->n; i++) {
    if (!utf8_is_valid(list->items[i].name) || !utf8_is_valid(list->items[i].address)) abort();
  }
}

static void check_marks(const struct mail *mail) {
  for (size_t i = 0; i < mail->n_marks; i++) {
    struct text_mark mark = mail->marks[i];
    if (mark.start > mark.end || mark.end > mail->text.len) abort();
    if (i > 0 && mail->marks[i - 1].start > mark.start) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static bool ready;
  if (!ready) mail_init();
  ready = true;
  struct arena *arena = arena_new();
  if (!arena) return 0;
  struct mail mail;
  mail_parse(arena, (struct span){(const char *)data, size}, &mail);
  check_text(mail.text);
  check_marks(&mail);
  check_addresses(&mail.to);
  check_addresses(&mail.cc);
  if (!utf8_is_valid(mail.subject) || !utf8_is_valid(mail.from.name)) abort();
  if (!utf8_is_valid(mail.message_id) || mail.message_id.len == 0) abort();
  for (size_t i = 0; i < mail.n_attachments; i++)
    if (!utf8_is_valid(mail.attachments[i].file_name)) abort();
  arena_free(arena);
  return 0;
}
