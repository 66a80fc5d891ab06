#include "cli/line_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_STEP = 64 * 1024, STOP_POLL_MS = 100 };

/* Reads some more behind `end`; there is room. False at the end. */
static bool read_some(struct line_reader *r) {
  struct pollfd wanted = {.fd = r->fd, .events = POLLIN};
  for (;;) {
    if (*r->stop) return false;
    if (poll(&wanted, 1, STOP_POLL_MS) <= 0) continue;
    ssize_t got = read(r->fd, r->buffer + r->end, r->capacity - r->end);
    if (got > 0) r->end += (size_t)got;
    if (got >= 0) return got > 0;
    if (errno != EINTR && errno != EAGAIN) return false;
  }
}

static bool make_room(struct line_reader *r) {
  if (r->start) {
    memmove(r->buffer, r->buffer + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
  }
  if (r->capacity - r->end >= READ_STEP) return true;
  size_t capacity = r->capacity ? r->capacity * 2 : 4 * READ_STEP;
  char *grown = realloc(r->buffer, capacity);
  if (!grown) return false;
  r->buffer = grown;
  r->capacity = capacity;
  return true;
}

/* Drops everything up to and including the next \n. */
static void skip_line(struct line_reader *r) {
  for (;;) {
    char *newline = r->end > r->start ? memchr(r->buffer + r->start, '\n', r->end - r->start) : NULL;
    if (newline) {
      r->start = (size_t)(newline - r->buffer) + 1;
      return;
    }
    r->start = r->end = 0;
    if (!read_some(r)) {
      r->at_end = true;
      return;
    }
  }
}

enum line_result line_read(struct line_reader *r, struct span *line) {
  for (size_t seen = 0;;) {
    char *from = r->buffer ? r->buffer + r->start + seen : NULL;
    char *newline = from ? memchr(from, '\n', r->end - r->start - seen) : NULL;
    if (newline) {
      size_t end = (size_t)(newline - r->buffer);
      *line = (struct span){r->buffer + r->start, end - r->start};
      r->start = end + 1;
      return line->len > r->limit ? LINE_TOO_LONG : LINE_OK;
    }
    seen = r->end - r->start;
    if (seen > r->limit) {
      skip_line(r);
      return LINE_TOO_LONG;
    }
    if (!r->at_end && !make_room(r)) return LINE_NO_MEMORY;
    if (r->at_end || !read_some(r)) {
      r->at_end = true;
      *line = (struct span){r->buffer + r->start, seen};
      r->start = r->end;
      return seen && !*r->stop ? LINE_OK : LINE_END;
    }
  }
}

void line_reader_free(struct line_reader *r) { free(r->buffer); }
