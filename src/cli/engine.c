#include "cli/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *builtin_rules_dir(struct arena *arena) {
  const char *data = getenv("MAILSIGNAL_DATA");
  if (data && *data) return arena_printf(arena, "%s/rules", data).ptr;
  if (access(MAILSIGNAL_INSTALLED_RULES, R_OK) == 0 && access(MAILSIGNAL_SOURCE_RULES, R_OK) != 0)
    return MAILSIGNAL_INSTALLED_RULES;
  return MAILSIGNAL_SOURCE_RULES;
}

const char *cache_dir(struct arena *arena) {
  const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (base && *base) return arena_printf(arena, "%s/mailsignal", base).ptr;
  return home && *home ? arena_printf(arena, "%s/.cache/mailsignal", home).ptr : NULL;
}

static enum ms_status load_rules(const struct options *options, struct engine *engine,
                                 struct ms_error *error) {
  const struct option_values *dirs = options_all(options, "rules");
  engine->rules = (struct ruleset_options){
      .builtin_dir = builtin_rules_dir(engine->arena),
      .dirs = dirs->items,
      .n_dirs = dirs->n,
      .cache_dir = options_given(options, "no-cache") ? NULL : cache_dir(engine->arena),
  };
  for (size_t i = 0; i < dirs->n; i++)
    if (access(dirs->items[i], R_OK) != 0)
      return ms_fail(error, MS_BAD_CONFIG, "%s: cannot read the rules folder '%s'", dirs->from,
                     dirs->items[i]);
  engine->faults = (struct diag_list){.arena = engine->arena};
  enum ms_status status = ruleset_load(&engine->rules, &engine->ruleset, &engine->faults, error);
  if (status == MS_BAD_CONFIG)
    ms_fail(error, status, "the rules were not loaded: %zu faults", engine->faults.errors);
  return status;
}

void engine_print_faults(const struct engine *engine) {
  for (size_t i = 0; i < engine->faults.n; i++) {
    if (engine->faults.items[i].severity != DIAG_ERROR) continue;
    struct span line = diag_format(engine->arena, &engine->faults.items[i]);
    fprintf(stderr, SPAN_FMT "\n", SPAN_ARG(line));
  }
}

/* Lower case, without a leading "@" or ".". */
static struct span clean_domain(struct arena *arena, const char *text) {
  text += strspn(text, "@.");
  char *copy = arena_strndup(arena, text, strlen(text));
  for (char *c = copy; *c; c++) *c = ascii_lower(*c);
  return span_of(copy);
}

enum ms_status engine_open(const struct options *options, struct engine *out,
                           struct ms_error *error) {
  *out = (struct engine){.arena = options->arena};
  double min_strength = 0.5;
  enum ms_status status = options_number(options, "min-strength", 0, 1, &min_strength, error);
  if (status) return status;
  status = load_rules(options, out, error);
  if (status) return status;
  const struct option_values *domains = options_all(options, "own-domain");
  struct span *own = ARENA_ARRAY(out->arena, struct span, domains->n);
  for (size_t i = 0; i < domains->n; i++) own[i] = clean_domain(out->arena, domains->items[i]);
  out->pipeline = (struct pipeline){
      .ruleset = out->ruleset,
      .own_domains = own,
      .n_own_domains = domains->n,
      .min_strength = min_strength,
      .all_classes = options_given(options, "all-classes"),
  };
  mail_init();
  contact_init();
  return MS_OK;
}

void engine_close(struct engine *engine) {
  if (engine->ruleset) ruleset_free(engine->ruleset);
  engine->ruleset = NULL;
}
