#include <criterion/criterion.h>

#include "rules_fixture.h"

/* One pattern of the rule language, one text, and what of the text (folded) it must match; NULL
 * for nothing. */
static const struct {
  const char *pattern, *text, *match;
} rows[] = {
    /* adjacent words, case, wraps, quotes, blanks */
    {"moving away", "We are MOVING\naway.", "moving away"},
    {"moving away", "moving\xC2\xA0" "away", "moving away"},
    {"moving away", "moving, away", "moving, away"},
    {"moving away", "moving. Away", NULL},
    {"moving away", "removing away", NULL},
    {"moving away", "moving awayward", NULL},
    {"initech offer", "Initech's offer", "initech's offer"},
    /* contractions, hyphens, spelling of the pattern itself */
    {"we're leaving", "we are leaving", "we are leaving"},
    {"we are leaving", "we\xE2\x80\x99re leaving", "we are leaving"},
    {"we are leaving", "were leaving", "we are leaving"},
    {"can't renew", "we cant renew", "can not renew"},
    {"follow-up", "a follow up", "follow up"},
    {"follow up", "a follow-up", "follow up"},
    {"our organization", "our organisation", "our organization"},
    {"our organisation", "our organization", "our organization"},
    {"urgent", "urgant", "urgent"},
    /* gaps */
    {"switch ~2 to", "switch to", "switch to"},
    {"switch ~2 to", "switch all seats to", "switch all seats to"},
    {"switch ~2 to", "switch all our seats to", NULL},
    {"switch ~2 to", "switch (all) seats, to", "switch (all) seats, to"},
    {"switch ~0 to", "switch over to", NULL},
    /* words that come again, and in the other order */
    {"pallet ~3 courier", "courier took a pallet", NULL},
    {"pallet ~3 courier", "courier took a pallet, courier", "pallet, courier"},
    {"pallet ~3 courier ~3 invoice", "invoice: courier, pallet, courier, invoice",
     "pallet, courier, invoice"},
    {"pallet ~3 pallet", "one pallet only", NULL},
    {"pallet ~3 pallet", "pallet by pallet", "pallet by pallet"},
    /* groups and optional words */
    {"(a b|c) d", "a b d", "a b d"},
    {"(a b|c) d", "c d", "c d"},
    {"(a b|c) d", "a d", NULL},
    {"another (big (vendor|provider)|supplier)", "another big provider", "another big provider"},
    {"very? urgent", "urgent", "urgent"},
    {"very? urgent", "very urgent", "very urgent"},
    {"cancel our? plan", "cancel plan", "cancel plan"},
    {"cancel (our|the)? plan now?", "cancel the plan now", "cancel the plan now"},
    {"cancel ~2 big? plan", "cancel x y plan", "cancel x y plan"},
    {"cancel ~2 big? plan", "cancel x y z plan", NULL},
    /* inflections */
    {"switch+ away", "switching away", "switching away"},
    {"(switch|move)+ away", "moved away", "moved away"},
    {"cancel+ it", "cancelled it", "canceled it"},
    {"go+ elsewhere", "went elsewhere", "went elsewhere"},
    {"(go over|leave)+ to", "went over to", "went over to"},
    {"try+ it", "tries it", "tries it"},
    {"tie+ it", "tying it", "tying it"},
    {"agree+ it", "agreeing it", "agreeing it"},
    {"stop+ it", "stopped it", "stopped it"},
    {"box+ in", "boxes in", "boxes in"},
    {"cheap+ offer", "cheaper offer", "cheaper offer"},
    {"switch+", "switchboard", NULL},
    /* classes and lists */
    {"<we> leave", "I leave", "i leave"},
    {"with <you>", "with you", "with you"},
    {"up to <money>", "up to $40,000.50", "up to $40,000.50"},
    {"up to <money>", "up to 40k now", "up to 40k"},
    {"up to <money>", "up to 40.000 \xE2\x82\xAC now", "up to 40.000\xE2\x82\xAC"},
    {"up to <money>", "up to forty grand", "up to forty grand"},
    {"up to <money>", "up to EUR 500", "up to eur 500"},
    {"up to <money>", "up to 40 people", NULL},
    {"by <date>", "by 31 March 2025", "by 31 march 2025"},
    {"by <date>", "by next Friday", "by next friday"},
    {"by <date>", "by end of the month", "by end of the month"},
    {"by <date>", "by car", NULL},
    {"<number> seats", "twenty seats", "twenty seats"},
    {"<number> seats", "1,200 seats", "1,200 seats"},
    {"on <weekday>", "on Thursday", "on thursday"},
    {"<person> at <person> gave", "Priya at Northwind gave me", "priya at northwind gave"},
    {"<person> gave", "somebody gave", NULL},
    {"<person> gave", "Nobody gave", NULL},
    {"<person> gave", "what Mondays gave", NULL},
    {"<person> gave", "what March gave", NULL},
    {"<person> gave", "what Mandy gave", "mandy gave"},
    {"to <competitor>", "to ACME corp", "to acme corp"},
    {"to <competitors>", "to Initech", "to initech"},
    {"to <competitor>", "to Acmeville", NULL},
    /* signs */
    {"a\\+b", "a+b", "a+b"},
    {"24/7 support", "24/7 support", "24/7 support"},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

/* In single quotes, where YAML has one special character. */
static void add_quoted(struct sbuf *out, const char *text) {
  sbuf_byte(out, '\'');
  for (; *text; text++) {
    if (*text == '\'') sbuf_byte(out, '\'');
    sbuf_byte(out, *text);
  }
  sbuf_byte(out, '\'');
}

static void write_lists(const char *folder) {
  fixture_write(folder, "lists/competitors.yaml",
                SPAN_LIT("- Initech\n- {name: Acme, aliases: [ACME Corp]}\n"));
  fixture_write(folder, "lists/spelling.yaml", SPAN_LIT("organisation: organization\n"
                                                        "cancelled: canceled\n"));
  fixture_write(folder, "lists/typos.yaml", SPAN_LIT("urgant: urgent\n"));
  fixture_write(folder, "lists/irregular.yaml",
                SPAN_LIT("en: {go: [goes, went, gone], cheap: [cheaper, cheapest]}\n"));
}

Test(match, patterns_match_what_they_say) {
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct sbuf file = {.arena = arena};
  char folder[200];
  fixture_folder(folder);
  write_lists(folder);
  for (int r = 0; r < N_ROWS; r++) {
    sbuf_printf(&file, "- {id: row.r%d, weight: 0.5, match: [", r);
    add_quoted(&file, rows[r].pattern);
    sbuf_add(&file, SPAN_LIT("]}\n"));
  }
  fixture_write(folder, "complaint.yaml", sbuf_span(&file));
  struct ruleset *ruleset = fixture_load(folder, &(struct ruleset_options){0}, &faults);
  for (size_t i = 0; i < faults.n; i++) {
    struct span text = diag_format(arena, &faults.items[i]);
    cr_log_error(SPAN_FMT, SPAN_ARG(text));
  }
  cr_assert_not_null(ruleset);
  for (int r = 0; r < N_ROWS; r++) {
    struct sbuf start = {.arena = arena};
    sbuf_printf(&start, "row.r%d: ", r);
    struct span hits = fixture_hits(arena, ruleset, rows[r].text), rest = hits, hit;
    struct span found = {0};
    while (rest.len) { /* the hit of this row among those of the others */
      size_t bar = span_find(rest, SPAN_LIT(" | "), 0);
      hit = bar == SPAN_NONE ? rest : span_slice(rest, 0, bar);
      rest = bar == SPAN_NONE ? (struct span){0} : span_from(rest, bar + 3);
      if (span_starts(hit, sbuf_span(&start))) found = span_from(hit, start.len);
    }
    cr_expect(span_eq(found, span_of(rows[r].match)), "row %d '%s' on '%s': '" SPAN_FMT "'", r,
              rows[r].pattern, rows[r].text, SPAN_ARG(found));
  }
  ruleset_free(ruleset);
  arena_free(arena);
}
