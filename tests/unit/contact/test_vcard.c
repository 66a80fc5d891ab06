/* vCards of versions 2.1, 3.0 and 4.0. */
#include "extract.h"

static const struct {
  const char *vcard, *name, *title, *company, *department, *phones, *address, *email;
} rows[] = {
    {"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;Dr.;\r\nFN:Dr. Jane Doe\r\nORG:Acme Ltd;Purch\r\n "
     "asing\r\nTITLE:Buyer\r\n"
     "TEL;TYPE=WORK,VOICE:+44 20 7946 0958\r\nTEL;TYPE=CELL:+44 7700 "
     "900123\r\nEMAIL:jane@acme.co.uk\r\n"
     "ADR;TYPE=WORK:;;1 High St;London;;EC1A 1BB;UK\r\nEND:VCARD\r\n",
     "Jane Doe", "Buyer", "Acme Ltd", "Purchasing", "work +442079460958, mobile +447700900123",
     "1 High St, London, EC1A 1BB, UK", "jane@acme.co.uk"},
    {"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:D=F6;Jane\n"
     "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Jane =\nD=F6\nTEL;WORK;FAX:020 7946 "
     "0958\nEMAIL;INTERNET:jane@acme.co.uk\nEND:VCARD\n",
     "Jane D\xC3\xB6", "", "", "", "fax +442079460958", "", "jane@acme.co.uk"},
    {"BEGIN:VCARD\nVERSION:4.0\nFN:Jane "
     "Doe\nitem1.TEL;VALUE=uri;TYPE=\"voice,home\":tel:+44-20-7946-0958\nORG:Acme\\, Sons & "
     "Co\nEND:VCARD\n",
     "Jane Doe", "", "Acme, Sons & Co", "", "home +442079460958", "", "jane@acme.co.uk"},
    /* Somebody else's card, then the sender's. */
    {"BEGIN:VCARD\nFN:Max Power\nTITLE:Boss\nEND:VCARD\nBEGIN:VCARD\nFN:Jane "
     "Doe\nTITLE:Buyer\nEND:VCARD\n",
     "Jane Doe", "Buyer", "", "", "", "", "jane@acme.co.uk"},
    {"BEGIN:VCARD\nFN:Max Power\nTITLE:Boss\nEND:VCARD\n", "Jane Doe", "", "", "", "", "",
     "jane@acme.co.uk"},
    {"BEGIN:VCARD\nFN:Jane Doe\nTITLE:", "Jane Doe", "", "", "", "", "", "jane@acme.co.uk"},
};

Test(contact, vcards) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct case_input input = {"Jane Doe", "jane@acme.co.uk", "en", 0, .vcard = rows[i].vcard};
    struct contact c;
    extract(arena, &input, &c);
    expect("name", i, c.name.value, rows[i].name);
    expect("title", i, c.title.value, rows[i].title);
    expect("company", i, c.company.value, rows[i].company);
    expect("department", i, c.department.value, rows[i].department);
    expect("phones", i, phones_of(arena, &c), rows[i].phones);
    expect("address", i, c.address.value, rows[i].address);
    cr_assert_eq(c.emails.n, 1, "row %zu", i);
    expect("email", i, c.emails.items[0].value, rows[i].email);
    arena_reset(arena);
  }
  arena_free(arena);
}
