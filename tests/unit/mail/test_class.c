#include "mail_test.h"

#include "mailsignal/sbuf.h"

TestSuite(class, .init = set_up, .fini = tear_down);

Test(class, what_headers_and_parts_say) {
  static const struct {
    const char *head; /* ends without an empty line */
    enum mail_class want;
  } rows[] = {
      {"From: jane@acme.example\nSubject: Pump", MAIL_PERSON},
      {"From: jane@acme.example\nX-Auto-Response-Suppress: All", MAIL_PERSON},
      {"From: jane@acme.example\nAuto-Submitted: no", MAIL_PERSON},
      {"From: jane@acme.example\nReturn-Path: <jane@acme.example>", MAIL_PERSON},
      {"From: jane@acme.example\nSubject: Out of office cover while I am away", MAIL_PERSON},
      {"From: jane@acme.example\nSubject: Re: Automatic reply settings", MAIL_PERSON},
      {"From: jane@acme.example\nSubject: Undeliverable pumps", MAIL_PERSON},
      {"From: info@acme.example\nSubject: Pump", MAIL_PERSON},
      {"From: alerta@acme.example\nSubject: Pump", MAIL_PERSON},
      {"From: jane@acme.example\nAuto-Submitted: auto-replied (vacation)", MAIL_AUTO_REPLY},
      {"From: jane@acme.example\nX-Autoreply: yes", MAIL_AUTO_REPLY},
      {"From: jane@acme.example\nX-Autorespond: Re: Pump", MAIL_AUTO_REPLY},
      {"From: jane@acme.example\nPrecedence: auto_reply", MAIL_AUTO_REPLY},
      {"From: jane@acme.example\nSubject: Automatic reply: Pump", MAIL_AUTO_REPLY},
      {"From: jane@acme.example\nSubject: AUTOMATIC REPLY: Pump", MAIL_AUTO_REPLY},
      {"From: jane@acme.example\nSubject: Out of Office: Pump", MAIL_AUTO_REPLY},
      {"From: jane@acme.example\nSubject: Out of office", MAIL_AUTO_REPLY},
      {"From: j@acme.example\nSubject: Abwesenheitsnotiz: Pumpe", MAIL_AUTO_REPLY},
      {"From: j@acme.example\nSubject: R\xC3\xA9ponse automatique : pompe", MAIL_AUTO_REPLY},
      {"From: j@acme.example\nSubject: R\xC3\x89PONSE AUTOMATIQUE: pompe", MAIL_AUTO_REPLY},
      {"From: j@acme.example\nSubject: =?utf-8?q?Respuesta_autom=C3=A1tica=3A?= x",
       MAIL_AUTO_REPLY},
      {"From: j@acme.example\nSubject: Automatisch antwoord: pomp", MAIL_AUTO_REPLY},
      {"From: j@acme.example\nAuto-Submitted: auto-generated\nSubject: Automatic reply: x",
       MAIL_AUTO_REPLY},
      {"From: j@acme.example\nPrecedence: bulk", MAIL_BULK},
      {"From: j@acme.example\nPrecedence: list", MAIL_BULK},
      {"From: j@acme.example\nList-Id: <talk.acme.example>", MAIL_BULK},
      {"From: j@acme.example\nList-Unsubscribe: <mailto:u@acme.example>", MAIL_BULK},
      {"From: j@acme.example\nFeedback-ID: 1:2:3:x", MAIL_BULK},
      {"From: no-reply@acme.example\nList-Unsubscribe: <https://x.example>", MAIL_BULK},
      {"From: j@acme.example\nAuto-Submitted: auto-generated", MAIL_SYSTEM},
      {"From: no-reply@acme.example", MAIL_SYSTEM},
      {"From: NoReply.billing@acme.example", MAIL_SYSTEM},
      {"From: order-notifications@acme.example", MAIL_SYSTEM},
      {"From: ne-pas-repondre@acme.example", MAIL_SYSTEM},
      {"From: MAILER-DAEMON@acme.example\nSubject: failure notice", MAIL_BOUNCE},
      {"From: MAILER-DAEMON@acme.example\nReturn-Path: <>", MAIL_BOUNCE},
      {"From: j@acme.example\nReturn-Path: <>\nSubject: Undeliverable: Pump", MAIL_BOUNCE},
      {"From: j@acme.example\nReturn-Path: <>", MAIL_BOUNCE},
      {"From: j@acme.example\nReturn-Path: <>\nIn-Reply-To: <1@x.example>", MAIL_AUTO_REPLY},
      {"From: j@acme.example\nX-Failed-Recipients: b@x.example", MAIL_BOUNCE},
      {"From: j@acme.example\nContent-Type: multipart/report; report-type=delivery-status; "
       "boundary=b",
       MAIL_BOUNCE},
      {"From: j@acme.example\nContent-Type: multipart/report; "
       "report-type=disposition-notification; boundary=b",
       MAIL_AUTO_REPLY},
      {"From: j@acme.example\nContent-Type: multipart/report; report-type=feedback-report; "
       "boundary=b",
       MAIL_SYSTEM},
      {"From: j@acme.example\nContent-Type: text/calendar; method=REQUEST", MAIL_CALENDAR},
      {"From: j@acme.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nI would "
       "like to meet.\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--",
       MAIL_CALENDAR},
      {"From: j@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHere it "
       "is.\n--b\n"
       "Content-Type: message/rfc822\n\nContent-Type: text/calendar; method=REQUEST\n\nx\n--b--",
       MAIL_PERSON},
      {"From: j@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHere it "
       "is.\n--b\n"
       "Content-Type: text/calendar; method=PUBLISH\n\nx\n--b--",
       MAIL_PERSON},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    struct sbuf raw = {.arena = arena};
    sbuf_printf(&raw, "%s\n\nx\n", rows[r].head);
    struct mail m;
    mail_parse(arena, sbuf_span(&raw), &m);
    cr_assert_eq(m.mail_class, rows[r].want, "row %zu: %s", r, mail_class_name(m.mail_class));
  }
}
