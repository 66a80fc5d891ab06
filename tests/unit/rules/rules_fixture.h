/* rules_fixture.h - rule files in a folder of their own, for the tests of this layer. */
#ifndef MAILSIGNAL_TESTS_RULES_FIXTURE_H
#define MAILSIGNAL_TESTS_RULES_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "mailsignal/rules.h"
#include "mailsignal/sbuf.h"

/* A folder below $TMPDIR; the tests leave a few KB there, as ctest's own files do. */
static inline void fixture_folder(char path[200]) {
  const char *base = getenv("TMPDIR");
  snprintf(path, 200, "%s/mailsignal-rules-XXXXXX", base ? base : "/tmp");
  if (!mkdtemp(path)) abort();
}

/* Writes FOLDER/NAME, where NAME may have one folder before it. */
static inline void fixture_write(const char *folder, const char *name, struct span content) {
  char path[400];
  const char *slash = strchr(name, '/');
  if (slash) {
    snprintf(path, sizeof path, "%s/%.*s", folder, (int)(slash - name), name);
    mkdir(path, 0755);
  }
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  if (!file || fwrite(content.ptr, 1, content.len, file) != content.len || fclose(file)) abort();
}

static inline struct ruleset *fixture_load(const char *folder,
                                           const struct ruleset_options *options,
                                           struct diag_list *faults) {
  struct ruleset_options all = *options;
  struct ruleset *ruleset = NULL;
  all.dirs = &folder;
  all.n_dirs = 1;
  ruleset_load(&all, &ruleset, faults, NULL);
  return ruleset;
}

/* "rule: matched words | ..." for a text in one passage. */
static inline struct span fixture_hits(struct arena *arena, const struct ruleset *ruleset,
                                       const char *text) {
  struct passage passage = {span_of(text), 0, strlen(text), FIELD_BODY};
  struct folded folded;
  struct hits hits;
  defect_set defects = 0;
  struct sbuf out = {.arena = arena};
  struct match_scratch *scratch = match_scratch_new(ruleset);
  text_fold(arena, ruleset_lexicon(ruleset), &passage, 1, &folded);
  match_run(ruleset, scratch, arena, &folded, "", &hits, &defects);
  for (size_t i = 0; i < hits.n; i++) {
    if (i) sbuf_add(&out, SPAN_LIT(" | "));
    sbuf_printf(&out, "%s: ", ruleset_rule(ruleset, hits.items[i].rule)->id);
    sbuf_add(&out, span_slice(folded.bytes, hits.items[i].start, hits.items[i].end));
  }
  match_scratch_free(scratch);
  return sbuf_span(&out);
}

#endif
