/* rules.h - the verb `rules`: one function an action, each in its file rules_*.c. */
#ifndef MAILSIGNAL_CLI_RULES_H
#define MAILSIGNAL_CLI_RULES_H

#include "cli/options.h"
#include "mailsignal/json.h"
#include "mailsignal/rule_book.h"

struct rules_job {
  struct arena *arena;
  const struct options *options;
  struct ruleset_options rules;  /* built-in rules and each --rules */
  const char *const *operands;   /* behind the action's name */
  size_t n_operands;
  bool json;                     /* --format json */
};

typedef enum ms_status rules_action(struct rules_job *job, struct ms_error *error);

rules_action rules_check, rules_list, rules_show, rules_compile, rules_test, rules_learn, rules_eval,
    rules_diff;

/* Reads the book; its faults go to stderr. */
enum ms_status rules_read_book(struct rules_job *job, struct rule_book *book,
                               struct ms_error *error);
/* Writes one line of JSON. */
void rules_print_json(const struct sbuf *out);

#endif
