/* output.h - buffered writing to a file descriptor, in whole lines. */
#ifndef MAILSIGNAL_SINK_OUTPUT_H
#define MAILSIGNAL_SINK_OUTPUT_H

#include "mailsignal/diag.h"

struct output {
  int fd;
  bool closed; /* the reader went away (EPIPE); later writes do nothing */
  char *bytes;
  size_t len;
};

bool output_init(struct output *output, int fd);
enum ms_status output_write(struct output *output, struct span bytes, struct ms_error *error);
enum ms_status output_flush(struct output *output, struct ms_error *error);
void output_free(struct output *output);

#endif
