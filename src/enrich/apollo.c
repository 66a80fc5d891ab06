/* Apollo: POST /people/bulk_match with up to ten people, /people/match with one, GET
 * /organizations/enrich for companies (docs.apollo.io). Unless a tenant wants phones, nothing is
 * revealed or looked up further: an answer costs 0 or 1 credit a person and is complete at once. Of
 * an answer only the fields below are kept. */
#include <stdlib.h>

#include "enrich/provider.h"

enum { MOST_PEOPLE = 10 };
static const double VERIFIED = 0.9, UNVERIFIED = 0.6;

json_t *found_object(struct work *work) { return work_keep_json(work, json_object()); }

void found_set(json_t *found, const char *key, struct span value) {
  if (value.len) json_object_set_new(found, key, json_stringn(value.ptr, value.len));
}

static const char *endpoint(size_t people) {
  return people == 1 ? "people/match" : "people/bulk_match";
}

/* The address and what the signature or the contact tells of the name; no more. */
static json_t *details(const struct job *job) {
  json_t *person = json_object();
  found_set(person, "email", span_of(job->email));
  found_set(person, "first_name", job->known.values[CRM_FIRST_NAME]);
  found_set(person, "last_name", job->known.values[CRM_LAST_NAME]);
  return person;
}

static void address(struct work *work, const char *path, struct http_request *out) {
  const char *base = work->options->apollo_base;
  const char *slash = base[strlen(base) - 1] == '/' ? "" : "/";
  out->url = arena_printf(work->arena, "%s%s%s", base, slash, path).ptr;
  out->key_header = arena_printf(work->arena, "x-api-key: %s", work->options->apollo_key).ptr;
}

/* Numbers come later, under the id of the request. The address where Apollo may post them is
 * required, and need not lead anywhere: we poll. */
static const char *path(struct work *work, const struct chunk *chunk) {
  if (!chunk->items[0]->reveal) return endpoint(chunk->n);
  struct span webhook = http_escape(work->arena, span_of(work->options->reveal_webhook));
  return arena_printf(work->arena, "%s?reveal_phone_number=true&webhook_url=" SPAN_FMT,
                      endpoint(chunk->n), SPAN_ARG(webhook))
      .ptr;
}

static void request(struct work *work, const struct chunk *chunk, struct http_request *out) {
  json_t *body = NULL;
  if (chunk->n == 1) {
    body = details(chunk->items[0]);
  } else {
    json_t *all = json_array();
    for (size_t i = 0; i < chunk->n; i++) json_array_append_new(all, details(chunk->items[i]));
    body = json_pack("{s:o}", "details", all);
  }
  const char *text = work_json_text(work, body);
  json_decref(body);
  address(work, path(work, chunk), out);
  out->body = span_of(text);
}

/* reading ------------------------------------------------------------------- */

static struct span text_of(struct work *work, const json_t *object, const char *key) {
  return clean_string(work->arena, json_object_get(object, key));
}

/* A locked address reads email_not_unlocked@domain.com, even beside the status "verified". */
static struct span real_email(struct work *work, const json_t *object) {
  struct span email = text_key(work->arena, text_of(work, object, "email"));
  bool placeholder = span_starts(email, SPAN_LIT("email_not_unlocked"));
  return placeholder || span_find_byte(email, '@', 0) == SPAN_NONE ? (struct span){0} : email;
}

static struct span link_of(struct work *work, const json_t *object, const char *key) {
  struct span link = text_of(work, object, key);
  bool web = span_istarts(link, SPAN_LIT("https://")) || span_istarts(link, SPAN_LIT("http://"));
  return web && span_find_byte(link, ' ', 0) == SPAN_NONE ? link : (struct span){0};
}

/* Saved contacts and revealed numbers spell their keys differently. */
static const char *either(const json_t *object, const char *key, const char *other) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : json_string_value(json_object_get(object, other));
}

void apollo_read_numbers(struct work *work, const json_t *numbers, json_t *found) {
  for (size_t i = 0; i < json_array_size(numbers); i++) {
    const json_t *number = json_array_get(numbers, i);
    struct span value = text_of(work, number, "sanitized_number");
    const char *type = either(number, "type", "type_cd");
    const char *refusal = either(number, "dnc_status", "dnc_status_cd");
    bool usable = value.len >= 8 && value.len <= 20 && value.ptr[0] == '+' &&
                  (!refusal || !*refusal || strcmp(refusal, "clear") == 0);
    if (!usable || !type) continue;
    const char *key = strcmp(type, "mobile") == 0     ? "mobile"
                      : strncmp(type, "work", 4) == 0 ? "phone"
                                                      : NULL;
    if (key && !json_object_get(found, key)) found_set(found, key, value);
  }
}

/* `contact` is the workspace's own record and may be of somebody else (it is, in Apollo's own
 * example). Only its numbers are of use, and only when it has the address that we asked for. */
