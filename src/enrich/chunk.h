/* chunk.h - the people of one request, and what has to be settled before it is sent. Each step may
 * leave fewer people in the chunk. */
#ifndef MAILSIGNAL_ENRICH_CHUNK_H
#define MAILSIGNAL_ENRICH_CHUNK_H

#include "enrich/provider.h"

/* Answers of earlier requests within the tenant's interval: nobody is paid for twice. */
enum ms_status chunk_reuse(struct work *work, const struct provider *provider, struct chunk *chunk,
                           struct ms_error *error);
/* Whether there are any. */
enum ms_status chunk_has_former(struct work *work, const struct provider *provider,
                                const struct chunk *chunk, bool *out, struct ms_error *error);
/* Pause and rate. */
enum ms_status chunk_gate(struct work *work, const struct provider *provider, struct chunk *chunk,
                          struct ms_error *error);
/* What all people of the chunk cost at most. */
double chunk_price(const struct provider *provider, const struct chunk *chunk);
/* Books credits within the budget; *day is when, "" when they are beyond it. */
enum ms_status chunk_book(struct work *work, const struct provider *provider,
                          const struct tenant *tenant, double credits, const char **day,
                          struct ms_error *error);
/* Books the credits of a chunk; *day is when, and "" when nobody is left. */
enum ms_status chunk_reserve(struct work *work, const struct provider *provider,
                             struct chunk *chunk, const char **day, struct ms_error *error);
enum ms_status chunk_settle(struct work *work, const struct provider *provider,
                            const struct tenant *tenant, const char *day, double reserved,
                            double charged, struct ms_error *error);
/* Counts n people of the request to come as asked about again. */
enum ms_status chunk_note_repeats(struct work *work, const struct provider *provider,
                                  const struct tenant *tenant, const char *day, size_t n,
                                  struct ms_error *error);
/* Says in the rows that they are being asked about, and prolongs their leases. */
enum ms_status chunk_mark(struct work *work, const struct provider *provider, struct chunk *chunk,
                          const char *at, struct ms_error *error);
/* Leaves out whom another worker is asking about. */
enum ms_status chunk_give_way(struct work *work, const struct provider *provider,
                              struct chunk *chunk, struct ms_error *error);

/* Gives all rows back, until some seconds from now. */
enum ms_status chunk_release(struct work *work, struct chunk *chunk, double seconds,
                             struct ms_error *error);

enum chunk_part { CHUNK_ID, CHUNK_TOKEN, CHUNK_EMAIL };
/* One part of each row as a PostgreSQL array. */
const char *chunk_array(struct work *work, const struct chunk *chunk, enum chunk_part part);
const char *chunk_real(struct work *work, double value);

#endif
