#include <stdio.h>

#include "cli/engine.h"
#include "cli/rules.h"

static const struct cli_option rules_options[] = {
    {"rules", 0, "DIR", "more rules, over the built-in ones (repeatable)", true, true},
    {"format", 0, "text|json", "for people (default), or one JSON object", false, false},
    {"output", 'o', "DIR", "learn: where concepts.txt is and model.txt goes", false, false},
    {"negatives", 0, "PATH", "learn: mail that shows no signal (repeatable)", false, true},
    {"ordinary", 0, "LABELS", "learn: labels of mail as it comes (repeatable)", false, true},
    {"no-cache", 0, NULL, "do not keep the compiled rules on disk", true, false},
};

static const struct action {
  const char *name;
  rules_action *run;
} actions[] = {
    {"check", rules_check}, {"test", rules_test},       {"list", rules_list},
    {"show", rules_show},   {"compile", rules_compile}, {"learn", rules_learn},
    {"eval", rules_eval},   {"diff", rules_diff},
};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

static enum ms_status unknown_action(const char *word, struct ms_error *error) {
  const char *names[N_ACTIONS + 1] = {0};
  for (size_t i = 0; i < N_ACTIONS; i++) names[i] = actions[i].name;
  const char *near = word ? closest_word(word, names) : NULL;
  if (near)
    return ms_fail(error, MS_USAGE, "no action '%s' of rules, did you mean '%s'?", word, near);
  return ms_fail(error, MS_USAGE, "say one of: rules check, test, list, show ID, compile, eval, diff, learn");
}

static enum ms_status run(struct rules_job *job, struct ms_error *error) {
  static const char *const formats[] = {"text", "json", NULL};
  const struct options *options = job->options;
  const struct option_values *dirs = options_all(options, "rules");
  size_t format = 0;
  enum ms_status status = options_choice(options, "format", formats, &format, error);
  if (status) return status;
  const char *word = options->n_operands ? options->operands[0] : NULL;
  size_t i = 0;
  while (i < N_ACTIONS && !(word && strcmp(word, actions[i].name) == 0)) i++;
  if (i == N_ACTIONS) return unknown_action(word, error);
  job->json = format == 1;
  job->operands = options->operands + 1;
  job->n_operands = options->n_operands - 1;
  job->rules = (struct ruleset_options){
      .builtin_dir = builtin_rules_dir(job->arena),
      .dirs = dirs->items,
      .n_dirs = dirs->n,
      .cache_dir = options_given(options, "no-cache") ? NULL : cache_dir(job->arena)};
  status = actions[i].run(job, error);
  if (fflush(stdout) != 0 && !status) status = ms_fail(error, MS_IO, "cannot write to stdout");
  return status;
}

static int rules_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  struct rules_job job = {.arena = arena, .options = &options};
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help)
    cli_print_help(cli->verb);
  else if (status == MS_OK)
    status = run(&job, &error);
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_rules = {
    "rules",       "check|test|list|show|compile|eval|diff|learn", "author tools: check, test and show the rules",
    rules_options, sizeof rules_options / sizeof *rules_options, rules_run,
};
