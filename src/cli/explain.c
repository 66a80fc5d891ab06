#include <stdio.h>
#include <unistd.h>

#include "cli/engine.h"
#include "cli/explain.h"
#include "mailsignal/source.h"

static const struct cli_option explain_options[] = {
    {"rule", 0, "ID", "only why this rule did or did not fire, and how near it came", false, false},
    {"format", 0, "text|json", "with --rule: for people (default), or one JSON object a message", false,
     false},
    ENGINE_OPTIONS,
};

static const uint32_t NO_RULE = UINT32_MAX;

/* Index of the rule that --rule names; NO_RULE when the option was not given. */
static enum ms_status find_rule(const struct options *options, const struct ruleset *ruleset,
                                uint32_t *rule, struct ms_error *error) {
  const char *id = options_text(options, "rule", NULL);
  size_t n = ruleset_count(ruleset);
  *rule = NO_RULE;
  if (!id) return MS_OK;
  const char **ids = ARENA_ARRAY(options->arena, const char *, n + 1);
  for (size_t i = 0; i < n; i++) {
    ids[i] = ruleset_rule(ruleset, i)->id;
    if (strcmp(ids[i], id) == 0) *rule = (uint32_t)i;
  }
  if (*rule != NO_RULE) return MS_OK;
  const char *near = closest_word(id, ids);
  if (near) return ms_fail(error, MS_USAGE, "no rule '%s', did you mean '%s'?", id, near);
  return ms_fail(error, MS_USAGE, "no rule '%s'; mailsignal rules list names them", id);
}

/* What --rule asks; the rule's own text is read again, as a ruleset does not keep it. */
static enum ms_status read_question(const struct options *options, const struct engine *engine,
                                    struct rule_question *question, struct ms_error *error) {
  static const char *const formats[] = {"text", "json", NULL};
  struct diag_list faults = {.arena = engine->arena};
  size_t format = 0;
  uint32_t rule;
  enum ms_status status = options_choice(options, "format", formats, &format, error);
  if (!status) status = find_rule(options, engine->ruleset, &rule, error);
  if (status) return status;
  question->json = format == 1;
  if (rule == NO_RULE && question->json)
    return ms_fail(error, MS_USAGE, "--format json needs --rule; scan gives records as JSON");
  if (rule == NO_RULE) return MS_OK;
  question->index = rule;
  question->rule = ruleset_rule(engine->ruleset, rule);
  rule_book_read(engine->arena, &engine->rules, &faults, &question->book);
  return MS_OK;
}

static enum ms_status explain_all(struct source *source, struct worker *worker,
                                  const struct rule_question *question,
                                  struct ms_error *error) {
  struct raw_message raw = {0};
  struct explain_style style = explain_style_for(STDOUT_FILENO);
  enum ms_status status = MS_OK;
  bool any = false;
  while (source_next(source, &raw) == 1) {
    if (raw.error_code) {
      status = raw.error.status == MS_NO_INPUT && !any ? MS_NO_INPUT : MS_SOME_FAILED;
      fprintf(stderr, "mailsignal: %s\n", raw.error.text);
      continue;
    }
    any = true;
    struct record record;
    pipeline_run(worker, (struct span){raw.bytes, raw.len}, &raw.origin, &record);
    if (question->rule && record.error_code.len == 0)
      explain_rule(worker, question, &record);
    else
      explain_record(&style, &record, worker_arena(worker));
    if (ferror(stdout)) break;
  }
  raw_message_free(&raw);
  if (!any && status == MS_OK)
    return ms_fail(error, MS_BAD_DATA, "there is no message in the input");
  return status;
}

static enum ms_status run(const struct cli *cli, const struct options *options,
                          struct ms_error *error) {
  struct engine engine = {0};
  struct source *source = NULL;
  struct worker *worker = NULL;
  enum ms_status status = engine_open(options, &engine, error);
  if (!status) status = source_open(options->operands, options->n_operands, &source, error);
  if (!status && !(worker = worker_new(&engine.pipeline)))
    status = ms_fail(error, MS_SOFTWARE, "out of memory");
  if (!status) {
    source_stop_flag(source, cli->stop);
    struct rule_question question = {0};
    status = read_question(options, &engine, &question, error);
    if (!status) status = explain_all(source, worker, &question, error);
  }
  engine_print_faults(&engine);
  worker_free(worker);
  source_close(source);
  engine_close(&engine);
  return status;
}

static int explain_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help)
    cli_print_help(cli->verb);
  else if (status == MS_OK)
    status = run(cli, &options, &error);
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_explain = {
    "explain",       "[PATH...]", "show a message with its zones, fields, signals and why",
    explain_options, sizeof explain_options / sizeof *explain_options, explain_run,
};
