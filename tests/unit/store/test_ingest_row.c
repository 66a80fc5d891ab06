#include <criterion/criterion.h>

#include "mailsignal/digest.h"
#include "store/ingest_row.h"

static const char tenant[] = "a0000000-0000-0000-0000-000000000000";

/* A person's mail with a signal and a signature; tests change what they are about. */
struct mail_case {
  struct arena *arena;
  struct record record;
  struct row_options options;
  struct zone zone;
};

static struct mail_case *make_case(void) {
  static const char *const dirs[] = {MAILSIGNAL_SOURCE_DIR "/rules"};
  static struct mail_case c;
  c = (struct mail_case){.arena = arena_new()};
  c.options = (struct row_options){.tenant = tenant};
  cr_assert_eq(ingest_words_load(c.arena, dirs, 1, &c.options.words, NULL), MS_OK);
  struct span text = SPAN_LIT("We are leaving. It was terrible.");
  c.zone = (struct zone){ZONE_BODY, 0, text.len};
  struct record *r = &c.record;
  r->language = "en";
  r->text.bytes = text;
  r->zones = (struct zones){.items = &c.zone, .n = 1};
  r->mail.message_id = SPAN_LIT("m1@acme.example");
  r->mail.from.address = SPAN_LIT("Jane@acme.example");
  r->mail.has_date = true;
  r->mail.date = 1741083072;
  r->signals.n = 1;
  r->signals.items[0].type = SIGNAL_CHURN_RISK;
  r->signals.items[0].strength = 0.9;
  r->signals.items[0].extracted_text = SPAN_LIT("We are \"leaving\".");
  r->contact.from_signature = true;
  r->contact.title.value = SPAN_LIT("CEO");
  return &c;
}

static struct ingest_row rows_of(struct mail_case *c) {
  struct sbuf out = {.arena = c->arena};
  struct ingest_row row;
  ingest_row_encode(&c->options, &c->record, &out);
  ingest_row_decode(sbuf_span(&out), &row);
  return row;
}

static void expect_column(const struct ingest_row *row, enum column column, const char *want) {
  struct span got = row->columns[column];
  cr_expect(span_eq(got, span_of(want)), "column %d: " SPAN_FMT, (int)column, SPAN_ARG(got));
}

Test(ingest_row, all_kinds_of_rows) {
  struct mail_case *c = make_case();
  struct ingest_row row = rows_of(c);
  expect_column(&row, COLUMN_SIGNAL_SOURCE, "\"m1@acme.example\"");
  expect_column(&row, COLUMN_SIGNAL_EMAIL, "\"jane@acme.example\"");
  expect_column(&row, COLUMN_SIGNAL_DOMAIN, "\"acme.example\"");
  expect_column(&row, COLUMN_SIGNAL_TYPE, "\"churn_risk\"");
  expect_column(&row, COLUMN_SIGNAL_STRENGTH, "\"0.90\"");
  expect_column(&row, COLUMN_SIGNAL_TEXT, "\"We are \\\"leaving\\\".\"");
  expect_column(&row, COLUMN_CONTACT_EMAIL, "\"jane@acme.example\"");
  expect_column(&row, COLUMN_FACT_DATE, "\"2025-03-04 10:11:12+00\"");
  expect_column(&row, COLUMN_FACT_SENTIMENT, "\"negative\"");
  expect_column(&row, COLUMN_FACT_REFERENCES, "NULL");
  expect_column(&row, COLUMN_FACT_INTEL, "NULL");
  cr_expect_eq(row.tee.len, 0);
  arena_free(c->arena);
}

Test(ingest_row, source_id_of_the_crm_wins) {
  struct mail_case *c = make_case();
  c->record.mail.source_id = SPAN_LIT("crm-7");
  struct ingest_row row = rows_of(c);
  expect_column(&row, COLUMN_SIGNAL_SOURCE, "\"crm-7\"");
  expect_column(&row, COLUMN_CONTACT_SOURCE, "\"crm-7\"");
  arena_free(c->arena);
}

/* Which mail asks for enrichment, and which one tells facts. */
struct who_row {
  enum mail_class mail_class;
  enum direction direction;
  const char *address;
  bool from_signature, contact, facts;
};

static const struct who_row whos[] = {
    {MAIL_PERSON, DIRECTION_UNKNOWN, "jane@acme.example", true, true, true},
    {MAIL_PERSON, DIRECTION_INBOUND, "jane@gmail.com", true, true, true},
    {MAIL_PERSON, DIRECTION_INBOUND, "jane@acme.example", false, false, true},
    {MAIL_PERSON, DIRECTION_OUTBOUND, "jane@acme.example", true, false, false},
    {MAIL_PERSON, DIRECTION_INTERNAL, "jane@acme.example", true, false, false},
    {MAIL_PERSON, DIRECTION_INBOUND, "sales@acme.example", true, false, true},
    {MAIL_PERSON, DIRECTION_INBOUND, "", true, false, false},
    {MAIL_AUTO_REPLY, DIRECTION_INBOUND, "jane@acme.example", true, false, false},
    {MAIL_BULK, DIRECTION_INBOUND, "jane@acme.example", true, false, false},
    {MAIL_BOUNCE, DIRECTION_INBOUND, "jane@acme.example", true, false, false},
    {MAIL_CALENDAR, DIRECTION_INBOUND, "jane@acme.example", true, false, false},
    {MAIL_SYSTEM, DIRECTION_INBOUND, "jane@acme.example", true, false, false},
};

