/* sink.h - where records go: NDJSON or a table on a file descriptor, PostgreSQL.
 *
 * A record is encoded in the worker thread that made it, and delivered by one thread in input
 * order. A new sink is a new file with one struct sink_ops. */
#ifndef MAILSIGNAL_SINK_H
#define MAILSIGNAL_SINK_H

#include "mailsignal/diag.h"
#include "mailsignal/record.h"

struct sink;

struct sink_ops {
  /* Thread safe: *sink is const here. Appends the record's encoded form to *out. */
  void (*encode)(const struct sink *sink, const struct record *record, struct sbuf *out);
  /* In order, one thread. MS_OK goes on; anything else ends the run with that status. */
  enum ms_status (*deliver)(struct sink *sink, const struct origin *origin, struct span encoded,
                            struct ms_error *error);
  /* True once nobody reads the output any more (EPIPE): the run ends quietly. NULL: never. */
  bool (*closed)(const struct sink *sink);
  /* Called when no message is at hand just now, so that buffers can be flushed; may be NULL. */
  enum ms_status (*idle)(struct sink *sink, struct ms_error *error);
  /* The end of the run: flush. */
  enum ms_status (*finish)(struct sink *sink, struct ms_error *error);
  void (*free)(struct sink *sink);
};

/* The first member of every sink. */
struct sink {
  const struct sink_ops *ops;
};

struct sink_options {
  int fd;
  bool text, zones;
  bool color;      /* table only */
  unsigned width;  /* of the terminal, columns; table only */
};

/* NULL when out of memory. */
struct sink *sink_ndjson_new(const struct sink_options *options);
struct sink *sink_table_new(const struct sink_options *options);

static inline bool sink_closed(const struct sink *sink) {
  return sink->ops->closed && sink->ops->closed(sink);
}

#endif
