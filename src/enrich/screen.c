#include "enrich/screen.h"

#include "enrich/contact.h"

static bool is(const struct job *job, const char *source) {
  return strcmp(job->source, source) == 0;
}

static struct span domain_of(struct span address) {
  for (size_t i = address.len; i-- > 0;)
    if (address.ptr[i] == '@') return span_from(address, i + 1);
  return (struct span){0};
}

/* Compared by labels: mail.acme.com belongs to acme.com, notacme.com does not. */
static bool is_own(const struct tenant *tenant, struct span domain) {
  struct span rest = tenant->own_domains, own;
  while (span_split(&rest, ' ', &own)) {
    if (own.len && own.ptr[0] == '@') own = span_from(own, 1);
    if (own.len == 0 || !span_ends(domain, own)) continue;
    if (domain.len == own.len || domain.ptr[domain.len - own.len - 1] == '.') return true;
  }
  return false;
}

static const char *why_not(const struct work *work, const struct job *job) {
  struct span address = span_of(job->email);
  if (job->reason) return job->reason;
  if (address.len == 0) return "no_address";
  if (is_own(job->tenant, domain_of(address))) return "own_domain";
  switch (sender_kind(work->options->words, address)) {
    case SENDER_NO_ADDRESS:
      return "no_address";
    case SENDER_ROLE:
      return "role_account";
    case SENDER_MACHINE:
      return "machine_address";
    case SENDER_DISPOSABLE:
      return "disposable";
    case SENDER_FINE:
      break;
  }
  bool free_mail = sender_company_domain(work->options->words, address).len == 0;
  return free_mail && !work->options->free_mail ? "free_mail" : NULL;
}

/* A row of a provider's name asks for that provider; others take the best that there is. */
static const struct provider *choose(const struct work *work, const struct job *job) {
  if (is(job, "apollo")) return work->apollo;
  if (is(job, "web_search")) return work->search;
  return work->apollo ? work->apollo : work->search;
}

/* A request for a provider is consent in itself, unless the tenant has refused look-ups. */
static bool may_ask(const struct job *job) {
  bool explicit = is(job, "apollo") || is(job, "web_search");
  return explicit ? !job->tenant->refuses : job->tenant->lookups;
}

static bool anything_open(const struct crm_fields *known) {
  static const enum crm_field asked[] = {CRM_FIRST_NAME, CRM_LAST_NAME, CRM_TITLE, CRM_COMPANY,
                                         CRM_LINKEDIN};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
    if (known->values[asked[i]].len == 0) return true;
  return false;
}

/* Off unless both the operator and the tenant want it: a number costs eight credits. */
static bool wants_number(const struct work *work, const struct job *job) {
  return work->options->reveal_webhook && job->tenant->reveals &&
         !job->known.values[CRM_PHONE].len && !job->known.values[CRM_MOBILE].len;
}

/* The signature's own name goes before the contact's: it is the person's writing of it. */
static enum ms_status read_known(struct work *work, struct job *job, struct ms_error *error) {
  struct crm_contact contact;
  enum ms_status status = contact_read(work, job, false, &contact, error);
  if (status) return status;
  if (!contact.id) job->contact_id = NULL;
  if (is(job, "email_signature") || is(job, "manual"))
    fields_read(work->arena, job->data, &job->told);
  for (int f = 0; f < CRM_COUNT; f++) {
    bool told = job->told.values[f].len > 0;
    job->known.values[f] = told ? job->told.values[f] : contact.now.values[f];
    if (told && contact.id && contact.now.values[f].len == 0) job->brings_news = true;
  }
  return MS_OK;
}

/* By us: the CRM may keep things of its own under the same key. */
static bool is_answered(const struct job *job, const struct provider *provider) {
  const json_t *answer = json_object_get(job->data, provider->name);
  return json_is_string(json_object_get(answer, "at")) &&
         json_is_boolean(json_object_get(answer, "match"));
}

enum ms_status screen(struct work *work, struct job *job, const struct provider **provider,
                      struct ms_error *error) {
  *provider = choose(work, job);
  job->reason = why_not(work, job);
  enum ms_status status = read_known(work, job, error);
  if (status || job->reason || !*provider) return status;
  job->lookups = may_ask(job) && *provider == work->apollo;
  job->reveal = job->lookups && wants_number(work, job);
  if (!may_ask(job)) {
    job->reason = is(job, "apollo") || is(job, "web_search") ? "lookups_off" : NULL;
  } else if (is_answered(job, *provider)) {
    return MS_OK; /* answered before; a crash came between the answer and the merge */
  } else if (anything_open(&job->known) || job->reveal) {
    job->state = JOB_ASK;
  } else if (is(job, "apollo") || is(job, "web_search")) {
    job->reason = "nothing_open";
  }
  return MS_OK;
}
