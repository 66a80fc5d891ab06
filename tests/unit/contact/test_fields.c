/* Single fields: names, seniority, phones, links. */
#include "contact/contact_parts.h"
#include "contact/sender.h"
#include "extract.h"

struct name_row {
  const char *header, *address, *signoff, *signature, *name, *first, *last;
};

static const struct name_row names[] = {
    {"Jane Doe", "jane@acme.io", "Thanks,\nJane\n", NULL, "Jane", "Jane", "Doe"},
    {"Jane Doe", "jane@acme.io", "Thanks Jane\n", NULL, "Jane", "Jane", "Doe"},
    {"Doe, Jane", "jdoe@acme.io", NULL, "Jane Doe\n+44 20 7946 0958\n", "Jane Doe", "Jane", "Doe"},
    {"Doe, Jane (Acme)", "jdoe@acme.io", NULL, "Acme Ltd\n+44 20 7946 0958\n", "Jane Doe", "Jane",
     "Doe"},
    {"Dr. Jane Doe, PhD", "jdoe@acme.io", NULL, "Acme Ltd\n+44 20 7946 0958\n", "Jane Doe", "Jane",
     "Doe"},
    {"jane doe", "jdoe@acme.io", "Jane\n", "Jane M. Doe, CPA, MBA\nAcme Ltd\n", "Jane M. Doe",
     "Jane", "Doe"},
    {"Ludo van Acker", "ludo@acme.be", NULL, "Ludo van Acker\nAcme bvba\n", "Ludo van Acker",
     "Ludo", "van Acker"},
    {"Maria de la Cruz", "m@acme.es", NULL, "Ing. Maria de la Cruz\nAcme S.L.\n",
     "Maria de la Cruz", "Maria", "de la Cruz"},
    {"O'BRIEN, SEAN", "sobrien@acme.ie", NULL, "SEAN O'BRIEN\nAcme Ltd\n", "Sean O'Brien", "Sean",
     "O'Brien"},
    {"Anne-Marie Dupont", "amd@acme.fr", NULL, "Mme Anne-Marie DUPONT\nAcme SARL\n",
     "Anne-Marie Dupont", "Anne-Marie", "Dupont"},
    {"Jürgen Müller", "juergen.mueller@acme.de", NULL, "i. A. Jürgen Müller\nAcme GmbH\n",
     "Jürgen Müller", "Jürgen", "Müller"},
    {"Virginia Applewhite", "va@acme.com", NULL, "Virginia Applewhite (she/her)\nAcme LLC\n",
     "Virginia Applewhite", "Virginia", "Applewhite"},
};

Test(contact, names) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const struct name_row *row = &names[i];
    struct case_input input = {
        row->header, row->address, "en", 0, .signoff = row->signoff, .signature = row->signature};
    struct contact c;
    extract(arena, &input, &c);
    expect("name", i, c.name.value, row->name);
    expect("first name", i, c.first_name.value, row->first);
    expect("last name", i, c.last_name.value, row->last);
    arena_reset(arena);
  }
  arena_free(arena);
}

static const struct {
  const char *title;
  enum seniority seniority;
} titles[] = {
    {"CEO", SENIORITY_DECISION_MAKER},
    {"Co-Founder & CTO", SENIORITY_DECISION_MAKER},
    {"VP Operations", SENIORITY_DECISION_MAKER},
    {"Director of Clinical Engineering", SENIORITY_DECISION_MAKER},
    {"Head of Procurement", SENIORITY_DECISION_MAKER},
    {"General Manager", SENIORITY_DECISION_MAKER},
    {"Geschäftsführender Gesellschafter", SENIORITY_DECISION_MAKER},
    {"gérant", SENIORITY_DECISION_MAKER},
    {"Socia directora", SENIORITY_DECISION_MAKER},
    {"Inhaberin", SENIORITY_DECISION_MAKER},
    {"Purchasing Manager", SENIORITY_INFLUENCER},
    {"Strategic Buyer", SENIORITY_INFLUENCER},
    {"Chief Engineer", SENIORITY_INFLUENCER},
    {"HR Business Partner", SENIORITY_INFLUENCER},
    {"Head Chef", SENIORITY_INFLUENCER},
    {"Head System Administrator", SENIORITY_INFLUENCER},
    {"Assistant to the CEO", SENIORITY_USER},
    {"Executive Assistant", SENIORITY_USER},
    {"Coordinator", SENIORITY_USER},
    {"Volunteer Coordinator", SENIORITY_USER},
    {"", SENIORITY_UNKNOWN},
};

