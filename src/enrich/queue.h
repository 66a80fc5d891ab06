/* queue.h - the rows of contact_enrichment_queue that this worker holds. Every step names the
 * lease; a lease that has passed to somebody else ends the job without a write. */
#ifndef MAILSIGNAL_ENRICH_QUEUE_H
#define MAILSIGNAL_ENRICH_QUEUE_H

#include "enrich/work.h"

/* Claims up to `limit` due rows of the named sources (an array in PostgreSQL's text form). */
enum ms_status queue_claim(struct work *work, int limit, const char *sources, struct jobs *out,
                           struct ms_error *error);
/* The same rows without claiming them. */
enum ms_status queue_peek(struct work *work, int limit, const char *sources, struct jobs *out,
                          struct ms_error *error);
/* Settings of the tenants, and suppressed addresses, which become reasons; links jobs to contacts.
 */
enum ms_status queue_prepare(struct work *work, struct jobs *jobs, struct ms_error *error);

/* Ends of a job: each sets JOB_DONE. Seconds from now; negative: never again. */
enum ms_status queue_skip(struct work *work, struct job *job, const char *reason,
                          struct ms_error *error);
enum ms_status queue_fail(struct work *work, struct job *job, const char *reason,
                          double retry_seconds, struct ms_error *error);
enum ms_status queue_release(struct work *work, struct job *job, double seconds,
                             struct ms_error *error);
/* Gives back all that is still held. */
enum ms_status queue_release_all(struct work *work, struct jobs *jobs, struct ms_error *error);

enum ms_status queue_rescue(struct work *work, struct ms_error *error);
enum ms_status queue_purge(struct work *work, struct ms_error *error);
/* Whether a row is due within `seconds`. */
enum ms_status queue_due(struct work *work, const char *sources, double seconds, bool *due,
                         struct ms_error *error);

#endif
