#include <criterion/criterion.h>

#include "mailsignal/record.h"

static struct span write_record(struct arena *arena, const struct record *record,
                                struct record_options options) {
  struct sbuf out = {.arena = arena};
  record_write(&out, record, &options);
  return sbuf_span(&out);
}

Test(record, an_error_has_source_and_error_only) {
  struct arena *arena = arena_new();
  struct record record = {.origin = {SPAN_INIT("a/b.eml"), 7, 9},
                          .error_code = SPAN_INIT("io"),
                          .error_message = SPAN_INIT("gone"),
                          .language = "en"};
  cr_assert(span_eq(write_record(arena, &record, (struct record_options){.text = true}),
                    SPAN_LIT("{\"schema\":1,\"source\":{\"path\":\"a/b.eml\",\"offset\":7,\"size\":9},"
                             "\"error\":{\"code\":\"io\",\"message\":\"gone\"}}\n")));
  arena_free(arena);
}

/* Keys in the order of docs/record.md, absent values left out, `signals` always there. */
Test(record, keys_keep_their_order) {
  struct arena *arena = arena_new();
  struct mail_address to = {SPAN_INIT(""), SPAN_INIT("ops@us.example")};
  struct record record = {
      .origin = {SPAN_INIT("-"), 0, 10},
      .mail = {.message_id = SPAN_INIT("1@x"),
               .has_date = true,
               .date = 1741083072,
               .from = {SPAN_INIT("Jane"), SPAN_INIT("jane@acme.example")},
               .to = {&to, 1, 1},
               .subject = SPAN_INIT("Re: seats")},
      .language = "en",
      .direction = DIRECTION_INBOUND,
      .ruleset = "sha256:00",
  };
  defect_mark(&record.mail.defects, DEFECT_CHARSET_REPLACED);
  record.contact = (struct contact){.from_signature = true,
                                    .name = {SPAN_INIT("Jane Doe"), 0, 0, 0.9},
                                    .confidence = 0.9};
  record.signals.n = 1;
  record.signals.items[0] = (struct signal){.type = SIGNAL_CHURN_RISK,
                                            .strength = 0.95,
                                            .extracted_text = SPAN_INIT("we leave")};
  struct span got = write_record(arena, &record, (struct record_options){.zones = true});
  static const char wanted[] =
      "{\"schema\":1,\"source\":{\"path\":\"-\",\"offset\":0,\"size\":10},\"message_id\":\"1@x\","
      "\"date\":\"2025-03-04T10:11:12Z\",\"from\":{\"name\":\"Jane\",\"address\":\"jane@acme.example\"},"
      "\"to\":[{\"name\":\"\",\"address\":\"ops@us.example\"}],\"subject\":\"Re: seats\",\"language\":\"en\","
      "\"direction\":\"inbound\",\"class\":\"person\",\"signals\":[{\"signal_type\":\"churn_risk\","
      "\"signal_strength\":0.95,\"extracted_text\":\"we leave\",\"context\":{\"keywords\":[],"
      "\"keyword_count\":0,\"is_decision_maker\":false,\"rules\":[]}}],\"contact\":{\"name\":\"Jane Doe\","
      "\"confidence\":0.90,\"field_confidence\":{\"name\":0.90}},\"defects\":[\"charset.replaced\"],"
      "\"ruleset\":\"sha256:00\",\"zones\":[]}\n";
  cr_assert(span_eq(got, span_of(wanted)), SPAN_FMT, SPAN_ARG(got));
  arena_free(arena);
}
