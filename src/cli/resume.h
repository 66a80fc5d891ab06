/* resume.h - --resume FILE: a source that begins behind what an earlier run has done. */
#ifndef MAILSIGNAL_CLI_RESUME_H
#define MAILSIGNAL_CLI_RESUME_H

#include "cli/options.h"
#include "mailsignal/ingest.h"
#include "mailsignal/source.h"

struct resume {
  const char *file;  /* of --resume; NULL: begin at the start */
  const char *owner; /* UUID of what the mail goes into; another one's position is refused */
  const char *kind;  /* of the owner, for that message */
};

/* Opens the paths of the command line and reads past what is done; *start is where that ends. Where
 * the input is not the one of the file, says so and begins at the start. */
enum ms_status resume_source(const struct resume *resume, const struct cli *cli,
                             const struct options *options, struct source **source,
                             struct ingest_position *start, struct ms_error *error);

#endif