Test(contact, seniority) {
  struct arena *arena = arena_new();
  contact_init();
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
    enum seniority got = contact_seniority(arena, span_of(titles[i].title));
    cr_expect_eq(got, titles[i].seniority, "row %zu, '%s': %s", i, titles[i].title,
                 seniority_name(got));
  }
  arena_free(arena);
}

static const struct {
  const char *address, *language;
  int offset;
  const char *line, *phones;
} phones[] = {
    {"a@acme.co.uk", "en", 0, "T +44 (0)20 7946 0958 ext. 12", "work +442079460958 x12"},
    {"a@acme.com", "en", -300, "1-800-FLOWERS", "work +18003569377"},
    {"a@acme.com", "en", -300, "207-555-0123 (o) | 207-555-0124 (c)",
     "work +12075550123, mobile +12075550124"},
    {"a@acme.com", "en", -300, "207-555-0123 (f) 207-555-0124",
     "work +12075550123, fax +12075550124"},
    {"a@acme.com", "en", -300, "207 555 0123 wk", "work +12075550123"},
    {"a@acme.com", "en", -300, "Fax: 207 555 0123", "fax +12075550123"},
    {"a@acme.de", "de", 60, "Tel. 07551 4418-26, Fax -20", "work +497551441826, fax +497551441820"},
    {"a@acme.de", "de", 60, "Handy 0172-4418803 / Zentrale 05193-4471",
     "mobile +491724418803, work +4951934471"},
    {"a@acme.fr", "fr", 60, "05 46 41 77 20 / 06 82 15 40 93",
     "work +33546417720, mobile +33682154093"},
    {"a@acme.in", "en", 330, "Ph: 0824 - 221 4470 / 221 4471",
     "work +918242214470, work +918242214471"},
    {"a@acme.it", "it", 60, "0586 894 417 – 347 221 8840",
     "work +390586894417, mobile +393472218840"},
    {"a@acme.sg", "en", 480, "DID (65) 6862 6735 | HP (65) 9138 2206",
     "work +6568626735, mobile +6591382206"},
    {"a@acme.com", "en", 0, "713.853.1861", "work +17138531861"}, /* a server's clock */
    {"a@acme.com.mx", "es", -360, "777 318 7056", "work +527773187056"},
    {"a@acme.com", "en", -300, "Cell:\t410-303-9912", "mobile +14103039912"},
    {"a@acme.com", "en", -300, "Pager: 207-555-0123", "other +12075550123"},
    {"a@acme.com", "en", -300, "Home 207-555-0123", "home +12075550123"},
    {"a@acme.com", "es", 60, "WhatsApp +34 612 345 678", "mobile +34612345678"},
    /* No telephone numbers. */
    {"a@acme.com", "en", 0, "load average: 0.23 0.14 0.14", ""},
    {"a@acme.dk", "da", 60, "CVR 38 41 22 07", ""},
    {"a@acme.de", "de", 60, "USt-IdNr. DE 211 408 377 · HRB 18822", ""},
    {"a@acme.de", "de", 60, "IBAN DE89 3704 0044 0532 0130 00", ""},
    {"a@acme.nl", "nl", 60, "KvK 58114407", ""},
    {"a@acme.com", "en", 0, "Registered charity 1109447", ""},
    {"a@acme.com", "en", 0, "14.08.2025 – 2025-08-14 – 8/14/2025", ""},
    {"a@acme.com", "en", -300, "Springfield, IL 62704-1234", ""},
    {"a@acme.com.br", "pt", -180, "CEP 11060-002", ""},
    {"a@acme.com", "en", -300, "MC# 418862 • DOT# 1094417", ""},
};

