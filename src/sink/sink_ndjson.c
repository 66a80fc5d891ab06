#include <stdlib.h>

#include "mailsignal/sink.h"
#include "sink/output.h"

struct ndjson_sink {
  struct sink base;
  struct output output;
  struct record_options options;
};

static void encode(const struct sink *sink, const struct record *record, struct sbuf *out) {
  const struct ndjson_sink *self = (const struct ndjson_sink *)sink;
  record_write(out, record, &self->options);
}

static enum ms_status deliver(struct sink *sink, const struct origin *origin, struct span encoded,
                              struct ms_error *error) {
  (void)origin;
  return output_write(&((struct ndjson_sink *)sink)->output, encoded, error);
}

static bool closed(const struct sink *sink) {
  return ((const struct ndjson_sink *)sink)->output.closed;
}

static enum ms_status flush(struct sink *sink, struct ms_error *error) {
  return output_flush(&((struct ndjson_sink *)sink)->output, error);
}

static void sink_free(struct sink *sink) {
  output_free(&((struct ndjson_sink *)sink)->output);
  free(sink);
}

static const struct sink_ops ops = {
    .encode = encode, .deliver = deliver, .closed = closed, .idle = flush, .finish = flush,
    .free = sink_free};

struct sink *sink_ndjson_new(const struct sink_options *options) {
  struct ndjson_sink *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->base.ops = &ops;
  self->options = (struct record_options){.text = options->text, .zones = options->zones};
  if (output_init(&self->output, options->fd)) return &self->base;
  free(self);
  return NULL;
}
