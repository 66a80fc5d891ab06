#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/config.h"

enum { HELP = 1, FIRST_OPTION = 256, LONGEST_WORD = 40 };

static size_t option_index(const struct cli_verb *verb, const char *name) {
  for (size_t i = 0; i < verb->n_options; i++)
    if (strcmp(verb->options[i].name, name) == 0) return i;
  return SPAN_NONE;
}

static struct option_values *values_of(const struct options *options, const char *name) {
  size_t index = option_index(options->verb, name);
  return index == SPAN_NONE ? NULL : &options->values[index];
}

/* Levenshtein distance of two short words, at most LONGEST_WORD long. */
static size_t distance(const char *a, const char *b) {
  size_t row[LONGEST_WORD + 1], n = strlen(b);
  if (n > LONGEST_WORD) return SPAN_NONE;
  for (size_t j = 0; j <= n; j++) row[j] = j;
  for (size_t i = 0; a[i]; i++) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < n; j++) {
      size_t replace = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      size_t best = replace < diagonal + 1 ? replace : diagonal + 1;
      row[j + 1] = best < row[j] + 1 ? best : row[j] + 1;
    }
  }
  return row[n];
}

const char *closest_word(const char *word, const char *const *candidates) {
  const char *best = NULL;
  size_t least = strlen(word) / 2 + 1;
  for (; *candidates; candidates++) {
    size_t d = distance(word, *candidates);
    if (d >= least) continue;
    least = d;
    best = *candidates;
  }
  return best;
}

static enum ms_status unknown_option(const struct options *out, const char *word,
                                     struct ms_error *error) {
  const struct cli_verb *verb = out->verb;
  const char **names = ARENA_ARRAY(out->arena, const char *, verb->n_options + 1);
  for (size_t i = 0; i < verb->n_options; i++) names[i] = verb->options[i].name;
  const char *bare = word + strspn(word, "-");
  const char *near = closest_word(arena_strndup(out->arena, bare, strcspn(bare, "=")), names);
  if (near)
    return ms_fail(error, MS_USAGE, "unknown option %s, did you mean --%s?", word, near);
  return ms_fail(error, MS_USAGE, "unknown option %s; see mailsignal %s --help", word, verb->name);
}

static void add_value(const struct options *out, struct option_values *values, const char *value) {
  ARENA_PUSH(out->arena, values, value);
}

static enum ms_status read_flags(const struct cli *cli, struct options *out,
                                 struct ms_error *error) {
  const struct cli_verb *verb = cli->verb;
  struct option *table = ARENA_ARRAY(out->arena, struct option, verb->n_options + 2);
  char *letters = arena_alloc(out->arena, 2 * verb->n_options + 4);
  char *letter = stpcpy(letters, ":h");
  for (size_t i = 0; i < verb->n_options; i++) {
    const struct cli_option *o = &verb->options[i];
    table[i] = (struct option){o->name, o->argument ? required_argument : no_argument, NULL,
                               FIRST_OPTION + (int)i};
    if (!o->letter) continue;
    *letter++ = o->letter;
    if (o->argument) *letter++ = ':';
  }
  table[verb->n_options] = (struct option){"help", no_argument, NULL, HELP};
  opterr = 0;
  optind = 1;
  for (int c; (c = getopt_long(cli->argc, cli->argv, letters, table, NULL)) != -1;) {
    const char *word = cli->argv[optind - 1];
    if (c == HELP || c == 'h') {
      out->help = true;
      return MS_OK;
    }
    if (c == ':') return ms_fail(error, MS_USAGE, "option %s needs a value", word);
    if (c == '?') return unknown_option(out, word, error);
    size_t index = c >= FIRST_OPTION ? (size_t)(c - FIRST_OPTION) : 0;
    if (c < FIRST_OPTION)
      while (verb->options[index].letter != c) index++;
    add_value(out, &out->values[index], optarg ? optarg : "true");
    out->values[index].from =
        arena_printf(out->arena, "--%s", verb->options[index].name).ptr;
  }
  out->operands = (const char *const *)(cli->argv + optind);
  out->n_operands = (size_t)(cli->argc - optind);
  return MS_OK;
}

/* "own-domain" is MAILSIGNAL_OWN_DOMAIN. */
static const char *environment_name(struct arena *arena, const char *option) {
  struct span plain = arena_printf(arena, "MAILSIGNAL_%s", option);
  char *name = arena_strndup(arena, plain.ptr, plain.len);
  for (char *c = name; *c; c++) {
    if (*c == '-') *c = '_';
    if (ascii_is_lower(*c)) *c = (char)(*c - ('a' - 'A'));
  }
  return name;
}

