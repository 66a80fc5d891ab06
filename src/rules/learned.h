/* learned.h - the fitted weights under rules/learned/, between the loader and the scorer.
 *
 * The loader finds and hashes the files and keeps the result in the cache; the scorer
 * (learned*.c) says what the bytes mean. A model is read from an image, a block without pointers,
 * so that a warm start maps it and parses nothing. Within src/rules. */
#ifndef MAILSIGNAL_RULES_LEARNED_H
#define MAILSIGNAL_RULES_LEARNED_H

#include "mailsignal/rules.h"

struct learned_file {
  struct span path;  /* as shown to people */
  struct span name;  /* without folder and ending */
  struct span bytes; /* the file */
};

/* The text form of all files to one image (in the arena, 8-byte aligned). An empty image when there
 * is nothing to score with. Faults go to *faults with codes "learned.*". Files of a later layer come
 * later; what they replace is the scorer's business. */
struct span learned_compile(struct arena *arena, const struct learned_file *files, size_t n,
                            struct diag_list *faults);

/* A model over an image, which outlives it and is 64-byte aligned. NULL when the image is damaged
 * or memory ran out: the caller then ignores the cache. Not called for empty images. */
struct learned;
struct learned *learned_open(struct span image);
void learned_free(struct learned *learned);

/* The model of a ruleset; NULL when it has none. */
const struct learned *ruleset_learned(const struct ruleset *ruleset);

#endif
