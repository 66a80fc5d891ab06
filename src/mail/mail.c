#include "mailsignal/mail.h"

#include <gmime/gmime.h>

#include "mail/body.h"
#include "mail/class.h"
#include "mail/envelope.h"
#include "mailsignal/limits.h"

static const char *const class_names[MAIL_CLASS_COUNT] = {"person", "auto_reply", "bulk",
                                                          "bounce", "calendar",   "system"};

const char *mail_class_name(enum mail_class mail_class) { return class_names[mail_class]; }

void mail_init(void) { g_mime_init(); }

void mail_parse(struct arena *arena, struct span raw, struct mail *out) {
  *out = (struct mail){0};
  if (raw.len > LIMIT_MESSAGE_BYTES) {
    raw.len = LIMIT_MESSAGE_BYTES;
    defect_mark(&out->defects, DEFECT_SIZE_MESSAGE);
  }
  struct header header;
  struct tree tree;
  header_read(arena, raw, &header, &out->defects);
  envelope_read(arena, &header, raw, out);
  tree_read(arena, raw, &header, &tree, &out->defects);
  body_read(arena, &tree, out);
  out->mail_class = class_find(&header, &tree, out);
}
