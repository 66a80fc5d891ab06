/* enrich.h - works the queue contact_enrichment_queue: what signatures and providers (Apollo, web
 * search) tell is merged into contacts.
 *
 * One thread, one database connection, one paid request at a time: a worker that is killed repeats
 * at most one request. Several workers may share a queue; leases keep them apart. No transaction is
 * open while a provider is asked. Nothing here logs an address, a name, a key or a body. */
#ifndef MAILSIGNAL_ENRICH_H
#define MAILSIGNAL_ENRICH_H

#include <stdio.h>

#include "mailsignal/ingest.h"

struct enrich_options {
  struct store *store;              /* must outlive the run */
  const struct ingest_words *words; /* role accounts and free-mail hosts */
  const char *tenant;               /* UUID in lower case; NULL: all tenants */
  bool watch;                       /* go on when the queue is empty */
  bool free_mail;                   /* look up people at free-mail hosts too */
  double budget;              /* credits a day for each tenant; negative: as its settings say */
  double lease_seconds;       /* 0: 300 */
  double timeout_seconds;     /* of one request; 0: 30; at most a fifth of the lease */
  double patience;            /* seconds to wait for a database that is away */
  const char *apollo_key;     /* NULL: Apollo is not asked, its rows stay where they are */
  const char *apollo_base;    /* NULL: https://api.apollo.io/api/v1 */
  const char *search_base;    /* of a SearXNG; NULL: none */
  const char *brave_key;      /* Brave Search; used where there is no SearXNG */
  const char *brave_base;     /* NULL: https://api.search.brave.com/res/v1 */
  const char *reveal_webhook; /* where Apollo may post phone numbers: they are looked up for tenants
                                 that want them; NULL: for none */
  const char *metrics_file;   /* OpenMetrics text, renamed into place; NULL: none */
  FILE *log;                  /* a JSON line an event; NULL: none */
  const _Atomic int *stop;    /* the user's Ctrl-C, SIGTERM */
  void (*waiting)(void *context, const char *why, double seconds); /* for the database; NULL */
  void *context;
};

struct enrich_totals {
  uint64_t claimed, completed, skipped, failed; /* rows */
  uint64_t retried;                             /* will be tried again, the attempt counted */
  uint64_t released;                            /* given back untried */
  uint64_t lost;                                /* the lease had passed to somebody else */
  uint64_t rescued;                             /* of others, whose lease had run out */
  uint64_t purged;                              /* finished rows past their retention */
  uint64_t merged;                              /* contacts that got a new value */
  uint64_t conflicts;                           /* values that were not taken */
  uint64_t calls, people, found;
  uint64_t companies; /* requests about companies, among the calls */
  uint64_t repeats;   /* people or companies asked about again: a worker died, an answer was lost */
  uint64_t repeated_calls; /* requests with at least one of these */
  uint64_t phones;         /* people whose number was revealed */
  uint64_t reused;         /* answers of earlier requests */
  double credits;
  bool over_budget, throttled;
};

/* MS_OK, MS_INTERRUPTED (stopped; what was held is given back), MS_TRY_AGAIN (database or provider
 * away), MS_BAD_CONFIG (key refused, base URL wrong), MS_UNAVAILABLE (the plan does not allow it).
 */
enum ms_status enrich_run(const struct enrich_options *options, struct enrich_totals *totals,
                          struct ms_error *error);

/* Writes, as JSON lines, what a run would send to whom and what that may cost; changes nothing. */
enum ms_status enrich_preview(const struct enrich_options *options, FILE *out,
                              struct ms_error *error);

#endif
