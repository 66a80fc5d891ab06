#include "lined.h"

static const struct {
  struct lined_row row;
  const char *name, *address;
} rows[] = {
    {{"Gmail", NULL,
      "b Pic attached.\n\n"
      "f ---------- Forwarded message ---------\n"
      "f From: Tommy Ladner <tommy@dredge.example>\n"
      "f Date: Thu, Mar 20, 2025 at 3:11 PM\n"
      "f Subject: lunch\n"
      "f To: Warren <warren@dredge.example>\n\n\n"
      "f Here it is.\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"Gmail, German", NULL,
      "b Zur Info.\n\n"
      "f ---------- Forwarded message ---------\n"
      "f Von: Tommy Ladner <tommy@dredge.example>\n"
      "f Date: Do., 20. März 2025 um 15:11 Uhr\n"
      "f Subject: Essen\n"
      "f To: <warren@dredge.example>\n\n"
      "f Anbei.\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"Apple Mail", NULL,
      "b For you.\n\n"
      "f Begin forwarded message:\n\n"
      "f From: Tommy Ladner <tommy@dredge.example>\n"
      "f Subject: lunch\n"
      "f Date: 20 March 2025 at 15:11:00 GMT\n"
      "f To: Warren <warren@dredge.example>\n\n"
      "f Here it is.\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"Outlook, passed on without a word", NULL,
      "f From: Tommy Ladner [mailto:tommy@dredge.example]\n"
      "f Sent: Thursday, March 20, 2025 3:11 PM\n"
      "f To: Warren\n"
      "f Subject: lunch\n\n"
      "f Here it is.\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"Outlook under a banner", NULL,
      "p CAUTION: This email originated from outside of the organization. Do not click links.\n\n"
      "f ________________________________\n"
      "f From: Tommy Ladner <tommy@dredge.example>\n"
      "f Sent: Thursday, March 20, 2025 3:11 PM\n"
      "f To: Warren\n"
      "f Subject: lunch\n\n"
      "f Here it is.\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"Thunderbird", NULL,
      "b See below.\n\n\n"
      "f -------- Forwarded Message --------\n"
      "f Subject: \tlunch\n"
      "f Date: \tThu, 20 Mar 2025 15:11:00 +0100\n"
      "f From: \tTommy Ladner <tommy@dredge.example>\n"
      "f To: \tWarren <warren@dredge.example>\n\n"
      "f Here it is.\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"Yahoo", NULL,
      "b See below.\n\n"
      "f ----- Forwarded Message -----\n"
      "f From: \"tommy@dredge.example\" <tommy@dredge.example>\n"
      "f To: Warren <warren@dredge.example>\n"
      "f Sent: Thursday, March 20, 2025 at 03:11:00 PM EDT\n"
      "f Subject: lunch\n\n"
      "f Here it is.\n"},
     "tommy@dredge.example", "tommy@dredge.example"},
    {{"Apple Mail, German, under a signature", "Anna Kern <a.kern@bau.example>",
      "b Hallo Bernd, kannst du das bitte übernehmen und dich heute noch melden?\n\n"
      "o Viele Grüße\n"
      "s Anna Kern\n"
      "s Bauleiterin\n"
      "s Tel. 089 4455660\n\n"
      "f Anfang der weitergeleiteten Nachricht:\n\n"
      "f Von: Tommy Ladner <tommy@dredge.example>\n"
      "f Betreff: Termin\n"
      "f Datum: 20. März 2025 um 15:11:00 MEZ\n"
      "f An: Anna Kern <a.kern@bau.example>\n\n"
      "f Passt Dienstag?\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"markers of other languages", NULL,
      "b Voir ci-dessous.\n\n"
      "f ---------- Message transféré ---------\n"
      "f De : Tommy Ladner <tommy@dredge.example>\n"
      "f Date : jeu. 20 mars 2025 à 15:11\n"
      "f Objet : repas\n\n"
      "f Voici.\n"},
     "Tommy Ladner", "tommy@dredge.example"},
    {{"talk of a forwarded message", NULL,
      "b Forwarded message from the bank did not reach us so far, could you ask them again\n"
      "b and copy me in this time please?\n"},
     "", ""},
};

Test(forwards, keep_their_sender) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct zones zones;
    lined_run(arena, &rows[i].row, &zones);
    struct mail_address got = zones.forwarded_from;
    cr_expect(span_eq(got.name, span_of(rows[i].name)), "%s: name '" SPAN_FMT "'",
              rows[i].row.about, SPAN_ARG(got.name));
    cr_expect(span_eq(got.address, span_of(rows[i].address)), "%s: address '" SPAN_FMT "'",
              rows[i].row.about, SPAN_ARG(got.address));
    arena_reset(arena);
  }
  arena_free(arena);
}
