/* options.h - what the user asked for: flags, environment, configuration files, in this order.
 *
 * The configuration files are $XDG_CONFIG_HOME/mailsignal/config.yaml (~/.config where that is not
 * set) and /etc/mailsignal/config.yaml: a YAML mapping of option names to values, e.g.
 *
 *     own-domain: [acme.example, acme.test]
 *     jobs: 4
 *
 * An option that one source gives is not looked for in the next; lists do not add up. */
#ifndef MAILSIGNAL_CLI_OPTIONS_H
#define MAILSIGNAL_CLI_OPTIONS_H

#include "cli/cli.h"

struct option_values {
  const char **items;
  size_t n, capacity;
  const char *from; /* "--jobs", "MAILSIGNAL_JOBS", "/etc/...yaml:3": for messages */
};

struct options {
  struct arena *arena;
  const struct cli_verb *verb;
  struct option_values *values; /* one entry an option of the verb */
  const char *const *operands;
  size_t n_operands;
  bool help;
};

/* MS_USAGE for the command line, MS_BAD_CONFIG for a configuration file. */
enum ms_status options_read(struct arena *arena, const struct cli *cli, struct options *out,
                            struct ms_error *error);

bool options_given(const struct options *options, const char *name);
/* The last value, or `fallback`. */
const char *options_text(const struct options *options, const char *name, const char *fallback);
const struct option_values *options_all(const struct options *options, const char *name);

/* A number within [low, high]; `*value` stays as it is when the option was not given. */
enum ms_status options_number(const struct options *options, const char *name, double low,
                              double high, double *value, struct ms_error *error);
/* Index of the value among `choices` (NULL at the end); *index stays as it is when not given. */
enum ms_status options_choice(const struct options *options, const char *name,
                              const char *const *choices, size_t *index, struct ms_error *error);

/* The candidate (NULL at the end) that `word` most likely meant, or NULL. */
const char *closest_word(const char *word, const char *const *candidates);

#endif
