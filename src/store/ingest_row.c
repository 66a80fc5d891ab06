#include "store/ingest_row.h"

#include <time.h>

#include "mailsignal/digest.h"
#include "store/pg_array.h"

/* Years that PostgreSQL and people agree on; a date outside is as good as none. */
static const int64_t EARLIEST = 0, LATEST = INT64_C(253402300799); /* 1970 to 9999 */

/* uuid5 of "mailsignal" in the DNS namespace (RFC 9562). Changing it would store all mail anew. */
static const unsigned char namespace_id[16] = {0xc8, 0xcd, 0x41, 0x06, 0x1a, 0x8d, 0x58, 0xdd,
                                               0x91, 0x0c, 0xf1, 0x3b, 0x26, 0x2c, 0xb7, 0xcd};

void ingest_uuid(struct arena *arena, const char *tenant, const char *table, struct span source,
                 struct span what, char uuid[37]) {
  struct sbuf name = {.arena = arena};
  sbuf_printf(&name, "%s|%s|", tenant, table);
  sbuf_add(&name, source);
  sbuf_byte(&name, '|');
  sbuf_add(&name, what);
  digest_uuid5(namespace_id, sbuf_span(&name), uuid);
}

/* What is the same for all rows of a message. */
struct maker {
  const struct row_options *options;
  const struct record *record;
  struct arena *arena;
  struct span source;  /* the mail as the CRM knows it */
  struct span address; /* of the sender, lower case; may be empty */
  struct sbuf columns[COLUMN_COUNT];
};

static void put(struct maker *m, enum column column, struct span value) {
  pg_array_text_or_null(&m->columns[column], value);
}

static void put_uuid(struct maker *m, enum column column, const char *table, struct span what) {
  char uuid[UUID_TEXT_BYTES];
  ingest_uuid(m->arena, m->options->tenant, table, m->source, what, uuid);
  put(m, column, span_of(uuid));
}

static void put_hundredths(struct maker *m, enum column column, double value) {
  struct sbuf text = {.arena = m->arena};
  struct json number = {.out = &text};
  json_add_real(&number, value, 2);
  put(m, column, sbuf_span(&text));
}

/* signals ------------------------------------------------------------------- */

static void add_signal(struct maker *m, const struct signal *signal) {
  struct span type = span_of(signal_type_name(signal->type));
  struct sbuf context = {.arena = m->arena};
  struct json json = {.out = &context};
  record_write_context(&json, m->record, signal);
  put_uuid(m, COLUMN_SIGNAL_ID, "opportunity_signals", type);
  put(m, COLUMN_SIGNAL_SOURCE, m->source);
  put(m, COLUMN_SIGNAL_EMAIL, m->address);
  put(m, COLUMN_SIGNAL_DOMAIN, sender_company_domain(m->options->words, m->address));
  put(m, COLUMN_SIGNAL_TYPE, type);
  put_hundredths(m, COLUMN_SIGNAL_STRENGTH, signal->strength);
  put(m, COLUMN_SIGNAL_TEXT, signal->extracted_text);
  put(m, COLUMN_SIGNAL_CONTEXT, json_without_nul(m->arena, sbuf_span(&context)));
}

/* contacts ------------------------------------------------------------------ */

static bool from_outside(const struct record *record) {
  return record->direction == DIRECTION_UNKNOWN || record->direction == DIRECTION_INBOUND;
}

static bool wants_enrichment(const struct maker *m) {
  const struct record *record = m->record;
  return record->contact.from_signature && record->mail.mail_class == MAIL_PERSON &&
         from_outside(record) && sender_kind(m->options->words, m->address) == SENDER_FINE;
}

static void add_contact(struct maker *m) {
  put_uuid(m, COLUMN_CONTACT_ID, "contact_enrichment_queue", m->address);
  put(m, COLUMN_CONTACT_SOURCE, m->source);
  put(m, COLUMN_CONTACT_EMAIL, m->address);
  put(m, COLUMN_CONTACT_DATA, extracted_data(m->arena, m->record));
}

/* facts --------------------------------------------------------------------- */