static void read_contact(struct work *work, const json_t *person, const char *asked,
                         json_t *found) {
  const json_t *contact = json_object_get(person, "contact");
  if (span_eq(real_email(work, contact), span_of(asked)))
    apollo_read_numbers(work, json_object_get(contact, "phone_numbers"), found);
}

static json_t *read_person(struct work *work, const json_t *person) {
  if (!json_is_object(person)) return NULL;
  json_t *found = found_object(work);
  const json_t *company = json_object_get(person, "organization");
  struct span status = text_of(work, person, "email_status");
  bool verified = span_eq(status, SPAN_LIT("verified"));
  found_set(found, "email", real_email(work, person));
  found_set(found, "firstName", text_of(work, person, "first_name"));
  found_set(found, "lastName", text_of(work, person, "last_name"));
  found_set(found, "title", text_of(work, person, "title"));
  found_set(found, "linkedin", link_of(work, person, "linkedin_url"));
  found_set(found, "twitter", link_of(work, person, "twitter_url"));
  found_set(found, "company", text_of(work, company, "name"));
  found_set(found, "domain", text_key(work->arena, text_of(work, company, "primary_domain")));
  found_set(found, "website", link_of(work, company, "website_url"));
  if (json_object_size(found) == 0) return NULL;
  found_set(found, "emailStatus", status);
  json_object_set_new(found, "verified", json_boolean(verified));
  json_object_set_new(found, "confidence", json_real(verified ? VERIFIED : UNVERIFIED));
  return found;
}

static void assign(struct work *work, struct job *job, const json_t *person, json_t *found) {
  job->found = found;
  job->answered = true;
  job->person_id = text_of(work, person, "id");
  if (found) read_contact(work, person, job->email, found);
}

static struct job *by_email(const struct chunk *chunk, const json_t *found) {
  const char *email = json_string_value(json_object_get(found, "email"));
  for (size_t i = 0; email && i < chunk->n; i++)
    if (strcmp(chunk->items[i]->email, email) == 0) return chunk->items[i];
  return NULL;
}

/* matches[i] belongs to details[i] and a miss is null; but an answer that names an address is the
 * one of that address wherever it stands, and with a wrong length the position says nothing. */
static void read_matches(struct work *work, const struct chunk *chunk, const json_t *matches) {
  size_t n = json_array_size(matches);
  bool aligned = n == chunk->n;
  for (size_t i = 0; i < n; i++) {
    const json_t *person = json_array_get(matches, i);
    json_t *found = read_person(work, person);
    struct job *job = by_email(chunk, found);
    if (job && !job->answered) assign(work, job, person, found);
    if (job && aligned && job != chunk->items[i]) aligned = false;
  }
  for (size_t i = 0; i < n && aligned; i++) {
    const json_t *person = json_array_get(matches, i);
    if (!chunk->items[i]->answered)
      assign(work, chunk->items[i], person, read_person(work, person));
  }
}

static bool read_answer(struct work *work, const struct chunk *chunk, const json_t *answer,
                        double *credits) {
  const json_t *charged = json_object_get(answer, "credits_consumed");
  if (!json_is_object(answer)) return false;
  *credits = json_is_number(charged) ? json_number_value(charged) : -1;
  if (chunk->n == 1) { /* no match: person is null, or not there */
    const json_t *person = json_object_get(answer, "person");
    if (person && !json_is_null(person) && !json_is_object(person)) return false;
    assign(work, chunk->items[0], person, read_person(work, person));
    return true;
  }
  const json_t *matches = json_object_get(answer, "matches");
  if (!json_is_array(matches)) return false;
  read_matches(work, chunk, matches);
  return true;
}

/* companies ----------------------------------------------------------------- */

void apollo_ask_company(struct work *work, const char *domain, struct http_request *request) {
  struct span text = http_escape(work->arena, span_of(domain));
  address(work,
          arena_printf(work->arena, "organizations/enrich?domain=" SPAN_FMT, SPAN_ARG(text)).ptr,
          request);
}

/* No match is an empty object, or `organization` is null. */
json_t *apollo_read_company(struct work *work, const json_t *answer, bool *readable) {
  const json_t *company = json_object_get(answer, "organization");
  bool none = !company || json_is_null(company);
  *readable = json_is_object(answer) && (none || json_is_object(company));
  if (!*readable || none) return NULL;
  json_t *found = found_object(work);
  found_set(found, "company", text_of(work, company, "name"));
  found_set(found, "website", link_of(work, company, "website_url"));
  found_set(found, "address", text_of(work, company, "raw_address"));
  if (json_object_size(found) == 0) return NULL;
  found_set(found, "domain", text_key(work->arena, text_of(work, company, "primary_domain")));
  json_object_set_new(found, "confidence", json_real(UNVERIFIED));
  return found;
}

void apollo_ask_result(struct work *work, const char *request_id, struct http_request *request) {
  address(work, arena_printf(work->arena, "webhook_result/%s", request_id).ptr, request);
}

const struct provider provider_apollo = {
    "apollo", "apollo_asked", MOST_PEOPLE, 1, endpoint, request, read_answer, 0,
};
