/* provider.h - whom to ask: how a request to it looks, and what its answer says. */
#ifndef MAILSIGNAL_ENRICH_PROVIDER_H
#define MAILSIGNAL_ENRICH_PROVIDER_H

#include "enrich/work.h"

/* People of one tenant that are asked about in one request. */
struct chunk {
  struct job **items;
  size_t n;
};

struct provider {
  const char *name;   /* in enrichment_providers, extracted_data and contact_field_sources */
  const char *mark;   /* the key in extracted_data that says when it was asked */
  size_t most_people; /* in one request */
  double credits;     /* that one person costs at most */
  const char *(*endpoint)(size_t people);
  void (*request)(struct work *work, const struct chunk *chunk, struct http_request *request);
  /* Sets found and answered of each job. False: this is no answer. *credits is negative where the
   * answer does not say. */
  bool (*read)(struct work *work, const struct chunk *chunk, const json_t *answer, double *credits);
  int pace_seconds; /* between two requests of all workers; 0: as fast as its headers allow */
};

extern const struct provider provider_apollo;
extern const struct provider provider_searxng;
extern const struct provider provider_brave;

/* Apollo on the company behind a domain. */
void apollo_ask_company(struct work *work, const char *domain, struct http_request *request);
/* Its facts; NULL: Apollo knows none. *readable: whether this is an answer at all. */
json_t *apollo_read_company(struct work *work, const json_t *answer, bool *readable);

/* Apollo on the phone numbers of an earlier request. */
void apollo_ask_result(struct work *work, const char *request_id, struct http_request *request);
/* The usable numbers of a list, as "mobile" and "phone": international, and none that its owner
 * does not want to be called on. */
void apollo_read_numbers(struct work *work, const json_t *numbers, json_t *found);

/* A new object for job->found, released with the round. */
json_t *found_object(struct work *work);
void found_set(json_t *found, const char *key, struct span value);

#endif
