#include <stdint.h>

#include "source/mbox.h"

struct memory_stream {
  struct stream base;
  struct span rest;
};

static long memory_read(struct stream *stream, char *bytes, size_t room, struct ms_error *error) {
  struct memory_stream *self = (struct memory_stream *)stream;
  (void)error;
  size_t n = self->rest.len < 61 ? self->rest.len : 61;
  if (n > room) n = room;
  if (n) memcpy(bytes, self->rest.ptr, n);
  self->rest = span_from(self->rest, n);
  return (long)n;
}

static void memory_close(struct stream *stream) { (void)stream; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct memory_stream stream = {{memory_read, memory_close}, {(const char *)data, size}};
  struct window window = {0};
  struct raw_message message = {0};
  size_t total = 0;
  window_open(&window, &stream.base);
  while (mbox_next(&window, &message)) total += message.len;
  if (total > size) __builtin_trap(); /* messages are parts of the input */
  window_free(&window);
  raw_message_free(&message);
  return 0;
}
