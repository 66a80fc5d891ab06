#include <criterion/criterion.h>

#include "mailsignal/nats.h"

/* Pairs of messages of one subject: are they the same to the stream? */
static const struct {
  const char *a, *b;
  bool same;
} rows[] = {
    {"Message-ID: <x@y>\n\nA", "Message-ID: <x@y>\n\nB", true},
    {"Message-ID: <x@y>\n\nA", "Message-ID: <X@y>\n\nA", false},
    {"Message-ID: <x@y>\r\n\r\nA", "Received: r\nMESSAGE-ID:  < x@y >\n\nA", true},
    {"Message-Id:\n <x@y>\n\nA", "Message-ID: (note) <x@y> more\n\nA", true},
    {"Message-ID: odd one\n\nA", "Message-ID:\todd one \n\nB", true},
    {"Message-ID: <x@y>\nMessage-ID: <z@y>\n\n", "Message-ID: <x@y>\n\n", true},
    /* no id: the whole message counts */
    {"From: a\n\nA", "From: a\n\nA", true},
    {"From: a\n\nA", "From: a\n\nB", false},
    {"Message-ID:\n\nA", "Message-ID: \n\nB", false},
    {"Message-ID: <>\n\nA", "Message-ID: <>\n\nB", false},
    /* behind the headers it is text */
    {"From: a\n\nMessage-ID: <x@y>\n", "From: b\n\nMessage-ID: <x@y>\n", false},
    {"From: a\n \nMessage-ID: <x@y>\n", "From: b\n \nMessage-ID: <x@y>\n", false},
    {"", "\n", false},
};

Test(message_id, same_or_not) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char a[SHA256_HEX_BYTES], b[SHA256_HEX_BYTES];
    nats_message_id(SPAN_LIT("MAIL.mail"), span_of(rows[i].a), a);
    nats_message_id(SPAN_LIT("MAIL.mail"), span_of(rows[i].b), b);
    cr_expect_eq(strcmp(a, b) == 0, rows[i].same, "row %zu", i);
  }
}

Test(message_id, subjects_are_apart) {
  char a[SHA256_HEX_BYTES], b[SHA256_HEX_BYTES];
  struct span raw = SPAN_LIT("Message-ID: <x@y>\n\n");
  nats_message_id(SPAN_LIT("mail.one"), raw, a);
  nats_message_id(SPAN_LIT("mail.two"), raw, b);
  cr_expect_str_neq(a, b);
}

Test(message_id, a_truncated_header_ends) {
  char hex[SHA256_HEX_BYTES];
  static const char raw[] = "Message-ID: <x@y>\n more\n";
  for (size_t n = 0; n < sizeof raw; n++)
    nats_message_id(SPAN_LIT("s"), (struct span){raw, n}, hex);
  cr_expect_eq(strlen(hex), SHA256_HEX_BYTES - 1);
}
