/* The messages of corpus/broken: each has the defects that stand beside it in expected.jsonl, and
 * no others. */
#include "mail_test.h"

#include <jansson.h>
#include <stdio.h>

#define FOLDER MAILSIGNAL_SOURCE_DIR "/corpus/broken/"

TestSuite(broken, .init = set_up, .fini = tear_down);

static struct span read_file(const char *name) {
  FILE *f = fopen(arena_printf(arena, FOLDER "%s", name).ptr, "rb");
  cr_assert(f, "%s is not there", name);
  char *bytes = arena_alloc(arena, 256 * 1024);
  size_t len = fread(bytes, 1, 256 * 1024, f);
  fclose(f);
  return (struct span){bytes, len};
}

static defect_set expected_defects(const json_t *names, const char *file) {
  defect_set set = 0;
  size_t i;
  json_t *name;
  json_array_foreach(names, i, name) {
    int d = 0;
    while (d < DEFECT_COUNT && strcmp(defect_name((enum defect)d), json_string_value(name)) != 0)
      d++;
    cr_assert_lt(d, DEFECT_COUNT, "%s: no such defect: %s", file, json_string_value(name));
    defect_mark(&set, (enum defect)d);
  }
  return set;
}

static void name_defects(defect_set set, char *out, size_t size) {
  out[0] = '\0';
  for (int d = 0; d < DEFECT_COUNT; d++)
    if (defect_has(set, (enum defect)d))
      snprintf(out + strlen(out), size - strlen(out), " %s", defect_name((enum defect)d));
}

Test(broken, each_message_has_the_defects_that_are_expected) {
  struct span rest = read_file("expected.jsonl"), line;
  size_t n = 0;
  for (; span_split(&rest, '\n', &line); n++) {
    json_t *row = json_loadb(line.ptr, line.len, 0, NULL);
    cr_assert(row, "line %zu is no JSON", n + 1);
    const char *file = json_string_value(json_object_get(row, "file"));
    struct mail m;
    mail_parse(arena, read_file(file), &m);
    defect_set want = expected_defects(json_object_get(row, "defects"), file);
    char got[600], wanted[600];
    name_defects(m.defects, got, sizeof got);
    name_defects(want, wanted, sizeof wanted);
    cr_assert_eq(m.defects, want, "%s: got%s, want%s", file, got, wanted);
    json_decref(row);
  }
  cr_assert_geq(n, 40);
}
