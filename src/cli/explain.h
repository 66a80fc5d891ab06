/* explain.h - a record for a person to read: the text with zones in the margin, each contact field
 * and signal under the line it came from, and the sum that gave each strength. */
#ifndef MAILSIGNAL_CLI_EXPLAIN_H
#define MAILSIGNAL_CLI_EXPLAIN_H

#include "mailsignal/pipeline.h"
#include "mailsignal/rule_book.h"

struct explain_style {
  const char *margin, *note, *strong, *plain; /* escape sequences, or "" */
};

struct explain_style explain_style_for(int fd);
/* Text of a mail to stdout, without control characters. */
void explain_print(struct span text);
/* Prints to stdout. */
void explain_record(const struct explain_style *style, const struct record *record,
                    struct arena *scratch);

/* Why does the rule fire, or not? */
struct rule_question {
  const struct rule *rule;
  uint32_t index; /* of the ruleset */
  struct rule_book book;
  bool json;      /* one line for programs */
};
/* The answer for the message that the worker ran last, to stdout. */
void explain_rule(struct worker *worker, const struct rule_question *question,
                  const struct record *record);

#endif
