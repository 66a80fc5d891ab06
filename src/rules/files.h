/* files.h - the files of a ruleset, found and read. Within src/rules. */
#ifndef MAILSIGNAL_RULES_FILES_H
#define MAILSIGNAL_RULES_FILES_H

#include "mailsignal/rules.h"

enum rule_file_kind { RULE_FILE_SIGNALS, RULE_FILE_LIST, RULE_FILE_LEARNED };

struct rule_file {
  enum rule_file_kind kind;
  unsigned layer;    /* 0 = built in, then each --rules */
  struct span path;  /* as shown to people */
  struct span name;  /* without folder and ending */
  struct span bytes;
};

struct rule_files {
  struct rule_file *items; /* by layer, then kind, then name */
  size_t n, capacity;
};

/* DIR/signals/ and DIR itself hold rule files, DIR/lists/ lists, DIR/learned/ fitted weights.
 * What cannot be read becomes a fault. */
void rule_files_read(struct arena *arena, const struct ruleset_options *options,
                     struct diag_list *faults, struct rule_files *out);

#endif
