/* yaml_tree.h - one YAML document as a tree that knows its lines. Within src/rules.
 *
 * The subset that rule files need: scalars, sequences and maps with scalar keys. Anchors, aliases,
 * tags and further documents are refused, so that a tree is never larger than its file. */
#ifndef MAILSIGNAL_RULES_YAML_TREE_H
#define MAILSIGNAL_RULES_YAML_TREE_H

#include "rules/fault.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
  enum yaml_kind kind;
  struct span text;        /* of YAML_TEXT */
  bool plain;              /* written without quotes */
  struct place place;
  struct yaml_node *first; /* items of a list, keys of a map */
  struct yaml_node *last;
  struct yaml_node *next;
  struct yaml_node *value; /* of a key */
  size_t n;
};

/* NULL for an empty file, and for one with faults, which are added to `faults`. */
struct yaml_node *yaml_tree_read(struct arena *arena, struct span file, struct span bytes,
                                 struct diag_list *faults);

/* A value that was left out: `key:` or `key: null`. */
bool yaml_is_null(const struct yaml_node *node);

#endif
