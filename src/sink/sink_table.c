#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mailsignal/sink.h"
#include "mailsignal/utf8.h"
#include "sink/output.h"

/* A table for people: one block a message, and the totals at the end.
 *
 *   FROM                    SUBJECT                       SIGNALS
 *   Jane Doe · Acme Ltd     Re: seats                     churn_risk 0.95
 *                           "we are moving to Initech in March"
 */
struct table_sink {
  struct sink base;
  struct output output;
  size_t from_width, subject_width;
  bool color, began;
  uint64_t messages, failed, with_signal, signals[SIGNAL_COUNT];
};

/* What deliver() needs to know of a record; stands before its text in the encoded form. */
struct summary {
  bool failed;
  bool signals[SIGNAL_COUNT];
};

enum { FROM_SHARE = 28, MIN_COLUMN = 12, SIGNALS_WIDTH = 26, GAPS = 4 };

static const char bold[] = "\x1b[1m", dim[] = "\x1b[2m", red[] = "\x1b[31m", plain[] = "\x1b[0m";

static void style(const struct table_sink *self, struct sbuf *out, const char *code) {
  if (self->color) sbuf_add(out, span_of(code));
}

/* At most `width` characters, white space folded, padded with blanks when `pad`. */
static void cell(struct sbuf *out, struct span text, size_t width, bool pad) {
  size_t used = 0;
  bool blank = false;
  for (size_t at = 0; at < text.len;) {
    size_t start = at;
    uint32_t code = utf8_next(text, &at);
    if (code == ' ' || code == '\n' || code == '\t') {
      blank = used > 0;
      continue;
    }
    if (code < 0x20 || code == 0x7F) continue; /* no escape sequence gets through */
    if (used + (blank ? 2 : 1) > width - 1 && at < text.len) {
      sbuf_add(out, SPAN_LIT("\xE2\x80\xA6"));
      used++;
      break;
    }
    if (blank) sbuf_byte(out, ' ');
    used += blank ? 2 : 1;
    blank = false;
    sbuf_add(out, code == UTF8_INVALID ? SPAN_LIT("?") : span_slice(text, start, at));
  }
  for (; pad && used < width; used++) sbuf_byte(out, ' ');
}

static struct span who(struct arena *arena, const struct record *record) {
  const struct contact *c = &record->contact;
  struct span name = c->name.value.len ? c->name.value : record->mail.from.name;
  if (name.len == 0) name = record->mail.from.address;
  if (c->company.value.len == 0) return name;
  return arena_printf(arena, SPAN_FMT " \xC2\xB7 " SPAN_FMT, SPAN_ARG(name),
                      SPAN_ARG(c->company.value));
}

static void signal_lines(const struct table_sink *self, const struct record *record,
                         struct sbuf *out) {
  size_t indent = self->from_width + 2;
  for (size_t i = 0; i < record->signals.n; i++) {
    const struct signal *signal = &record->signals.items[i];
    if (i > 0) sbuf_printf(out, "%*s", (int)(indent + self->subject_width + 2), "");
    style(self, out, signal->strength >= 0.7 ? bold : plain);
    sbuf_printf(out, "%-19s%.2f", signal_type_name(signal->type), signal->strength);
    style(self, out, plain);
    sbuf_byte(out, '\n');
    style(self, out, dim);
    sbuf_printf(out, "%*s", (int)indent, "");
    cell(out, signal->extracted_text, self->subject_width + SIGNALS_WIDTH, false);
    style(self, out, plain);
    sbuf_byte(out, '\n');
  }
}

