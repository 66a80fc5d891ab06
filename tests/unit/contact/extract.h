/* extract.h - runs contact_extract() on a sender and a block, with zones set by hand. */
#ifndef TESTS_CONTACT_EXTRACT_H
#define TESTS_CONTACT_EXTRACT_H

#include <criterion/criterion.h>
#include <stdio.h>

#include "mailsignal/contact.h"
#include "mailsignal/sbuf.h"

struct case_input {
  const char *name, *address, *language;
  int offset;                             /* minutes east of UTC */
  const char *body, *signoff, *signature; /* NULL: no such zone */
  const char *vcard;
  bool auto_reply;
};

/* The text is body, sign-off and signature, one after the other. */
static inline void extract(struct arena *arena, const struct case_input *in, struct contact *out) {
  static const enum zone_kind kinds[] = {ZONE_BODY, ZONE_SIGNOFF, ZONE_SIGNATURE};
  const char *parts[] = {in->body ? in->body : "Hello,\n\nplease see below.\n\n", in->signoff,
                         in->signature};
  struct sbuf text = {.arena = arena};
  struct zones zones = {0};
  for (int i = 0; i < 3; i++) {
    if (!parts[i]) continue;
    size_t start = text.len;
    sbuf_add(&text, span_of(parts[i]));
    ARENA_PUSH(arena, &zones, ((struct zone){kinds[i], start, text.len}));
  }
  struct mail mail = {.from = {span_of(in->name), span_of(in->address)},
                      .has_date = true,
                      .date = 1752562800, /* Tuesday 15 July 2025, 07:00 UTC */
                      .date_offset = in->offset,
                      .mail_class = in->auto_reply ? MAIL_AUTO_REPLY : MAIL_PERSON,
                      .vcard = in->vcard ? span_of(in->vcard) : (struct span){0}};
  struct text lines;
  text_read(arena, sbuf_span(&text), &lines);
  mail.text = lines.bytes;
  struct contact_input input = {&mail, &lines, &zones, in->language ? in->language : "en"};
  contact_init();
  contact_extract(arena, &input, out);
  for (size_t i = 0; i < out->n_phones; i++) /* evidence lies in the text */
    cr_assert(out->phones[i].end <= lines.bytes.len && out->phones[i].start <= out->phones[i].end);
}

/* "work +4420... x12, fax +44...". */
static inline struct span phones_of(struct arena *arena, const struct contact *c) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < c->n_phones; i++) {
    sbuf_printf(&out, "%s%s " SPAN_FMT, i ? ", " : "", phone_type_name(c->phones[i].type),
                SPAN_ARG(c->phones[i].e164));
    if (c->phones[i].extension.len)
      sbuf_printf(&out, " x" SPAN_FMT, SPAN_ARG(c->phones[i].extension));
  }
  return sbuf_span(&out);
}

static inline void expect(const char *what, size_t row, struct span got, const char *wanted) {
  cr_expect(span_eq(got, span_of(wanted)), "row %zu, %s: got '" SPAN_FMT "', wanted '%s'", row,
            what, SPAN_ARG(got), wanted);
}

#endif
