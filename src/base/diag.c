#include "mailsignal/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "mailsignal/sbuf.h"

enum ms_status ms_fail(struct ms_error *error, enum ms_status status, const char *format, ...) {
  if (!error || error->status != MS_OK) return status;
  error->status = status;
  va_list args;
  va_start(args, format);
  vsnprintf(error->text, sizeof error->text, format, args);
  va_end(args);
  return status;
}

void diag_add(struct diag_list *list, struct diag diag) {
  if (diag.severity == DIAG_ERROR) list->errors++;
  ARENA_PUSH(list->arena, list, diag);
}

struct span diag_format(struct arena *arena, const struct diag *diag) {
  struct sbuf out = {.arena = arena};
  sbuf_add(&out, diag->file);
  if (diag->line) sbuf_printf(&out, ":%zu:%zu", diag->line, diag->column);
  const char *severity = diag->severity == DIAG_ERROR ? "error" : "warning";
  sbuf_printf(&out, ": %s[%s]: " SPAN_FMT, severity, diag->code, SPAN_ARG(diag->message));
  if (diag->hint.len) sbuf_printf(&out, "; " SPAN_FMT, SPAN_ARG(diag->hint));
  return sbuf_span(&out);
}
