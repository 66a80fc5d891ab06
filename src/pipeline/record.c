#include "mailsignal/record.h"

#include <time.h>

const char *direction_name(enum direction direction) {
  static const char *const names[] = {"", "inbound", "outbound", "internal"};
  return names[direction];
}

static void write_origin(struct json *json, const struct origin *origin) {
  json_key(json, "source");
  json_begin_object(json);
  json_key(json, "path");
  json_add_string(json, origin->path);
  json_key_int(json, "offset", (int64_t)origin->offset);
  json_key_int(json, "size", (int64_t)origin->size);
  json_end_object(json);
}

static void write_error(struct json *json, const struct record *record) {
  json_key(json, "error");
  json_begin_object(json);
  json_key_string(json, "code", record->error_code);
  json_key_string(json, "message", record->error_message);
  json_end_object(json);
}

static void write_date(struct json *json, const char *key, int64_t seconds) {
  time_t when = (time_t)seconds;
  struct tm utc;
  char text[40];
  if (!gmtime_r(&when, &utc)) return;
  size_t len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  json_key_string(json, key, (struct span){text, len});
}

static void write_address(struct json *json, const struct mail_address *address) {
  json_begin_object(json);
  json_key(json, "name");
  json_add_string(json, address->name);
  json_key(json, "address");
  json_add_string(json, address->address);
  json_end_object(json);
}

static void write_headers(struct json *json, const struct record *record) {
  const struct mail *mail = &record->mail;
  json_key_string(json, "message_id", mail->message_id);
  if (mail->has_date) write_date(json, "date", mail->date);
  if (mail->from.address.len || mail->from.name.len) {
    json_key(json, "from");
    write_address(json, &mail->from);
  }
  if (mail->to.n) {
    json_key(json, "to");
    json_begin_array(json);
    for (size_t i = 0; i < mail->to.n; i++) write_address(json, &mail->to.items[i]);
    json_end_array(json);
  }
  json_key_string(json, "subject", mail->subject);
  json_key_string(json, "in_reply_to", mail->in_reply_to);
  json_key_string(json, "source_id", mail->source_id);
  json_key_string(json, "language", span_of(record->language));
  json_key_string(json, "direction", span_of(direction_name(record->direction)));
  json_key_string(json, "class", span_of(mail_class_name(mail->mail_class)));
}

static void write_rule(struct json *json, const struct signal_rule *rule) {
  json_begin_object(json);
  json_key_string(json, "id", rule->id);
  json_key_string(json, "text", rule->text);
  json_key_string(json, "zone", rule->field == FIELD_BODY ? SPAN_LIT("body") : SPAN_LIT("subject"));
  json_key_int(json, "start", (int64_t)rule->start);
  json_key_int(json, "end", (int64_t)rule->end);
  json_key_real(json, "weight", rule->weight, 2);
  json_end_object(json);
}

void record_write_context(struct json *json, const struct record *record,
                          const struct signal *signal) {
  bool decision_maker = record->contact.seniority == SENIORITY_DECISION_MAKER;
  json_begin_object(json);
  json_key(json, "keywords");
  json_begin_array(json);
  for (size_t i = 0; i < signal->n_keywords; i++) json_add_string(json, signal->keywords[i]);
  json_end_array(json);
  json_key_int(json, "keyword_count", (int64_t)signal->n_keywords);
  json_key_bool(json, "is_decision_maker", decision_maker);
  json_key_string(json, "extractedAmount", signal->amount_text);
  if (signal->has_amount) json_key_real(json, "amount", signal->amount, 2);
  json_key_string(json, "currency", span_of(signal->currency));
  json_key_string(json, "date", signal->date);
  json_key_string(json, "competitor", signal->competitor);
  json_key(json, "rules");
  json_begin_array(json);
  for (size_t i = 0; i < signal->n_rules; i++) write_rule(json, &signal->rules[i]);
  json_end_array(json);
  json_end_object(json);
}

static void write_signals(struct json *json, const struct record *record) {
  json_key(json, "signals");
  json_begin_array(json);
  for (size_t i = 0; i < record->signals.n; i++) {
    const struct signal *signal = &record->signals.items[i];
    json_begin_object(json);
    json_key_string(json, "signal_type", span_of(signal_type_name(signal->type)));
    json_key_real(json, "signal_strength", signal->strength, 2);
    json_key_string(json, "extracted_text", signal->extracted_text);
    json_key(json, "context");
    record_write_context(json, record, signal);
    json_end_object(json);
  }
  json_end_array(json);
}

static void write_phones(struct json *json, const struct contact *contact) {
  if (contact->n_phones == 0) return;
  json_key(json, "phones");
  json_begin_array(json);
  for (size_t i = 0; i < contact->n_phones; i++) {
    const struct contact_phone *phone = &contact->phones[i];
    json_begin_object(json);
    json_key_string(json, "raw", phone->raw);
    json_key_string(json, "type", span_of(phone_type_name(phone->type)));
    json_key_string(json, "e164", phone->e164);
    json_key_string(json, "extension", phone->extension);
    json_end_object(json);
  }
  json_end_array(json);
}

