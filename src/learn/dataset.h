/* dataset.h - labelled text as folded sentences with labels. Within src/learn. */
#ifndef MAILSIGNAL_LEARN_DATASET_H
#define MAILSIGNAL_LEARN_DATASET_H

#include "mailsignal/learn.h"

enum { NEGATIVES = INT32_MAX };

struct example { /* a snippet or a mail */
  struct folded folded;
  uint16_t *labels;    /* of each sentence: bit set over enum signal_type */
  float *votes;        /* of each sentence and signal: the heaviest rule's */
  uint16_t all;        /* of the whole */
  uint32_t group;      /* index of the label file; NEGATIVES for options->negatives */
  char language[4];
  bool mail;           /* a whole mail, not a snippet */
  size_t first_row;    /* index of its first sentence among all */
};

struct dataset {
  struct arena *arena;
  struct example *items;
  size_t n, capacity;
  size_t n_rows;       /* sentences */
  size_t n_mails;
  char digest[65];     /* SHA-256 over all label files */
};

enum ms_status dataset_read(struct arena *arena, const struct learn_options *options,
                            struct dataset *out, struct ms_error *error);

#endif
