/* patience.h - waiting for a database that is away: exponential backoff with full jitter. */
#ifndef MAILSIGNAL_STORE_PATIENCE_H
#define MAILSIGNAL_STORE_PATIENCE_H

#include "mailsignal/ingest.h"

struct patience {
  double seconds;       /* to wait in all, from the first failure of a series */
  double began;         /* of that failure; 0: none */
  unsigned tries;
  uint64_t random;      /* state of the generator */
  const _Atomic int *stop;
  void (*waiting)(void *context, const char *why, double seconds);
  void *context;
};

void patience_init(struct patience *patience, const struct ingest_options *options);
/* After a success: the next failure begins a new series. */
void patience_renew(struct patience *patience);
/* Sleeps before the next try. False: patience is at its end, or the user stopped the run. */
bool patience_wait(struct patience *patience, const char *why);

#endif
