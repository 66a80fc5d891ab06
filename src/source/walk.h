/* walk.h - the files under a list of paths, folders in the byte order of their names. */
#ifndef MAILSIGNAL_SOURCE_WALK_H
#define MAILSIGNAL_SOURCE_WALK_H

#include <stdint.h>

#include "mailsignal/diag.h"

struct walk;

struct walk_file {
  const char *path;  /* lives until the next walk_next() */
  bool named;        /* given by the user, not found in a folder */
  bool in_maildir;   /* stands in cur/ or new/ */
  uint64_t size;     /* bytes; 0 for pipes */
};

struct walk *walk_open(const char *const *paths, size_t n);
/* 1: a file. 0: no more. -1: this path cannot be read, *error says why; the walk goes on. */
int walk_next(struct walk *walk, struct walk_file *file, struct ms_error *error);
void walk_close(struct walk *walk);

#endif
