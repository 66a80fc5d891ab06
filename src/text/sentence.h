/* sentence.h - where sentences begin and end. Within src/text. */
#ifndef MAILSIGNAL_TEXT_SENTENCE_H
#define MAILSIGNAL_TEXT_SENTENCE_H

#include "mailsignal/text.h"

struct sentence_range {
  size_t start, end; /* bytes of the passage's text, without white space around and list marks */
  uint32_t paragraph;
  bool question;
};

struct sentence_ranges {
  struct sentence_range *items;
  size_t n, capacity;
};

/* Appends the sentences of one passage. *paragraph is the number of the first; it is counted on
 * past the passage's last. Sentences longer than LIMIT_SENTENCE_BYTES are split. */
void sentence_split(struct arena *arena, const struct passage *passage, uint32_t *paragraph,
                    struct sentence_ranges *out);

#endif
