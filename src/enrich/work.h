/* work.h - what the parts of a worker share: the connection, the rows it holds, its tallies. */
#ifndef MAILSIGNAL_ENRICH_WORK_H
#define MAILSIGNAL_ENRICH_WORK_H

#include "enrich/field.h"
#include "enrich/http.h"
#include "mailsignal/enrich.h"
#include "store/patience.h"

struct provider;

/* Apollo on a company, as a source of fields, in extracted_data and in the books. */
#define ORGANIZATION "apollo_organization"

/* Settings of a tenant, as far as they matter here. */
struct tenant {
  const char *id;
  bool lookups; /* the tenant wants look-ups of people that signatures name */
  bool refuses; /* it has said that it wants none at all */
  bool reveals; /* it wants phone numbers to be looked up */
  double reask_days;
  struct span own_domains; /* separated by spaces */
  double credits_left;     /* today; INFINITY: no bound */
};

enum job_state {
  JOB_OPEN,
  JOB_ASK,  /* the provider is to be asked */
  JOB_DONE, /* the row is no longer ours */
};

struct job {
  const char *id, *tenant_id, *token, *contact_id, *email, *source;
  int attempts;
  json_t *data; /* extracted_data, an object */
  const struct tenant *tenant;
  enum job_state state;
  const char *reason;      /* why no provider is asked; goes into error_message */
  struct crm_fields told;  /* by the signature, or by hand */
  struct crm_fields known; /* what contact and signature tell already; for the request */
  bool lookups;            /* Apollo may be asked for this row */
  bool brings_news;        /* the signature fills a blank of the contact */
  json_t *found;           /* of the running request: the answer for this person, or NULL */
  bool reveal;             /* a phone number is to be looked up, too */
  struct span person_id;   /* of the running request: the provider's id of the person */
  bool answered;           /* the answer says something about this person, if only "not known" */
};

struct jobs {
  struct job *items;
  size_t n, capacity;
};

/* Columns of contacts that there are and that we may write; NULL: the field is kept in props. */
struct columns {
  const char *of[CRM_COUNT];
  bool props, updated_at;
};

struct work {
  const struct enrich_options *options;
  struct arena *arena; /* of the round */
  struct store *store;
  struct http *http;
  struct columns columns;
  const struct provider *apollo, *search; /* NULL: not configured */
  struct enrich_totals *totals;
  struct patience patience;
  unsigned troubles;      /* of the provider, in a row */
  enum ms_status refusal; /* the provider has turned us away: the exit status that goes with it */
  char refusal_text[160];
};

static inline bool work_stopped(const struct work *work) {
  return work->options->stop && *work->options->stop;
}

/* One statement, a transaction of its own, repeated while the database is away or busy: only for
 * what may happen twice. Rows live until the round's arena is reset; rows may be NULL. */
enum ms_status work_query(struct work *work, const char *sql, const char *const *values, int n,
                          struct store_rows *rows, struct ms_error *error);
/* One statement within work_transaction(). */
enum ms_status work_step(struct work *work, const char *sql, const char *const *values, int n,
                         struct store_rows *rows, struct ms_error *error);
/* Runs body in a transaction, again from its beginning while the database is away or busy. */
enum ms_status work_transaction(struct work *work,
                                enum ms_status (*body)(struct work *, void *, struct ms_error *),
                                void *context, struct ms_error *error);
double work_random(struct work *work); /* 0 to 1 */
/* Full jitter: a share of base * 2^(attempts - 1), at most an hour; never below `least`. */
double work_backoff(struct work *work, int attempts, double least);

/* The value, released with the round; NULL stays NULL. */
json_t *work_keep_json(struct work *work, json_t *value);
/* The JSON text of an object or an array, released with the round; empty ones where jansson has no
 * memory for it. */
const char *work_json_text(struct work *work, const json_t *value);

/* A JSON line to the log: {"at":...,"event":event, ...fields}. Steals `fields` (may be NULL). */
void work_log(struct work *work, const char *event, json_t *fields);

/* the columns of contacts */
enum ms_status columns_discover(struct work *work, struct ms_error *error);

#endif