static void write_values(struct json *json, const char *key, const struct contact_fields *fields) {
  if (fields->n == 0) return;
  json_key(json, key);
  json_begin_array(json);
  for (size_t i = 0; i < fields->n; i++) json_add_string(json, fields->items[i].value);
  json_end_array(json);
}

static void write_confidence(struct json *json, const char *key, double confidence, bool present) {
  if (present) json_key_real(json, key, confidence, 2);
}

static void write_field_confidence(struct json *json, const struct contact *c) {
  json_key(json, "field_confidence");
  json_begin_object(json);
  write_confidence(json, "name", c->name.confidence, c->name.value.len);
  write_confidence(json, "title", c->title.confidence, c->title.value.len);
  write_confidence(json, "department", c->department.confidence, c->department.value.len);
  write_confidence(json, "company", c->company.confidence, c->company.value.len);
  if (c->n_phones) write_confidence(json, "phones", c->phones[0].confidence, true);
  if (c->emails.n) write_confidence(json, "emails", c->emails.items[0].confidence, true);
  if (c->websites.n) write_confidence(json, "websites", c->websites.items[0].confidence, true);
  write_confidence(json, "linkedin", c->linkedin.confidence, c->linkedin.value.len);
  write_confidence(json, "twitter", c->twitter.confidence, c->twitter.value.len);
  write_confidence(json, "address", c->address.confidence, c->address.value.len);
  json_end_object(json);
}

static void write_absence(struct json *json, const struct contact *c) {
  json_key_string(json, "return_date", c->return_date);
  if (c->stand_in.name.len || c->stand_in.address.len) {
    json_key(json, "stand_in");
    write_address(json, &c->stand_in);
  }
  if (c->has_left) json_key_bool(json, "has_left", true);
}

static void write_contact(struct json *json, const struct contact *c) {
  if (!c->from_signature) return;
  json_key(json, "contact");
  json_begin_object(json);
  json_key_string(json, "name", c->name.value);
  json_key_string(json, "first_name", c->first_name.value);
  json_key_string(json, "last_name", c->last_name.value);
  json_key_string(json, "title", c->title.value);
  json_key_string(json, "department", c->department.value);
  json_key_string(json, "company", c->company.value);
  write_phones(json, c);
  write_values(json, "emails", &c->emails);
  write_values(json, "websites", &c->websites);
  json_key_string(json, "linkedin", c->linkedin.value);
  json_key_string(json, "twitter", c->twitter.value);
  json_key_string(json, "address", c->address.value);
  json_key_string(json, "seniority", span_of(seniority_name(c->seniority)));
  write_absence(json, c);
  json_key_real(json, "confidence", c->confidence, 2);
  write_field_confidence(json, c);
  json_end_object(json);
}

static void write_defects(struct json *json, defect_set defects) {
  if (!defects) return;
  json_key(json, "defects");
  json_begin_array(json);
  for (int i = 0; i < DEFECT_COUNT; i++)
    if (defect_has(defects, (enum defect)i)) json_add_string(json, span_of(defect_name((enum defect)i)));
  json_end_array(json);
}

static void write_zones(struct json *json, const struct zones *zones) {
  json_key(json, "zones");
  json_begin_array(json);
  for (size_t i = 0; i < zones->n; i++) {
    json_begin_object(json);
    json_key_string(json, "zone", span_of(zone_kind_name(zones->items[i].kind)));
    json_key_int(json, "start", (int64_t)zones->items[i].start);
    json_key_int(json, "end", (int64_t)zones->items[i].end);
    json_end_object(json);
  }
  json_end_array(json);
}

static void write_analysis(struct json *json, const struct record *record,
                           const struct record_options *options) {
  write_headers(json, record);
  write_signals(json, record);
  write_contact(json, &record->contact);
  write_defects(json, record->mail.defects);
  json_key_string(json, "ruleset", span_of(record->ruleset));
  if (options->text) {
    json_key(json, "text");
    json_add_string(json, record->text.bytes);
  }
  if (options->zones) write_zones(json, &record->zones);
}

void record_write(struct sbuf *out, const struct record *record,
                  const struct record_options *options) {
  struct json json = {.out = out};
  json_begin_object(&json);
  if (options->id.len) {
    json_key(&json, "id");
    json_add_raw(&json, options->id);
  }
  json_key_int(&json, "schema", 1);
  write_origin(&json, &record->origin);
  if (record->error_code.len)
    write_error(&json, record);
  else
    write_analysis(&json, record, options);
  json_end_object(&json);
  sbuf_byte(out, '\n');
}
