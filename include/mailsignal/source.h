/* source.h - where mail comes from: stdin, files, mbox, Maildir, folders, archives.
 *
 * One iterator over any number of paths, in a stable order. Formats are recognised by content.
 * Memory is flat: a message at a time is copied into the caller's buffer. */
#ifndef MAILSIGNAL_SOURCE_H
#define MAILSIGNAL_SOURCE_H

#include "mailsignal/diag.h"
#include "mailsignal/record.h"

struct source;

/* A raw message. The buffer is the caller's to keep between calls; source_next() grows it with
 * realloc. Free it with raw_message_free(). */
struct raw_message {
  char *bytes;
  size_t len, capacity;
  char *path;            /* of origin.path */
  size_t path_capacity;
  struct origin origin;  /* path points to `path` */
  bool cut;              /* longer than LIMIT_MESSAGE_BYTES */
  const char *error_code;/* not NULL: this item could not be read; error says why */
  struct ms_error error;
};
void raw_message_free(struct raw_message *message);

/* paths: n of them; none means stdin ("-" likewise). Does not touch the files yet. */
enum ms_status source_open(const char *const *paths, size_t n, struct source **out,
                           struct ms_error *error);

/* 1: *out holds a message, or an item with error_code set (an unreadable file; the run goes on).
 * 0: no more. */
int source_next(struct source *source, struct raw_message *out);

/* Progress: bytes read so far and in all (0 = not known). */
void source_progress(const struct source *source, uint64_t *done, uint64_t *total);
void source_close(struct source *source);

#endif
