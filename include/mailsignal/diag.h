/* diag.h - the one status type, and the two ways to say what is wrong.
 *
 * A function that can fail returns enum ms_status and takes a struct ms_error that the caller owns
 * (NULL allowed). The first error wins: ms_fail() leaves an error alone that is already set, so
 * that the root cause survives on the way up. Loaders that report *all* faults of a file collect
 * them in a struct diag_list instead. */
#ifndef MAILSIGNAL_DIAG_H
#define MAILSIGNAL_DIAG_H

#include "mailsignal/arena.h"

/* The values are the program's exit statuses (BSD sysexits.h), so that a mail server's pipe can
 * act on them. */
enum ms_status {
  MS_OK = 0,
  MS_SOME_FAILED = 1,   /* some messages could not be read, some tests failed */
  MS_USAGE = 64,        /* the command line is wrong */
  MS_BAD_DATA = 65,     /* the input is unusable */
  MS_NO_INPUT = 66,     /* the input does not exist or may not be read */
  MS_UNAVAILABLE = 69,  /* a service is away for good */
  MS_SOFTWARE = 70,     /* a bug, or memory ran out */
  MS_IO = 74,           /* reading or writing failed */
  MS_TRY_AGAIN = 75,    /* a service is away for now */
  MS_BAD_CONFIG = 78,   /* configuration or rule files are wrong */
  MS_INTERRUPTED = 130, /* SIGINT or SIGTERM ended the run early, as shells count it */
};

struct ms_error {
  enum ms_status status;
  char text[512]; /* a sentence: what is wrong with which file, line or field, and what to do */
};

/* Sets *error (if not NULL and not set) and returns `status`. Long texts are cut. */
enum ms_status ms_fail(struct ms_error *error, enum ms_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum diag_severity { DIAG_ERROR, DIAG_WARNING };

struct diag {
  enum diag_severity severity;
  const char *code;     /* stable, e.g. "rule.unknown-key" */
  struct span file;
  size_t line, column;  /* from 1; 0 = not known */
  struct span message;
  struct span hint;     /* what to do, e.g. "did you mean 'weight'?"; may be empty */
};

struct diag_list {
  struct arena *arena; /* owns the texts */
  struct diag *items;
  size_t n, capacity, errors;
};

void diag_add(struct diag_list *list, struct diag diag);
/* "file:line:col: error[code]: message; hint" - the form of one line, without line end. */
struct span diag_format(struct arena *arena, const struct diag *diag);

#endif
