/* commit.h - records into PostgreSQL for somebody who waits for each one's commit.
 *
 * What arrives while a transaction runs goes into the next one: batches grow with the load, and a
 * lone message waits for nothing but its own commit. Messages of several tenants take a transaction
 * for each tenant. Answers come back in the order of arrival. The rows are those of ingest.h, with
 * the same ids, so that a message whose fate nobody knows may be sent again. */
#ifndef MAILSIGNAL_COMMIT_H
#define MAILSIGNAL_COMMIT_H

#include "mailsignal/ingest.h"

enum commit_result {
  COMMIT_DONE,      /* committed; or there was nothing to store */
  COMMIT_AWAY,      /* the database is away: send the message again, later */
  COMMIT_REFUSED,   /* the database does not take this message */
  COMMIT_NO_TENANT, /* the database does not know the tenant */
  COMMIT_WRONG      /* password, rights, tables: a person has to mend it */
};

struct commit {
  const char *tenant; /* UUID in lower case; NULL: nothing to store, it only keeps its place */
  struct span rows;   /* of commit_encode() */
  struct span id, answer; /* the caller's own: done() gets them back */
};

/* Appends the record's rows. Any thread. */
void commit_encode(const char *tenant, const struct ingest_words *words,
                   const struct record *record, struct sbuf *out);

struct committer_options {
  struct store *store; /* used by the committer's thread until it is freed; may not be connected */
  double patience;     /* seconds to wait for a database that is away. Once they have passed, each
                        * batch tries once and waits no more, until it is back */
  /* All from the committer's thread. why: "" unless the result tells of a failure. */
  void (*done)(void *context, const struct commit *commit, enum commit_result result,
               const char *why);
  void (*flush)(void *context);                                  /* behind a row of done() */
  void (*waiting)(void *context, const char *why, double seconds); /* may be NULL */
  void *context;
};

struct committer;

/* NULL when out of memory or no thread could be started. */
struct committer *committer_new(const struct committer_options *options);
/* Copies it. Waits while two batches are full: memory is flat. */
void committer_add(struct committer *committer, const struct commit *commit);
/* Returns when done() has been called for all that was added. */
void committer_drain(struct committer *committer);
/* Drains first. */
void committer_free(struct committer *committer);

#endif
