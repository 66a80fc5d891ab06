/* worker_request.h - one line of the worker's input, understood. */
#ifndef MAILSIGNAL_CLI_WORKER_REQUEST_H
#define MAILSIGNAL_CLI_WORKER_REQUEST_H

#include "mailsignal/record.h"
#include "mailsignal/source.h"

enum request_kind {
  REQUEST_ANALYSE,
  REQUEST_PING,
  REQUEST_RELOAD,
  REQUEST_STATS,
  REQUEST_ERROR, /* not a request; error says why */
};

/* Everything belongs to the arena or to the line. */
struct request {
  enum request_kind kind;
  struct span id;        /* JSON; "null" when there was none */
  struct span source_id; /* may be empty; a number is taken as its text */
  struct span tenant;    /* as given, unchecked; may be empty */
  bool text, zones;
  struct span encoded;   /* the message: base64, as in base64.h ... */
  const char *path;      /* ... or the file that has it; NULL: there is none */
  const char *error_code;
  struct ms_error error;
  struct span *faults;   /* of a ruleset that was refused, one a line of text */
  size_t n_faults;
};

/* Both cannot fail: what is wrong becomes REQUEST_ERROR. The line has to outlive the request. */
void request_parse(struct arena *arena, struct span line, struct request *out);
/* The message of a REQUEST_ANALYSE. */
void request_load(struct request *request, struct raw_message *raw);
/* It becomes a REQUEST_ERROR. */
void request_refuse(struct request *request, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
