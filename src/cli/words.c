#include "cli/words.h"

#include "cli/engine.h"

enum ms_status words_load(const struct options *options, struct arena *arena,
                          const struct ingest_words **out, struct ms_error *error) {
  const struct option_values *dirs = options_all(options, "rules");
  const char **all = ARENA_ARRAY(arena, const char *, dirs->n + 1);
  all[0] = builtin_rules_dir(arena);
  for (size_t i = 0; i < dirs->n; i++) all[i + 1] = dirs->items[i];
  return ingest_words_load(arena, all, dirs->n + 1, out, error);
}
