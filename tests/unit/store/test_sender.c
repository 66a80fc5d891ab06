#include <criterion/criterion.h>

#include "mailsignal/ingest.h"

static const struct ingest_words *load(struct arena *arena) {
  static const char *const dirs[] = {MAILSIGNAL_SOURCE_DIR "/rules"};
  const struct ingest_words *words = NULL;
  struct ms_error error = {0};
  cr_assert_eq(ingest_words_load(arena, dirs, 1, &words, &error), MS_OK, "%s", error.text);
  return words;
}

struct kind_row {
  const char *address;
  enum sender_kind kind;
};

static const struct kind_row kinds[] = {
    {"jane.doe@acme.example", SENDER_FINE},
    {"jane+info@acme.example", SENDER_FINE},
    {"infosys@acme.example", SENDER_FINE},
    {"jane.salesman@acme.example", SENDER_FINE},
    {"abedface@acme.example", SENDER_FINE},
    {"j2@acme.example", SENDER_FINE},
    {"person@linkedin.com", SENDER_FINE},
    {"info@acme.example", SENDER_ROLE},
    {"Info@acme.example", SENDER_ROLE},
    {"info2@acme.example", SENDER_ROLE},
    {"sales.emea@acme.example", SENDER_ROLE},
    {"emea-sales@acme.example", SENDER_ROLE},
    {"support+123@acme.example", SENDER_ROLE},
    {"no-reply@acme.example", SENDER_ROLE},
    {"no_reply@acme.example", SENDER_ROLE},
    {"NoReply@acme.example", SENDER_ROLE},
    {"do.not.reply@acme.example", SENDER_ROLE},
    {"MAILER-DAEMON@acme.example", SENDER_ROLE},
    {"buchhaltung@acme.example", SENDER_ROLE},
    {"comptabilite@acme.example", SENDER_ROLE},
    {"atencion.al.cliente@acme.example", SENDER_ROLE},
    {"bounce-77@acme.example", SENDER_MACHINE},
    {"owner-list=jane@acme.example", SENDER_MACHINE},
    {"0a1b2c3d4e5f60718293@acme.example", SENDER_MACHINE},
    {"3f2504e0-4f89-11d3-9a0c-0305e82c3301@acme.example", SENDER_MACHINE},
    {"reply-abc@acme.example", SENDER_MACHINE},
    {"x@mail.linkedin.com", SENDER_MACHINE},
    {"jane.doe@mailinator.com", SENDER_DISPOSABLE},
    {"jane.doe@eu.Mailinator.com", SENDER_DISPOSABLE},
    {"jane.doe@notmailinator.com", SENDER_FINE},
    {"", SENDER_NO_ADDRESS},
    {"@acme.example", SENDER_NO_ADDRESS},
    {"jane", SENDER_NO_ADDRESS},
    {"jane@localhost", SENDER_NO_ADDRESS},
    {"jane@[192.0.2.1]", SENDER_NO_ADDRESS},
    {"jane@192.0.2.1", SENDER_NO_ADDRESS},
    {"jane@acme example", SENDER_NO_ADDRESS},
    {"jane@acme.", SENDER_NO_ADDRESS},
};

Test(sender, kinds) {
  struct arena *arena = arena_new();
  const struct ingest_words *words = load(arena);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    cr_expect_eq(sender_kind(words, span_of(kinds[i].address)), kinds[i].kind, "row %zu: %s", i,
                 kinds[i].address);
  arena_free(arena);
}

Test(sender, endless_addresses) {
  struct arena *arena = arena_new();
  const struct ingest_words *words = load(arena);
  char *bytes = arena_alloc(arena, 100000);
  memset(bytes, 'a', 100000);
  bytes[99000] = '@';
  bytes[99500] = '.';
  cr_expect_neq(sender_kind(words, (struct span){bytes, 100000}), SENDER_FINE);
  cr_expect_eq(sender_company_domain(words, (struct span){bytes, 100000}).len, 0);
  bytes[70] = '@'; /* a local part beyond 64 bytes, an address below 254 */
  bytes[75] = '.';
  cr_expect_eq(sender_kind(words, (struct span){bytes, 90}), SENDER_MACHINE);
  arena_free(arena);
}

struct domain_row {
  const char *address, *domain;
};

static const struct domain_row domains[] = {
    {"jane@acme.example", "acme.example"},       {"jane@mail.acme.example", "mail.acme.example"},
    {"jane@gmail.com", ""},                      {"jane@GMail.com", ""},
    {"jane@hotmail.co.uk", ""},                  {"jane@web.de", ""},
    {"jane@notgmail.com", "notgmail.com"},       {"jane@vip.qq.com", ""},
    {"jane@localhost", ""},                      {"", ""},
};

Test(sender, company_domain) {
  struct arena *arena = arena_new();
  const struct ingest_words *words = load(arena);
  for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
    struct span got = sender_company_domain(words, span_of(domains[i].address));
    cr_expect(span_eq(got, span_of(domains[i].domain)), "row %zu: " SPAN_FMT, i, SPAN_ARG(got));
  }
  arena_free(arena);
}
