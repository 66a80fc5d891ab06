#include "source/window.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 256 * 1024, KEEP_BUFFER = 8 * 1024 * 1024, STOP_POLL_MS = 100 };

void window_open(struct window *w, struct stream *stream) {
  window_close(w);
  w->stream = stream;
  w->start = w->end = 0;
  w->offset = 0;
  w->at_end = false;
  w->error = (struct ms_error){0};
}

/* Moves the content to the front and makes room for one more read. */
static bool make_room(struct window *w, size_t need) {
  size_t used = w->end - w->start;
  if (w->start) {
    memmove(w->buffer, w->buffer + w->start, used);
    w->start = 0;
    w->end = used;
  }
  size_t wanted = (need > used ? need : used) + READ_STEP;
  if (w->capacity >= wanted) return true;
  /* Doubling keeps the copying linear when a long message makes the window grow bit by bit. */
  if (wanted < 2 * w->capacity) wanted = 2 * w->capacity;
  char *grown = realloc(w->buffer, wanted);
  if (!grown) return false;
  w->buffer = grown;
  w->capacity = wanted;
  return true;
}

bool window_fill(struct window *w, size_t need) {
  if (w->end - w->start >= need) return true;
  if (w->at_end || !w->stream) return false;
  if (!make_room(w, need)) {
    ms_fail(&w->error, MS_SOFTWARE, "out of memory");
    w->at_end = true;
    return false;
  }
  while (w->end - w->start < need && !w->at_end) {
    long got = w->stream->read(w->stream, w->buffer + w->end, w->capacity - w->end, &w->error);
    if (got <= 0)
      w->at_end = true;
    else
      w->end += (size_t)got;
  }
  return w->end - w->start >= need;
}

void window_skip(struct window *w, size_t bytes) {
  if (bytes > w->end - w->start) bytes = w->end - w->start;
  w->start += bytes;
  w->offset += bytes;
}

void window_close(struct window *w) {
  if (w->stream) w->stream->close(w->stream);
  w->stream = NULL;
  if (w->capacity > KEEP_BUFFER) {
    free(w->buffer);
    w->buffer = NULL;
    w->capacity = 0;
  }
  w->start = w->end = 0;
}

void window_free(struct window *w) {
  window_close(w);
  free(w->buffer);
  w->buffer = NULL;
}

struct fd_stream {
  struct stream base;
  int fd;
  bool may_wait; /* a pipe or terminal: reading may wait for long */
  _Atomic uint64_t *done;
  const _Atomic int *stop;
};

static bool stopped(const struct fd_stream *self) { return self->stop && *self->stop; }

/* False when the run is to stop before there is something to read. */
static bool wait_for_input(const struct fd_stream *self) {
  struct pollfd wanted = {.fd = self->fd, .events = POLLIN};
  while (!stopped(self))
    if (poll(&wanted, 1, STOP_POLL_MS) > 0) return true;
  return false;
}

static long fd_read(struct stream *stream, char *bytes, size_t room, struct ms_error *error) {
  struct fd_stream *self = (struct fd_stream *)stream;
  for (;;) {
    if (self->may_wait && !wait_for_input(self)) return 0;
    ssize_t got = read(self->fd, bytes, room);
    if (got >= 0) {
      *self->done += (uint64_t)got;
      return (long)got;
    }
    if (errno == EINTR || errno == EAGAIN) continue;
    ms_fail(error, MS_IO, "reading failed: %s", strerror(errno));
    return -1;
  }
}

static void fd_close(struct stream *stream) {
  struct fd_stream *self = (struct fd_stream *)stream;
  if (self->fd != STDIN_FILENO) close(self->fd);
  free(self);
}

struct stream *stream_fd(int fd, _Atomic uint64_t *done, const _Atomic int *stop) {
  struct fd_stream *self = malloc(sizeof *self);
  if (!self) return NULL;
  struct stat info;
  bool may_wait = fstat(fd, &info) != 0 || !S_ISREG(info.st_mode);
  *self = (struct fd_stream){{fd_read, fd_close}, fd, may_wait, done, stop};
  return &self->base;
}
