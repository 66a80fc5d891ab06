/* window.h - a byte stream seen through a buffer that moves forward.
 *
 * Readers look at window_bytes(), ask for more with window_fill() and move on with window_skip().
 * The buffer grows with what is asked for and is kept between files. */
#ifndef MAILSIGNAL_SOURCE_WINDOW_H
#define MAILSIGNAL_SOURCE_WINDOW_H

#include <stdint.h>

#include "mailsignal/diag.h"

/* Where bytes come from. read() returns how many, 0 at the end, -1 with *error set. */
struct stream {
  long (*read)(struct stream *stream, char *bytes, size_t room, struct ms_error *error);
  void (*close)(struct stream *stream);
};

struct window {
  struct stream *stream;
  char *buffer;
  size_t start, end, capacity;
  uint64_t offset;       /* of `start`, in the stream */
  bool at_end;           /* the stream has no more */
  struct ms_error error; /* a read failed; the window then ends there */
};

static inline struct span window_bytes(const struct window *w) {
  return (struct span){w->buffer ? w->buffer + w->start : NULL, w->end - w->start};
}

/* Starts over with another stream; closes the one before. */
void window_open(struct window *w, struct stream *stream);
/* Tries to have at least `need` bytes; false when the stream ended (or failed) before. */
bool window_fill(struct window *w, size_t need);
void window_skip(struct window *w, size_t bytes);
/* Closes the stream; the buffer stays. */
void window_close(struct window *w);
void window_free(struct window *w);

/* A stream over a file descriptor, which it closes unless it is standard input; counts what it
 * reads into *done, and ends when *stop (may be NULL) is not zero. NULL when out of memory. */
struct stream *stream_fd(int fd, _Atomic uint64_t *done, const _Atomic int *stop);

#endif