Test(contact, phones) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
    struct sbuf block = {.arena = arena};
    sbuf_printf(&block, "Pat Quill\n%s\n", phones[i].line);
    sbuf_byte(&block, '\0');
    struct case_input input = {"Pat Quill", phones[i].address, phones[i].language, phones[i].offset,
                               .signature = block.bytes};
    struct contact c;
    extract(arena, &input, &c);
    expect("phones", i, phones_of(arena, &c), phones[i].phones);
    arena_reset(arena);
  }
  arena_free(arena);
}

static const struct {
  const char *line, *email, *website, *linkedin, *twitter;
} links[] = {
    {"pat.quill@acme.co.uk | www.acme.co.uk", "pat.quill@acme.co.uk", "www.acme.co.uk", "", ""},
    {"E:pat@acme.io W:acme.io", "pat@acme.io", "acme.io", "", ""},
    {"linkedin.com/in/patquill", "own@quill.com", "", "https://www.linkedin.com/in/patquill", ""},
    {"https://de.linkedin.com/in/patquill/?trk=x", "own@quill.com", "",
     "https://www.linkedin.com/in/patquill", ""},
    {"https://www.linkedin.com/company/acme", "own@quill.com", "", "", ""},
    {"https://twitter.com/patquill", "own@quill.com", "", "", "@patquill"},
    {"Twitter: @patquill", "own@quill.com", "", "", "@patquill"},
    {"IG @patquill", "own@quill.com", "", "", ""},
    {"price-list.zip and notes.md", "own@quill.com", "", "", ""},
    {"gmail.com", "own@quill.com", "", "", ""},
    {"https://acme.com/team/", "own@quill.com", "https://acme.com/team", "", ""},
};

Test(contact, links) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    struct sbuf block = {.arena = arena};
    sbuf_printf(&block, "Pat Quill\n%s\n", links[i].line);
    sbuf_byte(&block, '\0');
    struct case_input input = {"Pat Quill", "own@quill.com", "en", 0, .signature = block.bytes};
    struct contact c;
    extract(arena, &input, &c);
    cr_assert_eq(c.emails.n, 1, "row %zu", i);
    expect("email", i, c.emails.items[0].value, links[i].email);
    expect("website", i, c.websites.n ? c.websites.items[0].value : SPAN_LIT(""), links[i].website);
    expect("linkedin", i, c.linkedin.value, links[i].linkedin);
    expect("twitter", i, c.twitter.value, links[i].twitter);
    arena_reset(arena);
  }
  arena_free(arena);
}

Test(contact, evidence_points_at_the_line) {
  struct arena *arena = arena_new();
  struct case_input input = {
      "Pat Quill", "pat@acme.com",   "en",
      0,           .body = "Hi\n\n", .signature = "Pat Quill\nHead of Sales\nAcme Ltd\n"};
  struct contact c;
  extract(arena, &input, &c);
  cr_expect_eq(c.title.start, strlen("Hi\n\nPat Quill\n"));
  cr_expect_eq(c.title.end, c.title.start + strlen("Head of Sales"));
  cr_expect(c.title.confidence > 0.5 && c.title.confidence <= 1);
  arena_free(arena);
}

Test(contact, header_alone_is_no_contact) {
  struct arena *arena = arena_new();
  struct case_input input = {"Pat Quill", "pat@acme.com", "en", 0, .body = "Hi\n"};
  struct contact c;
  extract(arena, &input, &c);
  cr_expect_not(c.from_signature);
  arena_free(arena);
}
