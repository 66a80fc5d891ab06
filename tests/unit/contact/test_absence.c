/* Out-of-office replies; the mail is of Tuesday 15 July 2025. */
#include "extract.h"

static const struct {
  const char *language;
  int offset;
  const char *body, *return_date, *stand_in, *address;
  bool has_left;
} rows[] = {
    {"en", 60, "I am away until Monday 4 August with no access to email.\n", "2025-08-04", "", "",
     false},
    {"en", -300,
     "I am out through 7/18 and back on 7/21. Please contact Keisha Dodd at kdodd@acme.com.\n",
     "2025-07-21", "Keisha Dodd", "kdodd@acme.com", false},
    {"en", 60, "I will be back in the office on 2025-08-11.\n", "2025-08-11", "", "", false},
    {"en", 60, "I'm out of office until Thursday.\n", "2025-07-17", "", "", false},
    {"en", 60, "The shop reopens on January 5th.\n", "2026-01-05", "", "", false},
    {"de", 120,
     "Ich bin bis einschließlich 8. August nicht im Haus. In dringenden Fällen wenden Sie sich "
     "bitte an Frau Petra Moser.\n",
     "2025-08-08", "Petra Moser", "", false},
    {"de", 120, "Ab dem 21.07.2025 bin ich wieder erreichbar.\n", "2025-07-21", "", "", false},
    {"fr", 120, "Je suis en congés jusqu'au 25 août inclus. Contactez Marie Petit.\n", "2025-08-25",
     "Marie Petit", "", false},
    {"fr", 120, "De retour le 1er septembre.\n", "2025-09-01", "", "", false},
    {"es", 120, "Estaré fuera hasta el 25 de agosto de 2025.\n", "2025-08-25", "", "", false},
    {"pt", -180, "Estarei de volta em 4 de agosto.\n", "2025-08-04", "", "", false},
    {"it", 120, "Sono assente fino al 22 agosto.\n", "2025-08-22", "", "", false},
    {"nl", 120, "Ik ben afwezig tot en met 18 augustus.\n", "2025-08-18", "", "", false},
    {"en", 0, "Lee Fox is no longer with the company. Please contact Ana Ruiz.\n", "", "Ana Ruiz",
     "", true},
    {"de", 120, "Frau Fox ist nicht mehr im Unternehmen.\n", "", "", "", true},
    {"fr", 120, "Lee Fox ne fait plus partie de nos effectifs.\n", "", "", "", true},
    {"en", 0, "Thank you for your message.\n", "", "", "", false},
};

Test(contact, absence) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct case_input input = {"Lee Fox",      "lee@fox.com",        rows[i].language,
                               rows[i].offset, .body = rows[i].body, .auto_reply = true};
    struct contact c;
    extract(arena, &input, &c);
    expect("return date", i, c.return_date, rows[i].return_date);
    expect("stand-in", i, c.stand_in.name, rows[i].stand_in);
    expect("address", i, c.stand_in.address, rows[i].address);
    cr_expect_eq(c.has_left, rows[i].has_left, "row %zu", i);
    arena_reset(arena);
  }
  arena_free(arena);
}
