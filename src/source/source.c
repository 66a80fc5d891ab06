#include "mailsignal/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct source {
  const char *const *paths;
  size_t n, next;
};

void raw_message_free(struct raw_message *message) {
  free(message->bytes);
  free(message->path);
}

enum ms_status source_open(const char *const *paths, size_t n, struct source **out,
                           struct ms_error *error) {
  static const char *const standard_input[] = {"-"};
  *out = calloc(1, sizeof **out);
  if (!*out) return ms_fail(error, MS_SOFTWARE, "out of memory");
  **out = n ? (struct source){paths, n, 0} : (struct source){standard_input, 1, 0};
  return MS_OK;
}

int source_next(struct source *source, struct raw_message *out) {
  if (source->next == source->n) return 0;
  const char *path = source->paths[source->next++];
  out->error_code = NULL;
  out->error = (struct ms_error){0};
  out->len = 0;
  out->origin = (struct origin){.path = span_of(path)};
  FILE *file = strcmp(path, "-") ? fopen(path, "rb") : stdin;
  if (!file) {
    out->error_code = "io";
    ms_fail(&out->error, MS_NO_INPUT, "%s: %s", path, strerror(errno));
    return 1;
  }
  for (;;) {
    if (out->capacity - out->len < 65536) {
      out->capacity = out->capacity * 2 + 65536;
      out->bytes = realloc(out->bytes, out->capacity);
    }
    size_t got = fread(out->bytes + out->len, 1, out->capacity - out->len, file);
    if (got == 0) break;
    out->len += got;
  }
  if (file != stdin) fclose(file);
  out->origin.size = out->len;
  return 1;
}

void source_progress(const struct source *source, uint64_t *done, uint64_t *total) {
  *done = source->next;
  *total = 0;
}

void source_close(struct source *source) { free(source); }
