#include <criterion/criterion.h>

#include "rules_fixture.h"

#define HEAD "- id: c.one\n  weight: 0.5\n"

/* One rule file (complaint.yaml), and the fault that it must give, with its place and hint. */
static const struct {
  const char *content, *code;
  size_t line, column;
  const char *hint;
} rows[] = {
    {"- id: [\n", "yaml.syntax", 2, 1, ""},
    {"a: &x 1\n", "yaml.anchor", 1, 4, ""},
    {"- &x {id: c.one}\n- *x\n", "yaml.anchor", 1, 3, ""},
    {"- *x\n", "yaml.anchor", 1, 3, ""},
    {"- !!str x\n", "yaml.anchor", 1, 3, ""},
    {"[]\n---\n[]\n", "yaml.anchor", 2, 1, ""},
    {"[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n", "yaml.depth", 1, 17, ""},
    {"- {[a]: 1}\n", "yaml.key", 1, 4, ""},
    {"- \"a\\0b\"\n", "yaml.nul", 1, 3, ""},
    {"- a\xFF\n", "yaml.encoding", 0, 0, ""},
    {"\t- a\n", "yaml.syntax", 1, 1, ""},
    {"text\n", "file.shape", 1, 1, ""},
    {"rulez: []\n", "file.key", 1, 1, ""},
    {"signal: complain\nrules: []\n", "rule.word", 1, 9, "did you mean 'complaint'?"},
    {"- text\n", "rule.shape", 1, 3, ""},
    {"- weight: 0.5\n  match: [\"a b\"]\n", "rule.missing-key", 1, 3, ""},
    {"- id: c.one\n  match: [\"a b\"]\n", "rule.missing-key", 1, 3, ""},
    {"- id: One\n  weight: 0.5\n  match: [\"a b\"]\n", "rule.id", 1, 7,
     "write signal.name in small letters, digits, - and _"},
    {HEAD, "rule.no-pattern", 1, 3, ""},
    {HEAD "  matsch: [\"a b\"]\n  match: [\"a b\"]\n", "rule.unknown-key", 3, 3,
     "did you mean 'match'?"},
    {HEAD "  match: [\"a b\"]\n  match: [\"a b\"]\n", "rule.duplicate-key", 4, 3, ""},
    {HEAD "  match: [\"a b\"]\n" HEAD "  match: [\"a b\"]\n", "rule.duplicate-id", 4, 3, ""},
    {"- id: c.one\n  weight: 1.5\n  match: [\"a b\"]\n", "rule.weight", 2, 11, ""},
    {"- id: c.one\n  weight: high\n  match: [\"a b\"]\n", "rule.value", 2, 11, ""},
    {"- id: c.one\n  weight: nan\n  match: [\"a b\"]\n", "rule.value", 2, 11, ""},
    {HEAD "  match: [\"a b\"]\n  within: sentences\n", "rule.word", 4, 11,
     "did you mean 'sentence'?"},
    {HEAD "  match: [\"a b\"]\n  zones: [bodi]\n", "rule.word", 4, 11, "did you mean 'body'?"},
    {HEAD "  match: [\"a b\"]\n  zones: body\n", "rule.value", 4, 10, ""},
    {HEAD "  match: [\"a b\"]\n  lang: english\n", "rule.lang", 4, 9, ""},
    {HEAD "  match: [\"a b\"]\n  negatable: maybe\n", "rule.value", 4, 14, ""},
    {HEAD "  match: [\"a b\"]\n  tests: [\"x\"]\n", "rule.value", 4, 10, ""},
    {HEAD "  match: [\"a b\"]\n  tests: {mtch: [\"x\"]}\n", "rule.unknown-key", 4, 11,
     "did you mean 'match'?"},
    {HEAD "  match: [{rx: \"a\"}]\n", "rule.value", 3, 11, ""},
    {HEAD "  match: [\"a (b\"]\n", "pattern.syntax", 3, 14, ""},
    {HEAD "  match: [\"a b)\"]\n", "pattern.syntax", 3, 15, ""},
    {HEAD "  match: [\"a <we\"]\n", "pattern.syntax", 3, 14, ""},
    {HEAD "  match: [\"a +b\"]\n", "pattern.syntax", 3, 14, ""},
    {HEAD "  match: [\"a (b|)\"]\n", "pattern.empty", 3, 17, ""},
    {HEAD "  match: [\"a?\"]\n", "pattern.empty", 3, 12, ""},
    {HEAD "  match: [\"~2 a\"]\n", "pattern.gap", 3, 12, ""},
    {HEAD "  match: [\"a ~2\"]\n", "pattern.gap", 3, 16, ""},
    {HEAD "  match: [\"a ~ b\"]\n", "pattern.gap", 3, 14, ""},
    {HEAD "  match: [\"a ~99 b\"]\n", "pattern.gap", 3, 14, ""},
    {HEAD "  match: [\"a ~1 ~1 b\"]\n", "pattern.gap", 3, 17, ""},
    {HEAD "  match: [\"a <mony>\"]\n", "pattern.class", 3, 14, "did you mean 'money'?"},
    {HEAD "  match: [\"<we>+ a\"]\n", "pattern.inflection", 3, 16, ""},
    {HEAD "  match: [\"* a\"]\n", "pattern.word", 3, 12, ""},
    {HEAD "  match: [\"((((((((((a))))))))))\"]\n", "pattern.depth", 3, 20, ""},
    {HEAD "  match: [{regex: 'a('}]\n", "regex.syntax", 3, 22, ""},
    {HEAD "  match: [{regex: 'a*'}]\n", "regex.empty", 3, 20, ""},
    {HEAD "  match: [{regex: '(?=a)'}]\n", "regex.empty", 3, 20, ""},
    {HEAD "  match: [{regex: '(*UCP)a'}]\n", "regex.syntax", 3, 20, ""},
    {HEAD "  match: [{regex: 'a(?C1)b'}]\n", "regex.syntax", 3, 21, ""},
    {HEAD "  match: [\"a b\"]\n  composite: {all: [\"c d\"]}\n", "rule.both", 1, 3, ""},
    {HEAD "  composite: {all: [c.two]}\n", "composite.unknown-rule", 3, 21, ""},
    {HEAD "  composite: {count: {of: [\"a b\"]}}\n", "composite.shape", 3, 22, ""},
    {HEAD "  composite: {count: {of: [\"a b\"], min: 0}}\n", "composite.number", 3, 41, ""},
    {HEAD "  composite: {all: [c.two]}\n- {id: c.two, weight: 1, composite: {all: [c.one]}}\n",
     "composite.cycle", 4, 3, ""},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

Test(faults, each_has_its_code_and_place) {
  char folder[200];
  fixture_folder(folder);
  for (int r = 0; r < N_ROWS; r++) {
    struct arena *arena = arena_new();
    struct diag_list faults = {.arena = arena};
    /* An escaped NUL aside, rows hold no NUL. */
    fixture_write(folder, "complaint.yaml", span_of(rows[r].content));
    struct ruleset *ruleset = fixture_load(folder, &(struct ruleset_options){0}, &faults);
    cr_expect_null(ruleset, "row %d was loaded", r);
    bool found = false;
    for (size_t i = 0; i < faults.n; i++) {
      const struct diag *d = &faults.items[i];
      found |= strcmp(d->code, rows[r].code) == 0 && d->line == rows[r].line &&
               d->column == rows[r].column && span_eq(d->hint, span_of(rows[r].hint));
    }
    for (size_t i = 0; i < faults.n && !found; i++) {
      struct span text = diag_format(arena, &faults.items[i]);
      cr_log_error("row %d: " SPAN_FMT, r, SPAN_ARG(text));
    }
    cr_expect(found, "row %d: no %s at %zu:%zu", r, rows[r].code, rows[r].line, rows[r].column);
    ruleset_free(ruleset);
    arena_free(arena);
  }
}

Test(faults, all_files_are_reported_at_once) {
  char folder[200];
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  fixture_folder(folder);
  fixture_write(folder, "complaint.yaml", SPAN_LIT("- id: c.a\n- id: c.b\n  weight: 2\n"));
  fixture_write(folder, "signals/urgency.yaml", SPAN_LIT("x: ["));
  fixture_write(folder, "lists/competitors.yaml", SPAN_LIT("- {nam: x}\n"));
  fixture_write(folder, "lists/typos.yaml", SPAN_LIT("two words: one\n"));
  fixture_write(folder, "lists/irregular.yaml", SPAN_LIT("english: {}\n"));
  cr_assert_null(fixture_load(folder, &(struct ruleset_options){0}, &faults));
  static const char *const codes[] = {"rule.missing-key", "rule.no-pattern", "rule.weight",
                                      "yaml.syntax",      "list.key",        "list.entry",
                                      "list.pair",        "list.lang"};
  for (size_t r = 0; r < sizeof codes / sizeof *codes; r++) {
    bool found = false;
    for (size_t i = 0; i < faults.n; i++) found |= strcmp(faults.items[i].code, codes[r]) == 0;
    cr_expect(found, "%s is missing", codes[r]);
  }
  arena_free(arena);
}

Test(faults, a_folder_that_is_not_there_is_one) {
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct ruleset *ruleset = NULL;
  struct ms_error error = {0};
  const char *folder = "/nonexistent/rules";
  struct ruleset_options options = {.dirs = &folder, .n_dirs = 1};
  cr_assert_eq(ruleset_load(&options, &ruleset, &faults, &error), MS_BAD_CONFIG);
  cr_assert_null(ruleset);
  cr_assert_eq(faults.errors, 1);
  cr_assert_str_eq(faults.items[0].code, "file.read");
  arena_free(arena);
}

Test(faults, byte_order_mark_and_empty_files_are_none) {
  char folder[200];
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  fixture_folder(folder);
  fixture_write(folder, "complaint.yaml",
                SPAN_LIT("\xEF\xBB\xBF- {id: c.a, weight: 1, match: [\"a b\"]}\r\n"));
  fixture_write(folder, "urgency.yaml", SPAN_LIT(""));
  fixture_write(folder, "renewal.yaml", SPAN_LIT("# nothing yet\nrules:\n"));
  struct ruleset *ruleset = fixture_load(folder, &(struct ruleset_options){0}, &faults);
  cr_assert_not_null(ruleset);
  cr_assert_eq(ruleset_count(ruleset), 1);
  ruleset_free(ruleset);
  arena_free(arena);
}
