/* cli.h - the verbs of the command line, and what they share.
 *
 * A verb is one row in a table and one file. Its options are a table too, from which parsing, --help,
 * the completions and the configuration file are made.
 *
 * There are two programs. `mailsignal` has the verbs that a mail server or a script starts for every
 * message (verbs.c), and only the libraries that these need: binding those of all verbs took the
 * dynamic loader longer than analysing a message takes. For any other word it starts
 * `mailsignal-full`, which has every verb (verbs_full.c). */
#ifndef MAILSIGNAL_CLI_CLI_H
#define MAILSIGNAL_CLI_CLI_H

#include "mailsignal/diag.h"

struct cli_option {
  const char *name;     /* without "--" */
  char letter;          /* short form, or 0 */
  const char *argument; /* NULL: a flag */
  const char *help;
  bool configurable;    /* also from MAILSIGNAL_<NAME> and the configuration files */
  bool repeatable;
};

struct cli_verb;

/* What main() hands to a verb. */
struct cli {
  const struct cli_verb *verb;
  int argc;
  char **argv;        /* argv[0] is the verb */
  _Atomic int *stop;  /* becomes 1 at SIGINT or SIGTERM */
};

struct cli_verb {
  const char *name;
  const char *operands; /* e.g. "[PATH...]" */
  const char *about;    /* one line */
  const struct cli_option *options;
  size_t n_options;
  int (*run)(const struct cli *cli); /* returns the exit status */
};

extern const struct cli_verb verb_scan;
extern const struct cli_verb verb_explain;
extern const struct cli_verb verb_worker;
extern const struct cli_verb verb_ingest;
extern const struct cli_verb verb_publish;
extern const struct cli_verb verb_enrich;
extern const struct cli_verb verb_erase;
extern const struct cli_verb verb_rules;
extern const struct cli_verb verb_db;
extern const struct cli_verb verb_completion;

/* Of this program, for help and completions; ends with a NULL. */
extern const struct cli_verb *const cli_verbs[];
const struct cli_verb *cli_find_verb(const char *name); /* or NULL */

/* What this program does where argv[1] is missing or none of its verbs; returns the exit status. */
int cli_without_verb(int argc, char **argv);

/* "mailsignal: ..." on stderr; returns the status. */
int cli_fail(enum ms_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

void cli_print_help(const struct cli_verb *verb); /* NULL: of the program */

#endif
