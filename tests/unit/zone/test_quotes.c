#include "lined.h"

Test(quotes, by_client) {
  static const struct lined_row rows[] = {
      {"Gmail, answer on top", NULL,
       "b Tuesday is fine.\n\n"
       "q On Tue, Nov 11, 2025 at 9:15 AM Ashley <ashley@malt.example> wrote:\n\n"
       "q > Can we move it?\n"
       "q > Ashley\n"},
      {"a telephone number right above is the sender's", "Ruth Kiefer <ruth@kiefer.example>",
       "b Send this month's to us as always.\n\n"
       "o Thanks,\n"
       "s Ruth Kiefer\n"
       "s Kiefer Family Homes\n"
       "s 812-547-3318 (home 812-547-2260)\n"
       "q On Sat, 29 Nov 2025 at 13:26, Jim <jim@supply.example> wrote:\n"
       "q > Ruth, same as March?\n"},
      {"the same in French, without marks", "Mireille Fontanet <mireille@pressing.example>",
       "b C'est bon pour jeudi.\n\n"
       "o Bonne journ\xc3\xa9\x65\n\n"
       "s Mireille Fontanet\n"
       "s T\xc3\xa9l. 05 61 44 28 17\n"
       "q Le 21.02.2025 16:13, Kevin <sav@machines.example> a \xc3\xa9\x63rit :\n"
       "q Bonjour Madame, que se passe-t-il ?\n"},
      {"Gmail, address wrapped", NULL,
       "b Fine.\n\n"
       "q On Wed, Aug 27, 2025 at 9:31 AM Amanda Prewitt\n"
       "q <aprewitt@rope.example> wrote:\n"
       "q > Tags?\n"},
      {"attribution over four lines", NULL,
       "b Yes.\n\n"
       "q On Wednesday, the 27th of August 2025 at 9:31 AM,\n"
       "q Amanda Prewitt of the Atlantic Rope Company\n"
       "q <aprewitt@rope.example>\n"
       "q wrote:\n\n"
       "q Do you want it?\n"},
      {"answers between quoted lines stay body", NULL,
       "q On 8/8/25, Ash <ash@kennel.example> wrote:\n"
       "q > Is the field required?\n\n"
       "b No, half of them come in without.\n\n"
       "q > And are you leaving?\n\n"
       "b That was a joke.\n"},
      {"quotes in quotes", NULL,
       "b Same here.\n\n"
       "q > Agreed.\n"
       "q >> I would wait.\n"
       "q > > > Shall we?\n"},
      {"quoted blank lines", NULL,
       "b Same here, that is what we do as well.\n"
       "q > Agreed.\n"
       "q > \n"
       "q > \n"
       "q > Jane\n"},
      {"Outlook header block without a rule", NULL,
       "b Received, thanks.\n\n"
       "q From: Roger Haldane <roger@crane.example>\n"
       "q Sent: Monday, August 11, 2025 5:49 PM\n"
       "q To: Melissa Tan <mtan@lease.example>\n"
       "q Subject: Crane\n\n"
       "q Get me out of this lease.\n"},
      {"Outlook header block under a rule", NULL,
       "b Received.\n\n"
       "q ________________________________\n"
       "q From: Roger Haldane\n"
       "q Sent: Monday, August 11, 2025 5:49 PM\n"
       "q To: Melissa Tan; Bob Ray\n"
       "q Cc: Ann Lee\n"
       "q Subject: Crane\n\n"
       "q Get me out.\n"},
      {"bold header names", NULL,
       "b Received.\n\n"
       "q *From:* Roger Haldane [mailto:roger@crane.example]\n"
       "q *Sent:* Monday, August 11, 2025 5:49 PM\n"
       "q *To:* Melissa Tan\n"
       "q *Subject:* Crane\n\n"
       "q Get me out.\n"},
      {"original message line", NULL,
       "b Done.\n\n"
       "q -----Original Message-----\n"
       "q From: Patty Voss <pvoss@plains.example>\n"
       "q Sent: Friday, May 2, 2025 2:19 PM\n"
       "q To: Dan\n"
       "q Subject: invoice\n\n"
       "q When?\n"},
      {"Yahoo, nothing marked", NULL,
       "b PO is sent.\n\n"
       "q On Monday, December 15, 2025 at 10:01:11 AM EST, Derrick <d@probe.example> wrote:\n\n\n"
       "q Giselle, four lines, ships Thursday.\n"
       "q Thanks, Derrick\n"},
      {"Thunderbird without address", NULL,
       "b Ja.\n\n"
       "q Am 05.02.2025 um 17:44 schrieb Gerlinde Meier:\n"
       "q > Kommt es morgen?\n"},
      {"text that only looks like a header block", NULL,
       "b Please quote this lane:\n"
       "b From: Rotterdam\n"
       "b To: Hamburg\n"
       "b Date: 12 May, two trucks a day\n"
       "b Thank you for a quick answer on this one.\n"},
      {"a sentence about what somebody wrote", NULL,
       "b On page 3 of the contract from 12 March you wrote:\n"
       "b delivery within 10 days. That has not happened.\n"},
      {"an mbox escape is no quote", NULL,
       "b We have one question left about the delivery this week.\n"
       "b >From Monday on we are closed for the whole week, sorry.\n"},
  };
  LINED_RUN(rows);
}

Test(quotes, no_text_gives_no_zones) {
  struct arena *arena = arena_new();
  struct text text;
  struct zones zones;
  text_read(arena, (struct span){"", 0}, &text);
  zone_find(arena, &text, &(struct zone_hints){0}, &zones);
  cr_assert_eq(zones.n, 0);
  arena_free(arena);
}