Test(ingest_row, who_is_looked_up) {
  for (size_t i = 0; i < sizeof whos / sizeof *whos; i++) {
    struct mail_case *c = make_case();
    c->record.mail.mail_class = whos[i].mail_class;
    c->record.direction = whos[i].direction;
    c->record.mail.from.address = span_of(whos[i].address);
    c->record.contact.from_signature = whos[i].from_signature;
    struct ingest_row row = rows_of(c);
    cr_expect_eq(row.columns[COLUMN_CONTACT_ID].len > 0, whos[i].contact, "row %zu", i);
    cr_expect_eq(row.columns[COLUMN_FACT_ID].len > 0, whos[i].facts, "row %zu", i);
    arena_free(c->arena);
  }
}

struct date_row {
  bool has_date;
  int64_t date;
  const char *column;
};

static const struct date_row dates[] = {
    {true, 951782400, "\"2000-02-29 00:00:00+00\""},
    {true, INT64_C(253402300799), "\"9999-12-31 23:59:59+00\""},
    {true, INT64_C(253402300800), "NULL"},
    {true, INT64_MAX, "NULL"},
    {true, INT64_MIN, "NULL"},
    {false, 951782400, "NULL"},
};

Test(ingest_row, dates_that_are_none) {
  for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
    struct mail_case *c = make_case();
    c->record.mail.has_date = dates[i].has_date;
    c->record.mail.date = dates[i].date;
    struct ingest_row row = rows_of(c);
    expect_column(&row, COLUMN_FACT_DATE, dates[i].column);
    arena_free(c->arena);
  }
}

Test(ingest_row, unreadable_message_gives_no_rows) {
  struct mail_case *c = make_case();
  c->record.error_code = SPAN_LIT("io");
  c->options.with_tee = true;
  struct ingest_row row = rows_of(c);
  for (int i = 0; i < COLUMN_COUNT; i++) cr_expect_eq(row.columns[i].len, 0, "column %d", i);
  cr_expect(span_starts(row.tee, SPAN_LIT("{\"schema\":1")));
  arena_free(c->arena);
}

Test(ingest_row, ids_are_names) {
  struct arena *arena = arena_new();
  char first[37], again[37], other[37];
  struct span source = SPAN_LIT("m1"), type = SPAN_LIT("urgency");
  unsigned char bytes[16];
  ingest_uuid(arena, tenant, "opportunity_signals", source, type, first);
  ingest_uuid(arena, tenant, "opportunity_signals", source, type, again);
  cr_expect_str_eq(first, again);
  /* python3 -c "import uuid as u; print(u.uuid5(u.uuid5(u.NAMESPACE_DNS, 'mailsignal'),
   *   'a0000000-0000-0000-0000-000000000000|opportunity_signals|m1|urgency'))" */
  cr_expect_str_eq(first, "1a1a7dd7-d8bc-56d5-a027-88b75ba44e34");
  cr_expect(digest_uuid_parse(span_of(first), bytes));
  ingest_uuid(arena, tenant, "opportunity_signals", source, SPAN_LIT("renewal"), other);
  cr_expect_str_neq(first, other);
  ingest_uuid(arena, tenant, "contact_enrichment_queue", source, type, other);
  cr_expect_str_neq(first, other);
  arena_free(arena);
}

Test(ingest_row, extracted_data_has_the_keys_of_the_crm) {
  struct mail_case *c = make_case();
  struct contact_phone phones[] = {
      {.raw = SPAN_INIT("1"), .type = PHONE_FAX},
      {.raw = SPAN_INIT("0171 2"), .type = PHONE_MOBILE},
      {.raw = SPAN_INIT("020 3"), .e164 = SPAN_INIT("+44203"), .type = PHONE_WORK, .start = 4, .end = 9, .confidence = 0.5},
  };
  struct contact_field website = {.value = SPAN_INIT("https://acme.example")};
  c->record.contact.phones = phones;
  c->record.contact.n_phones = 3;
  c->record.contact.websites = (struct contact_fields){&website, 1, 1};
  c->record.contact.first_name.value = SPAN_LIT("Ja\0ne");
  struct span got = extracted_data(c->arena, &c->record);
  struct span head = SPAN_LIT(
      "{\"firstName\":\"Jane\",\"title\":\"CEO\",\"phone\":\"+44203\",\"mobile\":\"0171 2\","
      "\"email\":\"Jane@acme.example\",\"website\":\"https://acme.example\",\"phones\":[");
  cr_expect(span_starts(got, head), SPAN_FMT, SPAN_ARG(got));
  cr_expect_neq(span_find(got, SPAN_LIT("\"phone\":{\"start\":4,\"end\":9,\"confidence\":0.50}"), 0), SPAN_NONE);
  arena_free(c->arena);
}

Test(ingest_row, intel_of_quotes) {
  struct mail_case *c = make_case();
  struct signals *signals = &c->record.signals;
  signals->n = 2;
  signals->items[0].type = SIGNAL_BUDGET_MENTION;
  signals->items[0].amount_text = SPAN_LIT("$40k");
  signals->items[1].type = SIGNAL_COMPETITOR_MENTION;
  signals->items[1].competitor = SPAN_LIT("Initech");
  signals->items[1].date = SPAN_LIT("2025-05-01");
  c->record.contact.seniority = SENIORITY_DECISION_MAKER;
  c->record.contact.name.value = SPAN_LIT("Jane Doe");
  struct span got = quote_intel(c->arena, &c->record);
  cr_expect(span_eq(got, SPAN_LIT("{\"budget\":\"$40k\",\"timeline\":\"2025-05-01\",\"competitor\":\"Initech\","
                                  "\"decision_makers\":[\"Jane Doe\"]}")),
            SPAN_FMT, SPAN_ARG(got));
  arena_free(c->arena);
}
