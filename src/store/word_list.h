/* word_list.h - lists of words from rules/lists/: a YAML sequence, or a map of sequences.
 *
 * Kept sorted; a look-up is a binary search. The kinds are numbered in the order of `kinds`: the
 * keys that a file may have. */
#ifndef MAILSIGNAL_STORE_WORD_LIST_H
#define MAILSIGNAL_STORE_WORD_LIST_H

#include "mailsignal/diag.h"

enum { WORD_LIST_NONE = -1 };

struct word {
  struct span text; /* lower case */
  int kind;
};

struct word_list {
  struct arena *arena;
  struct word *items;
  size_t n, capacity;
};

/* Called for each word; key is empty in a plain sequence. False: the key is not known. */
typedef bool word_taker(void *context, struct span key, struct span word);

/* Reads a file; MS_BAD_CONFIG names file, line and column of a fault. */
enum ms_status word_file_read(const char *path, word_taker *take, void *context,
                              struct ms_error *error);

void word_list_add(struct word_list *list, struct span word, int kind);
/* After the last word_list_add(). Of equal words the one of the lowest kind stays. */
void word_list_sort(struct word_list *list);
/* The kind, or WORD_LIST_NONE. */
int word_list_find(const struct word_list *list, struct span word);

#endif