static void read_environment(struct options *out) {
  for (size_t i = 0; i < out->verb->n_options; i++) {
    const struct cli_option *o = &out->verb->options[i];
    if (!o->configurable || out->values[i].n) continue;
    const char *name = environment_name(out->arena, o->name);
    const char *value = getenv(name);
    if (!value || !*value) continue;
    out->values[i].from = name;
    struct span rest = span_of(value), piece;
    if (!o->repeatable)
      add_value(out, &out->values[i], value);
    else
      while (span_split(&rest, ',', &piece))
        add_value(out, &out->values[i], arena_strndup(out->arena, piece.ptr, piece.len));
  }
}

static bool any_verb_knows(const char *name) {
  for (const struct cli_verb *const *verb = cli_verbs; *verb; verb++) {
    size_t index = option_index(*verb, name);
    if (index != SPAN_NONE && (*verb)->options[index].configurable) return true;
  }
  return false;
}

static enum ms_status read_file(struct options *out, const char *path, struct ms_error *error) {
  struct config config;
  enum ms_status status = config_read(out->arena, path, &config, error);
  if (status) return status;
  for (size_t i = 0; i < config.n; i++) {
    const struct config_entry *entry = &config.items[i];
    if (!any_verb_knows(entry->name))
      return ms_fail(error, MS_BAD_CONFIG, "%s:%zu: unknown setting '%s'", path, entry->line,
                     entry->name);
    struct option_values *values = values_of(out, entry->name);
    if (!values || values->n) continue;
    values->from = arena_printf(out->arena, "%s:%zu", path, entry->line).ptr;
    for (size_t k = 0; k < entry->n; k++) add_value(out, values, entry->values[k]);
  }
  return MS_OK;
}

static enum ms_status read_files(struct options *out, struct ms_error *error) {
  const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  struct span user = {0};
  if (base && *base)
    user = arena_printf(out->arena, "%s/mailsignal/config.yaml", base);
  else if (home && *home)
    user = arena_printf(out->arena, "%s/.config/mailsignal/config.yaml", home);
  enum ms_status status = user.len ? read_file(out, user.ptr, error) : MS_OK;
  return status ? status : read_file(out, "/etc/mailsignal/config.yaml", error);
}

enum ms_status options_read(struct arena *arena, const struct cli *cli, struct options *out,
                            struct ms_error *error) {
  *out = (struct options){.arena = arena, .verb = cli->verb};
  out->values = ARENA_ARRAY(arena, struct option_values, cli->verb->n_options);
  enum ms_status status = read_flags(cli, out, error);
  if (status || out->help) return status;
  read_environment(out);
  return read_files(out, error);
}

bool options_given(const struct options *options, const char *name) {
  const struct option_values *values = values_of(options, name);
  if (!values || values->n == 0) return false;
  const char *last = values->items[values->n - 1];
  return strcmp(last, "false") != 0 && strcmp(last, "0") != 0 && strcmp(last, "no") != 0;
}

const char *options_text(const struct options *options, const char *name, const char *fallback) {
  const struct option_values *values = values_of(options, name);
  return values && values->n ? values->items[values->n - 1] : fallback;
}

const struct option_values *options_all(const struct options *options, const char *name) {
  static const struct option_values none = {0};
  const struct option_values *values = values_of(options, name);
  return values ? values : &none;
}

enum ms_status options_number(const struct options *options, const char *name, double low,
                              double high, double *value, struct ms_error *error) {
  const char *text = options_text(options, name, NULL);
  if (!text) return MS_OK;
  char *end;
  errno = 0;
  double number = strtod(text, &end);
  if (end != text && *end == '\0' && errno == 0 && number >= low && number <= high) {
    *value = number;
    return MS_OK;
  }
  return ms_fail(error, MS_USAGE, "%s: '%s' is not a number from %g to %g",
                 options_all(options, name)->from, text, low, high);
}

enum ms_status options_choice(const struct options *options, const char *name,
                              const char *const *choices, size_t *index, struct ms_error *error) {
  const char *text = options_text(options, name, NULL);
  if (!text) return MS_OK;
  struct span list = {0};
  for (size_t i = 0; choices[i]; i++) {
    if (strcmp(choices[i], text) == 0) {
      *index = i;
      return MS_OK;
    }
    list = list.len ? arena_printf(options->arena, SPAN_FMT ", %s", SPAN_ARG(list), choices[i])
                    : arena_dup(options->arena, span_of(choices[i]));
  }
  return ms_fail(error, MS_USAGE, "%s: '%s' is none of " SPAN_FMT, options_all(options, name)->from,
                 text, SPAN_ARG(list));
}
