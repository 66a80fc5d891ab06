#include <criterion/criterion.h>

#include "mailsignal/rule_book.h"
#include "rules_fixture.h"

static const char rules_file[] =
    "- id: c.words\n"
    "  weight: 0.9\n"
    "  match: [\"(switch|move)+ ~2 to another supplier\", \"leave+ you\"]\n"
    "  unless: [\"not a word\"]\n"
    "- id: c.optional\n"
    "  weight: 0.9\n"
    "  match: [\"very? urgent matter\"]\n"
    "- id: c.person\n"
    "  weight: 0.9\n"
    "  match: [\"<person> gave your name\"]\n"
    "- id: c.subject\n"
    "  weight: 0.9\n"
    "  zones: [subject]\n"
    "  match: [\"grey parrot here\"]\n"
    "- id: c.regex\n"
    "  weight: 0.9\n"
    "  match: [{regex: '\\bparrots?\\b'}]\n"
    "- id: c.all\n"
    "  weight: 0.9\n"
    "  composite: {all: [c.regex, \"again\"]}\n"
    "- id: c.count\n"
    "  weight: 0.9\n"
    "  within: message\n"
    "  composite: {count: {of: [\"one thing\", \"two things\", \"three things\"], min: 2}}\n";

/* Rule, text, and the answer: kind, what fitted, what did not, how many elements of how many. */
static const struct {
  const char *rule, *text, *kind, *words, *failed;
  size_t fitted, elements;
} rows[] = {
    {"c.words", "The minutes are attached.", "nothing", "", "", 0, 0},
    {"c.words", "We move all seats to another house.", "words", "move all seats to another", "supplier",
     3, 4},
    {"c.words", "He looks to another supplier.", "words", "to another supplier", "(switch|move)+", 3, 4},
    {"c.words", "Leave it. We switch now.", "words", "leave", "you", 1, 2},
    {"c.words", "We leave you, not a word.", "unless", "leave you", "not a word", 0, 0},
    {"c.optional", "A very urgent thing.", "words", "urgent", "matter", 1, 2},
    {"c.person", "Priya gave a name.", "words", "priya gave", "your", 2, 4},
    {"c.person", "On Mondays we gave your parcel.", "words", "gave your", "name", 2, 4},
    {"c.subject", "The grey parrot.", "nothing", "", "", 0, 0},
    {"c.regex", "No bird.", "nothing", "", "", 0, 0},
    {"c.all", "The parrot sleeps.", "clause", "", "again", 1, 2},
    {"c.all", "Once again.", "clause", "", "c.regex", 1, 2},
    {"c.all", "The parrot sleeps. Once again.", "apart", "", "", 0, 0},
    {"c.count", "One thing is missing.", "clause", "", "two things", 1, 2},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static void find_miss(struct arena *arena, const struct rule_book *book,
                      const struct ruleset *ruleset, int row, struct near_miss *out) {
  struct passage passage = {span_of(rows[row].text), 0, strlen(rows[row].text), FIELD_BODY};
  struct folded folded;
  struct hits hits;
  defect_set defects = 0;
  struct match_scratch *scratch = match_scratch_new(ruleset);
  text_fold(arena, ruleset_lexicon(ruleset), &passage, 1, &folded);
  match_run(ruleset, scratch, arena, &folded, "", &hits, &defects);
  rule_near_miss(arena, book, ruleset, &folded, &hits, span_of(rows[row].rule), out);
  match_scratch_free(scratch);
}

Test(near_miss, says_what_fitted_and_what_did_not) {
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct rule_book book;
  char folder[200];
  const char *dirs[] = {folder};
  fixture_folder(folder);
  fixture_write(folder, "signals/complaint.yaml", span_of(rules_file));
  struct ruleset_options options = {.dirs = dirs, .n_dirs = 1};
  struct ruleset *ruleset = fixture_load(folder, &options, &faults);
  cr_assert_not_null(ruleset);
  cr_assert(rule_book_read(arena, &options, &faults, &book));
  for (int r = 0; r < N_ROWS; r++) {
    struct near_miss miss;
    find_miss(arena, &book, ruleset, r, &miss);
    cr_expect_str_eq(near_miss_name(miss.kind), rows[r].kind, "row %d: %s", r,
                     near_miss_name(miss.kind));
    cr_expect(span_eq(miss.words, span_of(rows[r].words)), "row %d: '" SPAN_FMT "'", r,
              SPAN_ARG(miss.words));
    cr_expect(span_eq(miss.failed, span_of(rows[r].failed)), "row %d: '" SPAN_FMT "'", r,
              SPAN_ARG(miss.failed));
    cr_expect(miss.fitted == rows[r].fitted && miss.elements == rows[r].elements,
              "row %d: %zu of %zu", r, miss.fitted, miss.elements);
  }
  ruleset_free(ruleset);
  arena_free(arena);
}
