/* rule_file.h - trees of YAML to rules and lists. Within src/rules. */
#ifndef MAILSIGNAL_RULES_RULE_FILE_H
#define MAILSIGNAL_RULES_RULE_FILE_H

#include "mailsignal/rule_book.h"
#include "rules/files.h"
#include "rules/yaml_tree.h"

struct book_reader {
  struct arena *arena;
  struct diag_list *faults;
  struct rule_book *book;
};

void rule_file_take(struct book_reader *reader, const struct rule_file *file,
                    const struct yaml_node *root);
void list_file_take(struct book_reader *reader, const struct rule_file *file,
                    const struct yaml_node *root);

/* A book from files that were read already. False when there are faults. */
bool rule_book_from_files(struct arena *arena, const struct rule_files *files,
                          struct diag_list *faults, struct rule_book *out);

#endif
