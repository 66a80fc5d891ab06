/* One rule file from arbitrary bytes: read, compiled without cache, and run over a short text. The
 * bytes behind a line "%%" are the text; without one a fixed text is used. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailsignal/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void match(const struct ruleset *ruleset, struct span text) {
  struct arena *arena = arena_new();
  struct match_scratch *scratch = match_scratch_new(ruleset);
  struct passage passage = {text, 0, text.len, FIELD_BODY};
  struct folded folded;
  struct hits hits;
  defect_set defects = 0;
  text_fold(arena, ruleset_lexicon(ruleset), &passage, 1, &folded);
  match_run(ruleset, scratch, arena, &folded, text_language(text), &hits, &defects);
  for (size_t i = 0; i < hits.n; i++)
    if (hits.items[i].start >= hits.items[i].end || hits.items[i].end > folded.bytes.len) abort();
  match_scratch_free(scratch);
  arena_free(arena);
}

static void write_rules(const char *path, struct span content) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, content.ptr, content.len) != (ssize_t)content.len) abort();
  close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span input = {(const char *)data, size}, text = SPAN_LIT("We are moving to Acme. 40k?");
  size_t border = span_find(input, SPAN_LIT("\n%%\n"), 0);
  if (border != SPAN_NONE) {
    text = span_from(input, border + 4);
    input = span_slice(input, 0, border + 1);
  }
  char folder[64], path[96];
  snprintf(folder, sizeof folder, "/tmp/mailsignal-fuzz-rules-%ld", (long)getpid());
  snprintf(path, sizeof path, "%s/complaint.yaml", folder);
  mkdir(folder, 0700);
  write_rules(path, input);
  const char *dir = folder;
  struct ruleset_options options = {.dirs = &dir, .n_dirs = 1};
  struct diag_list faults = {.arena = arena_new()};
  struct ruleset *ruleset = NULL;
  enum ms_status status = ruleset_load(&options, &ruleset, &faults, NULL);
  if ((status == MS_OK) != (ruleset != NULL) || (status != MS_OK && faults.errors == 0)) abort();
  if (ruleset) match(ruleset, text);
  ruleset_free(ruleset);
  arena_free(faults.arena);
  return 0;
}
