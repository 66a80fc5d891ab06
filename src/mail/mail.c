#include "mailsignal/mail.h"

#include <gmime/gmime.h>

#include "mailsignal/digest.h"
#include "mailsignal/html.h"

static const char *const class_names[MAIL_CLASS_COUNT] = {"person", "auto_reply", "bulk",
                                                          "bounce", "calendar", "system"};

const char *mail_class_name(enum mail_class mail_class) { return class_names[mail_class]; }

void mail_init(void) { g_mime_init(); }

static struct span dup_string(struct arena *arena, const char *s) {
  return s ? arena_dup(arena, span_of(s)) : (struct span){0};
}

static void read_body(struct arena *arena, GMimeMessage *message, struct mail *out) {
  GMimeObject *body = g_mime_message_get_body(message);
  if (!body || !GMIME_IS_TEXT_PART(body)) return;
  char *text = g_mime_text_part_get_text((GMimeTextPart *)body);
  out->text = dup_string(arena, text);
  g_free(text);
}

void mail_parse(struct arena *arena, struct span raw, struct mail *out) {
  *out = (struct mail){0};
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.ptr, raw.len);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  if (!message) return;
  arena_on_reset(arena, g_object_unref, message);
  out->subject = dup_string(arena, g_mime_message_get_subject(message));
  out->message_id = dup_string(arena, g_mime_message_get_message_id(message));
  read_body(arena, message, out);
}
