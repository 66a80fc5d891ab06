#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "mailsignal/sink.h"

struct ndjson_sink {
  struct sink base;
  int fd;
  struct record_options options;
  bool closed;
};

static void encode(const struct sink *sink, const struct record *record, struct sbuf *out) {
  const struct ndjson_sink *self = (const struct ndjson_sink *)sink;
  record_write(out, record, &self->options);
}

static enum ms_status deliver(struct sink *sink, const struct origin *origin, struct span encoded,
                              struct ms_error *error) {
  struct ndjson_sink *self = (struct ndjson_sink *)sink;
  (void)origin;
  while (encoded.len && !self->closed) {
    ssize_t wrote = write(self->fd, encoded.ptr, encoded.len);
    if (wrote >= 0)
      encoded = span_from(encoded, (size_t)wrote);
    else if (errno == EPIPE)
      self->closed = true;
    else if (errno != EINTR)
      return ms_fail(error, MS_IO, "cannot write the output: %s", strerror(errno));
  }
  return MS_OK;
}

static enum ms_status finish(struct sink *sink, struct ms_error *error) {
  (void)sink, (void)error;
  return MS_OK;
}

static void sink_free(struct sink *sink) { free(sink); }

static const struct sink_ops ops = {encode, deliver, NULL, finish, sink_free};

struct sink *sink_ndjson_new(const struct sink_options *options) {
  struct ndjson_sink *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->base.ops = &ops;
  self->fd = options->fd;
  self->options = (struct record_options){.text = options->text, .zones = options->zones};
  return &self->base;
}

bool sink_closed(const struct sink *sink) { return ((const struct ndjson_sink *)sink)->closed; }
