/* reveal.h - phone numbers that Apollo looks up after its answer: polled for, never received. */
#ifndef MAILSIGNAL_ENRICH_REVEAL_H
#define MAILSIGNAL_ENRICH_REVEAL_H

#include "enrich/provider.h"

enum { REVEAL_CREDITS = 8 }; /* for one person whose mobile is found */

/* Asks for the results that are due, some at most. A result becomes new rows of the queue, with the
 * former answer and the numbers; they are merged like any other row. */
enum ms_status reveal_poll(struct work *work, struct ms_error *error);
/* The id under which numbers can be asked for, as text; NULL: the answer has none that can be used.
 * It is a 64-bit number, often negative: a double would not hold it. */
const char *reveal_request_id(struct work *work, struct span body);
/* Reads a result: number objects by the person's id. *charged is negative where it does not say. */
struct reveal_result {
  json_t *numbers; /* {"<person id>": {"mobile": ..., "phone": ...}} */
  double charged;
};
bool reveal_read(struct work *work, const json_t *answer, struct reveal_result *out);

#endif
