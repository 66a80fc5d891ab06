#include "sink/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024 };

bool output_init(struct output *output, int fd) {
  *output = (struct output){.fd = fd, .bytes = malloc(BUFFER_BYTES)};
  return output->bytes != NULL;
}

void output_free(struct output *output) { free(output->bytes); }

static enum ms_status write_all(struct output *output, struct span bytes, struct ms_error *error) {
  while (bytes.len && !output->closed) {
    ssize_t wrote = write(output->fd, bytes.ptr, bytes.len);
    if (wrote >= 0) {
      bytes = span_from(bytes, (size_t)wrote);
    } else if (errno == EPIPE) {
      output->closed = true;
    } else if (errno == EAGAIN) { /* somebody made the descriptor non-blocking */
      struct pollfd wanted = {.fd = output->fd, .events = POLLOUT};
      poll(&wanted, 1, -1);
    } else if (errno != EINTR) {
      return ms_fail(error, MS_IO, "cannot write the output: %s", strerror(errno));
    }
  }
  return MS_OK;
}

enum ms_status output_flush(struct output *output, struct ms_error *error) {
  struct span pending = {output->bytes, output->len};
  output->len = 0;
  return write_all(output, pending, error);
}

enum ms_status output_write(struct output *output, struct span bytes, struct ms_error *error) {
  if (output->len + bytes.len > BUFFER_BYTES) {
    enum ms_status status = output_flush(output, error);
    if (status) return status;
  }
  if (bytes.len > BUFFER_BYTES) return write_all(output, bytes, error);
  if (bytes.len) memcpy(output->bytes + output->len, bytes.ptr, bytes.len);
  output->len += bytes.len;
  return MS_OK;
}
