/* archive.h - the files inside an archive or a compressed file, as streams (libarchive). */
#ifndef MAILSIGNAL_SOURCE_ARCHIVE_H
#define MAILSIGNAL_SOURCE_ARCHIVE_H

#include "source/window.h"

struct mail_archive;

/* Reads the archive from where `window` stands; the window must stay open until it is closed. NULL
 * with *error set when it is none. */
struct mail_archive *archive_open(struct window *window, struct ms_error *error);

/* The next file. 1: *name is its path inside, NULL for the content of a plain compressed file;
 * it lives until the next call. 0: no more. -1: damaged, *error says how; nothing follows. */
int archive_next(struct mail_archive *archive, const char **name, struct ms_error *error);

/* The content of that file; valid until the next archive_next(). NULL when out of memory. */
struct stream *archive_stream(struct mail_archive *archive);
void archive_close(struct mail_archive *archive);

#endif
