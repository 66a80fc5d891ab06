/* Fields of a signature under the CRM's names; what supports a quote. */
#include "store/ingest_row.h"
#include "store/pg_array.h"

static const struct contact_phone *first_phone(const struct contact *c, bool mobile) {
  for (size_t i = 0; i < c->n_phones; i++) {
    enum phone_type type = c->phones[i].type;
    if (type != PHONE_FAX && (type == PHONE_MOBILE) == mobile) return &c->phones[i];
  }
  return NULL;
}

static struct span phone_value(const struct contact_phone *phone) {
  if (!phone) return (struct span){0};
  return phone->e164.len ? phone->e164 : phone->raw;
}

static struct span first_value(const struct contact_fields *fields) {
  return fields->n ? fields->items[0].value : (struct span){0};
}

static void write_phones(struct json *json, const struct contact *c) {
  if (c->n_phones == 0) return;
  json_key(json, "phones");
  json_begin_array(json);
  for (size_t i = 0; i < c->n_phones; i++) {
    const struct contact_phone *phone = &c->phones[i];
    json_begin_object(json);
    json_key_string(json, "raw", phone->raw);
    json_key_string(json, "type", span_of(phone_type_name(phone->type)));
    json_key_string(json, "e164", phone->e164);
    json_key_string(json, "extension", phone->extension);
    json_end_object(json);
  }
  json_end_array(json);
}

/* Where a value stands: bytes of the message's text; none for what the headers say. */
static void write_evidence(struct json *json, const char *key, const struct contact_field *field) {
  if (field->value.len == 0) return;
  json_key(json, key);
  json_begin_object(json);
  if (field->end > field->start) {
    json_key_int(json, "start", (int64_t)field->start);
    json_key_int(json, "end", (int64_t)field->end);
  }
  json_key_real(json, "confidence", field->confidence, 2);
  json_end_object(json);
}

static void write_phone_evidence(struct json *json, const char *key,
                                 const struct contact_phone *phone) {
  if (!phone) return;
  struct contact_field field = {phone->raw, phone->start, phone->end, phone->confidence};
  write_evidence(json, key, &field);
}

static void write_all_evidence(struct json *json, const struct contact *c) {
  json_key(json, "evidence");
  json_begin_object(json);
  write_evidence(json, "name", &c->name);
  write_evidence(json, "firstName", &c->first_name);
  write_evidence(json, "lastName", &c->last_name);
  write_evidence(json, "title", &c->title);
  write_phone_evidence(json, "phone", first_phone(c, false));
  write_phone_evidence(json, "mobile", first_phone(c, true));
  write_evidence(json, "company", &c->company);
  write_evidence(json, "linkedin", &c->linkedin);
  write_evidence(json, "twitter", &c->twitter);
  write_evidence(json, "address", &c->address);
  if (c->websites.n) write_evidence(json, "website", &c->websites.items[0]);
  write_evidence(json, "department", &c->department);
  json_end_object(json);
}

struct span extracted_data(struct arena *arena, const struct record *record) {
  const struct contact *c = &record->contact;
  struct sbuf out = {.arena = arena};
  struct json json = {.out = &out};
  json_begin_object(&json);
  json_key_string(&json, "name", c->name.value);
  json_key_string(&json, "firstName", c->first_name.value);
  json_key_string(&json, "lastName", c->last_name.value);
  json_key_string(&json, "title", c->title.value);
  json_key_string(&json, "phone", phone_value(first_phone(c, false)));
  json_key_string(&json, "mobile", phone_value(first_phone(c, true)));
  json_key_string(&json, "company", c->company.value);
  json_key_string(&json, "email", record->mail.from.address);
  json_key_string(&json, "linkedin", c->linkedin.value);
  json_key_string(&json, "twitter", c->twitter.value);
  json_key_string(&json, "address", c->address.value);
  json_key_string(&json, "website", first_value(&c->websites));
  json_key_string(&json, "department", c->department.value);
  write_phones(&json, c);
  json_key_real(&json, "confidence", c->confidence, 2);
  write_all_evidence(&json, c);
  json_end_object(&json);
  return json_without_nul(arena, sbuf_span(&out));
}

/* quotes.intel -------------------------------------------------------------- */

struct intel {
  struct span budget, timeline, competitor;
};

static void take_signal(struct intel *intel, const struct signal *signal) {
  bool budget = signal->type == SIGNAL_BUDGET_MENTION;
  if (budget && !intel->budget.len)
    intel->budget = signal->amount_text.len ? signal->amount_text : signal->extracted_text;
  if (signal->date.len && !intel->timeline.len) intel->timeline = signal->date;
  if (signal->competitor.len && !intel->competitor.len) intel->competitor = signal->competitor;
}

struct span quote_intel(struct arena *arena, const struct record *record) {
  struct intel intel = {0};
  const struct contact *c = &record->contact;
  for (size_t i = 0; i < record->signals.n; i++) take_signal(&intel, &record->signals.items[i]);
  for (size_t i = 0; i < record->signals.n && !intel.timeline.len; i++)
    if (record->signals.items[i].type == SIGNAL_URGENCY)
      intel.timeline = record->signals.items[i].extracted_text;
  struct span decides = {0};
  if (c->seniority == SENIORITY_DECISION_MAKER)
    decides = c->name.value.len ? c->name.value : record->mail.from.address;
  if (!intel.budget.len && !intel.timeline.len && !intel.competitor.len && !decides.len)
    return (struct span){0};
  struct sbuf out = {.arena = arena};
  struct json json = {.out = &out};
  json_begin_object(&json);
  json_key_string(&json, "budget", intel.budget);
  json_key_string(&json, "timeline", intel.timeline);
  json_key_string(&json, "competitor", intel.competitor);
  if (decides.len) {
    json_key(&json, "decision_makers");
    json_begin_array(&json);
    json_add_string(&json, decides);
    json_end_array(&json);
  }
  json_end_object(&json);
  return json_without_nul(arena, sbuf_span(&out));
}
