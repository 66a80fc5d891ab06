/* learned_seen.h - the features of a sentence that were counted: each counts once, however often it
 * occurs. Within src/rules. */
#ifndef MAILSIGNAL_RULES_LEARNED_SEEN_H
#define MAILSIGNAL_RULES_LEARNED_SEEN_H

#include "mailsignal/rules.h"

enum { SEEN_SLOTS = 1024, MOST_SEEN = SEEN_SLOTS / 2 + 1 };

/* A table of rows. Zeroed once; learned_forget() then clears no more than was used. */
struct learned_seen {
  uint32_t rows[SEEN_SLOTS];
  uint16_t used[MOST_SEEN];
  size_t n;
};

static inline bool learned_first_time(struct learned_seen *seen, uint32_t row) {
  if (seen->n == MOST_SEEN) return true; /* a monster of a sentence */
  for (size_t at = row * 0x9e3779b1u >> 22;; at = (at + 1) % SEEN_SLOTS) {
    if (seen->rows[at] == row) return false;
    if (seen->rows[at]) continue;
    seen->rows[at] = row;
    seen->used[seen->n++] = (uint16_t)at;
    return true;
  }
}

static inline void learned_forget(struct learned_seen *seen) {
  while (seen->n) seen->rows[seen->used[--seen->n]] = 0;
}

#endif
