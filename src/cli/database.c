#include "cli/database.h"

#include <stdlib.h>

#include "cli/engine.h"

const char *database_dsn(const struct options *options) {
  const struct option_values *given = options_all(options, "db");
  const char *variable = getenv("DATABASE_URL");
  bool from_file = given->n && given->from[0] == '/'; /* DATABASE_URL goes before the files */
  if (variable && *variable && (given->n == 0 || from_file)) return variable;
  const char *dsn = options_text(options, "db", NULL);
  return dsn && *dsn ? dsn : NULL;
}

const char *migrations_dir(struct arena *arena) {
  struct span rules = span_of(builtin_rules_dir(arena));
  struct span data = span_slice(rules, 0, rules.len - strlen("/rules"));
  return arena_printf(arena, SPAN_FMT "/migrations", SPAN_ARG(data)).ptr;
}