static void encode(const struct sink *sink, const struct record *record, struct sbuf *out) {
  const struct table_sink *self = (const struct table_sink *)sink;
  struct summary summary = {.failed = record->error_code.len > 0};
  for (size_t i = 0; i < record->signals.n; i++)
    summary.signals[record->signals.items[i].type] = true;
  sbuf_add(out, (struct span){(const char *)&summary, sizeof summary});
  if (summary.failed) {
    style(self, out, red);
    cell(out, record->origin.path, self->from_width, true);
    sbuf_add(out, SPAN_LIT("  "));
    cell(out, record->error_message, self->subject_width + SIGNALS_WIDTH, false);
    style(self, out, plain);
    sbuf_byte(out, '\n');
    return;
  }
  cell(out, who(out->arena, record), self->from_width, true);
  sbuf_add(out, SPAN_LIT("  "));
  cell(out, record->mail.subject, self->subject_width, true);
  sbuf_add(out, SPAN_LIT("  "));
  if (record->signals.n == 0) {
    style(self, out, dim);
    sbuf_add(out, record->mail.mail_class == MAIL_PERSON
                      ? SPAN_LIT("-")
                      : span_of(mail_class_name(record->mail.mail_class)));
    style(self, out, plain);
    sbuf_byte(out, '\n');
    return;
  }
  signal_lines(self, record, out);
}

__attribute__((format(printf, 3, 4))) static enum ms_status write_text(struct table_sink *self, struct ms_error *error,
                                 const char *format, ...) {
  char line[300];
  va_list args;
  va_start(args, format);
  int len = vsnprintf(line, sizeof line, format, args);
  va_end(args);
  size_t used = len < 0 ? 0 : (size_t)len < sizeof line ? (size_t)len : sizeof line - 1;
  return output_write(&self->output, (struct span){line, used}, error);
}

static enum ms_status begin(struct table_sink *self, struct ms_error *error) {
  self->began = true;
  return write_text(self, error, "%s%-*s  %-*s  %s%s\n", self->color ? bold : "",
                    (int)self->from_width, "FROM", (int)self->subject_width, "SUBJECT", "SIGNALS",
                    self->color ? plain : "");
}

static enum ms_status deliver(struct sink *sink, const struct origin *origin, struct span encoded,
                              struct ms_error *error) {
  struct table_sink *self = (struct table_sink *)sink;
  (void)origin;
  struct summary summary;
  memcpy(&summary, encoded.ptr, sizeof summary);
  self->messages++;
  self->failed += summary.failed;
  bool any = false;
  for (int i = 0; i < SIGNAL_COUNT; i++) {
    self->signals[i] += summary.signals[i];
    any |= summary.signals[i];
  }
  self->with_signal += any;
  enum ms_status status = self->began ? MS_OK : begin(self, error);
  return status ? status : output_write(&self->output, span_from(encoded, sizeof summary), error);
}

static bool closed(const struct sink *sink) {
  return ((const struct table_sink *)sink)->output.closed;
}

static enum ms_status flush(struct sink *sink, struct ms_error *error) {
  return output_flush(&((struct table_sink *)sink)->output, error);
}

static enum ms_status finish(struct sink *sink, struct ms_error *error) {
  struct table_sink *self = (struct table_sink *)sink;
  enum ms_status status =
      write_text(self, error, "\n%llu messages, %llu with signals", (unsigned long long)self->messages,
                 (unsigned long long)self->with_signal);
  if (!status && self->failed)
    status = write_text(self, error, ", %llu unreadable", (unsigned long long)self->failed);
  const char *before = ": ";
  for (int i = 0; i < SIGNAL_COUNT && !status; i++) {
    if (self->signals[i] == 0) continue;
    status = write_text(self, error, "%s%s %llu", before, signal_type_name((enum signal_type)i),
                        (unsigned long long)self->signals[i]);
    before = ", ";
  }
  if (!status) status = write_text(self, error, "\n");
  return status ? status : output_flush(&self->output, error);
}

static void sink_free(struct sink *sink) {
  output_free(&((struct table_sink *)sink)->output);
  free(sink);
}

static const struct sink_ops ops = {
    .encode = encode, .deliver = deliver, .closed = closed, .idle = flush, .finish = finish,
    .free = sink_free};

struct sink *sink_table_new(const struct sink_options *options) {
  struct table_sink *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->base.ops = &ops;
  self->color = options->color;
  size_t width = options->width > 60 ? options->width : 60;
  size_t left = width - SIGNALS_WIDTH - GAPS;
  self->from_width = left * FROM_SHARE / 64 > MIN_COLUMN ? left * FROM_SHARE / 64 : MIN_COLUMN;
  self->subject_width = left - self->from_width;
  if (output_init(&self->output, options->fd)) return &self->base;
  free(self);
  return NULL;
}