static void put_date(struct maker *m) {
  const struct mail *mail = &m->record->mail;
  struct tm utc;
  char text[40];
  time_t seconds = (time_t)mail->date;
  bool good = mail->has_date && mail->date > EARLIEST && mail->date <= LATEST &&
              gmtime_r(&seconds, &utc);
  size_t len = good ? strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S+00", &utc) : 0;
  put(m, COLUMN_FACT_DATE, (struct span){text, len});
}

/* The ids of the mails that this one answers, one a line. */
static void put_references(struct maker *m) {
  const struct mail *mail = &m->record->mail;
  struct sbuf ids = {.arena = m->arena};
  sbuf_add(&ids, mail->in_reply_to);
  for (size_t i = 0; i < mail->n_references; i++) {
    if (ids.len) sbuf_byte(&ids, '\n');
    sbuf_add(&ids, mail->references[i]);
  }
  put(m, COLUMN_FACT_REFERENCES, sbuf_span(&ids));
}

static void add_facts(struct maker *m) {
  static const char *const names[] = {"neutral", "positive", "negative"};
  struct sentiment_score score;
  sentiment_read(m->arena, m->options->words, m->record, &score);
  put_uuid(m, COLUMN_FACT_ID, "mail", (struct span){0});
  put(m, COLUMN_FACT_SOURCE, m->source);
  put(m, COLUMN_FACT_EMAIL, m->address);
  put_date(m);
  put_references(m);
  put(m, COLUMN_FACT_SENTIMENT, span_of(names[score.sentiment]));
  put_hundredths(m, COLUMN_FACT_SCORE, score.score);
  put(m, COLUMN_FACT_SUMMARY, score.summary);
  put(m, COLUMN_FACT_INTEL, quote_intel(m->arena, m->record));
}

static bool tells_facts(const struct maker *m) {
  return m->record->mail.mail_class == MAIL_PERSON && from_outside(m->record) && m->address.len;
}

/* encoded form -------------------------------------------------------------- */

static struct span lower_address(struct arena *arena, struct span address) {
  address = span_trim(address);
  char *copy = arena_strndup(arena, address.ptr, address.len);
  for (size_t i = 0; i < address.len; i++) copy[i] = ascii_lower(copy[i]);
  return (struct span){copy, address.len};
}

static void make_rows(struct maker *m) {
  const struct record *record = m->record;
  if (record->error_code.len) return;
  m->source = record->mail.source_id.len ? record->mail.source_id : record->mail.message_id;
  m->address = lower_address(m->arena, record->mail.from.address);
  if (m->source.len == 0) return;
  for (size_t i = 0; i < record->signals.n; i++) add_signal(m, &record->signals.items[i]);
  if (wants_enrichment(m)) add_contact(m);
  if (tells_facts(m)) add_facts(m);
}

void ingest_row_encode(const struct row_options *options, const struct record *record,
                       struct sbuf *out) {
  struct maker *m = ARENA_NEW(out->arena, struct maker);
  size_t lengths[COLUMN_COUNT + 1];
  struct sbuf tee = {.arena = out->arena};
  m->options = options;
  m->record = record;
  m->arena = out->arena;
  for (size_t i = 0; i < COLUMN_COUNT; i++) m->columns[i].arena = out->arena;
  make_rows(m);
  if (options->with_tee) record_write(&tee, record, &options->tee);
  lengths[0] = tee.len;
  for (size_t i = 0; i < COLUMN_COUNT; i++) lengths[i + 1] = m->columns[i].len;
  sbuf_add(out, (struct span){(const char *)lengths, sizeof lengths});
  sbuf_add(out, sbuf_span(&tee));
  for (size_t i = 0; i < COLUMN_COUNT; i++) sbuf_add(out, sbuf_span(&m->columns[i]));
}

void ingest_row_decode(struct span encoded, struct ingest_row *out) {
  size_t lengths[COLUMN_COUNT + 1];
  memcpy(lengths, encoded.ptr, sizeof lengths);
  size_t at = sizeof lengths;
  out->tee = span_slice(encoded, at, at + lengths[0]);
  at += lengths[0];
  for (size_t i = 0; i < COLUMN_COUNT; i++) {
    out->columns[i] = span_slice(encoded, at, at + lengths[i + 1]);
    at += lengths[i + 1];
  }
}
