/* line_reader.h - lines from a descriptor, bounded, that gives up when a flag goes up. */
#ifndef MAILSIGNAL_CLI_LINE_READER_H
#define MAILSIGNAL_CLI_LINE_READER_H

#include "mailsignal/span.h"

struct line_reader {
  int fd;
  size_t limit;            /* longest line in bytes, without its \n */
  const _Atomic int *stop; /* reading ends when it is not zero */
  char *buffer;
  size_t start, end, capacity;
  bool at_end;
};

enum line_result { LINE_END, LINE_OK, LINE_TOO_LONG, LINE_NO_MEMORY };

/* The next line without line end, valid until the next call. A last line without \n counts. A line
 * beyond the limit is read to its end, dropped, and told. */
enum line_result line_read(struct line_reader *reader, struct span *line);
void line_reader_free(struct line_reader *reader);

#endif
