/* Every allocation of a message fails once: the parse ends in the guard, and nothing leaks. */
#include "mail_test.h"

TestSuite(memory, .init = set_up, .fini = tear_down);

static const char message[] =
    "From: =?iso-8859-1?q?J=FCrgen?= <j@acme.example>\nTo: a@b.example, c@d.example\n"
    "Subject: =?utf-8?b?w7w=?=\nDate: Tue, 4 Mar 2025 10:11:12 +0100\n"
    "Content-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
    "--c\nContent-Type: text/plain; charset=iso-8859-2\n\nza\xBF\xF3\xB3\xE6\n"
    "--c\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    "<p>u=CC=88</p><blockquote>old</blockquote><a href=3D\"mailto:x@y.example\">m</a>\n--c--\n"
    "--b\nContent-Type: text/plain; format=flowed\n\n\xFF\xFE unlabelled \nbytes\n"
    "--b\nContent-Type: message/rfc822\n\nFrom: k@l.example\n\nx\n"
    "--b\nContent-Type: application/pdf; name=a.pdf\n\nx\n--b--\n";

Test(memory, running_out_at_any_allocation) {
  volatile uint64_t nth = 0;
  bool finished = false;
  while (!finished) {
    nth = nth + 1;
    cr_assert_lt(nth, 5000);
    if (ARENA_GUARD(arena)) {
      arena_reset(arena);
      continue;
    }
    arena_fail_after(arena, nth);
    struct mail m;
    mail_parse(arena, span_of(message), &m);
    arena_fail_after(arena, 0);
    arena_unguard(arena);
    arena_reset(arena);
    finished = true;
  }
  cr_assert_gt(nth, 50, "only %llu allocations", (unsigned long long)nth);
}
