/* sniff.h - what a file is, by its first bytes. */
#ifndef MAILSIGNAL_SOURCE_SNIFF_H
#define MAILSIGNAL_SOURCE_SNIFF_H

#include "mailsignal/span.h"

enum { SNIFF_BYTES = 4096 }; /* as many of the first bytes as are of use */

enum file_kind {
  FILE_EMPTY,
  FILE_ARCHIVE, /* compressed, or a container of files */
  FILE_MBOX,    /* begins with "From " */
  FILE_MESSAGE, /* begins with a header field */
  FILE_OTHER,
};

enum file_kind sniff(struct span first_bytes);

/* True when the line at the start of `text` has the form of a header field (RFC 5322, 2.2), with a
 * name of letters, digits, "-", "_" and "." as in practice; JSON or Markdown do not pass. */
bool sniff_header_field(struct span text);

#endif
