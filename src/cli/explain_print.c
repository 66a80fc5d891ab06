#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/explain.h"
#include "mailsignal/utf8.h"

enum { MARGIN = 12 };

struct explain_style explain_style_for(int fd) {
  const char *no_color = getenv("NO_COLOR");
  if (!isatty(fd) || (no_color && *no_color)) return (struct explain_style){"", "", "", ""};
  return (struct explain_style){"\x1b[36m", "\x1b[33m", "\x1b[1m", "\x1b[0m"};
}

/* Text from a mail must not reach a terminal with its control characters. */
void explain_print(struct span text) {
  for (size_t at = 0; at < text.len;) {
    size_t start = at;
    uint32_t code = utf8_next(text, &at);
    if (code == '\t')
      fputs("  ", stdout);
    else if (code == UTF8_INVALID || code < 0x20 || (code >= 0x7F && code < 0xA0))
      putchar('?');
    else
      fwrite(text.ptr + start, 1, at - start, stdout);
  }
}

static void print_label(const char *label, struct span value) {
  if (value.len == 0) return;
  printf("%-*s", MARGIN, label);
  explain_print(value);
  putchar('\n');
}

static void print_headers(const struct record *record, struct arena *scratch) {
  const struct mail *mail = &record->mail;
  print_label("source", arena_printf(scratch, SPAN_FMT " at byte %llu, %llu bytes",
                                     SPAN_ARG(record->origin.path),
                                     (unsigned long long)record->origin.offset,
                                     (unsigned long long)record->origin.size));
  print_label("from", arena_printf(scratch, SPAN_FMT " <" SPAN_FMT ">", SPAN_ARG(mail->from.name),
                                   SPAN_ARG(mail->from.address)));
  print_label("subject", mail->subject);
  print_label("class", span_of(mail_class_name(mail->mail_class)));
  print_label("language", span_of(record->language));
  print_label("direction", span_of(direction_name(record->direction)));
  for (int i = 0; i < DEFECT_COUNT; i++)
    if (defect_has(mail->defects, (enum defect)i))
      print_label("defect", span_of(defect_name((enum defect)i)));
}

struct printer {
  const struct explain_style *style;
  const struct record *record;
  struct arena *scratch;
};

static void note(const struct printer *p, const char *what, struct span value, double confidence) {
  printf("%-*s%s^ %s: ", MARGIN, "", p->style->note, what);
  explain_print(value);
  printf(" (%.2f)%s\n", confidence, p->style->plain);
}

/* Notes the field when its evidence starts in this line. */
static void note_field(const struct printer *p, const char *what, const struct contact_field *field,
                       const struct line *line) {
  bool here = field->end > field->start && field->start >= line->start && field->start <= line->end;
  if (here && field->value.len) note(p, what, field->value, field->confidence);
}

static void note_phone(const struct printer *p, const struct contact_phone *phone,
                       const struct line *line) {
  if (phone->end <= phone->start || phone->start < line->start || phone->start > line->end) return;
  struct span value = phone->e164.len ? phone->e164 : phone->raw;
  if (phone->extension.len)
    value = arena_printf(p->scratch, SPAN_FMT " ext. " SPAN_FMT, SPAN_ARG(value),
                         SPAN_ARG(phone->extension));
  char what[24];
  snprintf(what, sizeof what, "%s phone", phone_type_name(phone->type));
  note(p, what, value, phone->confidence);
}

static void note_contact(const struct printer *p, const struct line *line) {
  const struct contact *c = &p->record->contact;
  note_field(p, "name", &c->name, line);
  note_field(p, "title", &c->title, line);
  note_field(p, "department", &c->department, line);
  note_field(p, "company", &c->company, line);
  for (size_t i = 0; i < c->n_phones; i++) note_phone(p, &c->phones[i], line);
  for (size_t i = 0; i < c->emails.n; i++) note_field(p, "email", &c->emails.items[i], line);
  for (size_t i = 0; i < c->websites.n; i++) note_field(p, "website", &c->websites.items[i], line);
  note_field(p, "linkedin", &c->linkedin, line);
  note_field(p, "twitter", &c->twitter, line);
  note_field(p, "address", &c->address, line);
}

static void note_signals(const struct printer *p, const struct line *line) {
  for (size_t i = 0; i < p->record->signals.n; i++) {
    const struct signal *s = &p->record->signals.items[i];
    /* Under the line in which the sentence ends. */
    if (s->field != FIELD_BODY || s->end <= line->start || s->end > line->end + 1) continue;
    note(p, signal_type_name(s->type), s->extracted_text, s->strength);
  }
}

static const char *zone_at(const struct zones *zones, size_t at, size_t *next) {
  while (*next < zones->n && zones->items[*next].end <= at) ++*next;
  return *next < zones->n ? zone_kind_name(zones->items[*next].kind) : "";
}

static void print_text(const struct printer *p) {
  const struct text *text = &p->record->text;
  const char *zone = "";
  size_t next_zone = 0;
  for (size_t i = 0; i < text->n_lines; i++) {
    const struct line *line = &text->lines[i];
    const char *now = zone_at(&p->record->zones, line->start, &next_zone);
    printf("%s%*s |%s ", p->style->margin, MARGIN - 3, now == zone ? "" : now, p->style->plain);
    zone = now;
    explain_print(text_line(text, i));
    putchar('\n');
    note_contact(p, line);
    note_signals(p, line);
  }
}

static void print_signal(const struct printer *p, const struct signal *s) {
  printf("\n%s%s %.2f%s  ", p->style->strong, signal_type_name(s->type), s->strength,
         p->style->plain);
  explain_print(s->extracted_text);
  putchar('\n');
  for (size_t i = 0; i < s->n_terms; i++) {
    printf("  %+.2f  ", s->terms[i].value);
    explain_print(s->terms[i].label);
    putchar('\n');
  }
  if (s->n_terms) printf("  =%.2f\n", s->strength);
  for (size_t i = 0; i < s->n_rules; i++) {
    const struct signal_rule *rule = &s->rules[i];
    printf("  " SPAN_FMT " at %s bytes %zu-%zu: ", SPAN_ARG(rule->id),
           rule->field == FIELD_BODY ? "text" : "subject", rule->start, rule->end);
    explain_print(rule->text);
    putchar('\n');
  }
  if (s->amount_text.len) print_label("  amount", s->amount_text);
  print_label("  date", s->date);
  print_label("  competitor", s->competitor);
}

void explain_record(const struct explain_style *style, const struct record *record,
                    struct arena *scratch) {
  struct printer printer = {style, record, scratch};
  if (record->error_code.len) {
    print_label("error", record->error_message);
    return;
  }
  print_headers(record, scratch);
  putchar('\n');
  print_text(&printer);
  if (record->signals.n == 0) puts("\nno signals");
  for (size_t i = 0; i < record->signals.n; i++) print_signal(&printer, &record->signals.items[i]);
}
