#include "cli/cli.h"
#include "cli/options.h"

const struct cli_verb *const cli_verbs[] = {
    &verb_scan,
    &verb_explain,
    &verb_worker,
    &verb_ingest,
    &verb_publish,
    &verb_enrich,
    &verb_erase,
    &verb_rules,
    &verb_db,
    &verb_completion,
    NULL,
};

static int unknown_verb(const char *word) {
  enum { MOST_VERBS = 32 };
  const char *names[MOST_VERBS + 1] = {0};
  for (size_t i = 0; cli_verbs[i] && i < MOST_VERBS; i++) names[i] = cli_verbs[i]->name;
  const char *near = closest_word(word, names);
  if (near) return cli_fail(MS_USAGE, "unknown verb '%s', did you mean '%s'?", word, near);
  return cli_fail(MS_USAGE, "unknown verb '%s'; see mailsignal --help", word);
}

int cli_without_verb(int argc, char **argv) {
  if (argc < 2) {
    cli_print_help(NULL);
    return MS_USAGE;
  }
  const char *word = argv[1];
  if (strcmp(word, "--help") != 0 && strcmp(word, "-h") != 0 && strcmp(word, "help") != 0)
    return unknown_verb(word);
  cli_print_help(argc > 2 ? cli_find_verb(argv[2]) : NULL);
  return MS_OK;
}
