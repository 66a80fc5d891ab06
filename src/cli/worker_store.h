/* worker_store.h - the worker's way into the database: an answer leaves after the commit. */
#ifndef MAILSIGNAL_CLI_WORKER_STORE_H
#define MAILSIGNAL_CLI_WORKER_STORE_H

#include "cli/engine.h"
#include "cli/worker_answer.h"
#include "mailsignal/commit.h"
#include "sink/output.h"

struct worker_store;

/* Connects and checks tables and rights: what a person has to mend ends the worker here. A database
 * that is away does not. */
enum ms_status worker_store_open(const struct options *options, struct output *output,
                                 struct worker_store **out, struct ms_error *error);
void worker_store_free(struct worker_store *store);
/* "host:port/database" */
const char *worker_store_name(const struct worker_store *store);

/* From here on the output belongs to the store's thread. */
enum ms_status worker_store_start(struct worker_store *store, struct ms_error *error);
/* Stores what is to be stored and writes the answer, or an error in its place; in order. */
void worker_store_add(struct worker_store *store, const struct commit *commit);
/* False: nobody reads the answers any more, or they cannot be written. */
bool worker_store_is_open(const struct worker_store *store);
/* Waits for all that was added, and adds it to the counts. NULL: does nothing. */
void worker_store_count(struct worker_store *store, struct answer_stats *stats);
/* Waits likewise, and ends the thread. The status is that of writing the answers. */
enum ms_status worker_store_finish(struct worker_store *store, struct ms_error *error);

#endif
