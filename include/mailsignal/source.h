/* source.h - where mail comes from: stdin, files, mbox, Maildir, folders, archives.
 *
 * One iterator over any number of paths: paths in the order given, folders walked in the byte order
 * of their names. Formats are recognised by content, not by name:
 *
 *   archive   tar, zip, 7z, and anything behind gzip, bzip2, xz, zstd; read as a stream. Archives in
 *             archives up to LIMIT_ARCHIVE_DEPTH.
 *   mbox      begins with "From ". mboxo, mboxrd (RFC 4155 describes the family) and mboxcl: a
 *             Content-Length is believed only when a separator or the end of the file stands where
 *             it points. Otherwise a line that begins with "From " starts a message when it ends in
 *             a date (a time hh:mm and a year) and either follows an empty line or is followed by a
 *             header field; or when it follows an empty line and is followed by a header field.
 *             One ">" is taken off lines that begin with ">From ", ">>From " and so on.
 *   message   anything else. Inside folders and archives a file must look like a message (begin with
 *             a header field), have the suffix .eml, or stand in a Maildir; others are passed over.
 *   Maildir   cur/ and new/ are read, tmp/ is not; no special treatment beyond that.
 *
 * Memory is flat: one message at a time is copied into the caller's buffer. */
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
/* Sets origin.path to a copy, or to "?" when memory is out. */
void raw_message_set_path(struct raw_message *message, const char *path);

/* paths: n of them, which must outlive the source; none means stdin ("-" likewise). Does not touch
 * the files yet. */
enum ms_status source_open(const char *const *paths, size_t n, struct source **out,
                           struct ms_error *error);

/* A source of another kind, e.g. a message queue: next(self, out) does what source_next() promises,
 * and finds the error fields of *out reset. */
enum ms_status source_from(int (*next)(void *self, struct raw_message *out), void *self,
                           struct source **out, struct ms_error *error);

/* A source that waits for a pipe or a terminal gives up once *stop is not zero, and then says that
 * there is no more. */
void source_stop_flag(struct source *source, const _Atomic int *stop);

/* 1: *out holds a message, or an item with error_code set; then error.status tells a path that is
 * not there (MS_NO_INPUT) from one that is damaged, and the run goes on.
 * 0: no more. */
int source_next(struct source *source, struct raw_message *out);

/* Walks all paths to learn how many bytes there are, for source_progress(). */
void source_measure(struct source *source);
/* Bytes read so far (as stored, before decompression) and in all (0 = not known). */
void source_progress(const struct source *source, uint64_t *done, uint64_t *total);
void source_close(struct source *source);

#endif
