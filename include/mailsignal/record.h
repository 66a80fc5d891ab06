/* record.h - what is known of one message, and its JSON form (schema 1, docs/record.md). */
#ifndef MAILSIGNAL_RECORD_H
#define MAILSIGNAL_RECORD_H

#include "mailsignal/contact.h"
#include "mailsignal/json.h"
#include "mailsignal/signal.h"

enum direction { DIRECTION_UNKNOWN, DIRECTION_INBOUND, DIRECTION_OUTBOUND, DIRECTION_INTERNAL };
const char *direction_name(enum direction direction); /* "" for unknown */

/* Where a message came from. */
struct origin {
  struct span path;      /* as given; "-" for stdin; "a.tar!inner/1.eml" inside an archive */
  uint64_t offset, size; /* bytes in it */
};

struct record {
  struct origin origin;
  /* Set when the message could not be read: code "io", "memory", ..., and a sentence. */
  struct span error_code, error_message;

  struct mail mail;
  struct text text;
  struct zones zones;
  struct contact contact;
  struct signals signals;
  const char *language;
  enum direction direction;
  const char *ruleset; /* id */
};

struct record_options {
  bool text, zones;
  struct span id; /* JSON value that becomes the first key "id"; empty = none (worker) */
};

/* One line of NDJSON with its \n. */
void record_write(struct sbuf *out, const struct record *record,
                  const struct record_options *options);

/* The "context" object of one of the record's signals, as it stands there. */
void record_write_context(struct json *json, const struct record *record,
                          const struct signal *signal);

#endif
