/* shape.h - what words look like: postcodes, dates, names. */
#ifndef MAILSIGNAL_CONTACT_SHAPE_H
#define MAILSIGNAL_CONTACT_SHAPE_H

#include "contact/block.h"

/* The country whose postcode words[i] (with the next word, where it has two parts) can only be:
 * "SE18 3RD" -> GB, "R2J 0H2" -> CA, "3044 AT" -> NL, "OH 43612" -> US, "D-57072" -> DE;
 * "" for a postcode of many countries (four or five digits beside a capitalised word); NULL for
 * none. Length in words is 1 or 2. */
const char *postcode_region(const struct word *words, size_t i, size_t n);

/* Two to four capitalised words that no list knows as something else. */
bool looks_like_name(const struct word *words, size_t n);

unsigned words_classes(const struct word *words, size_t n);
size_t words_with(const struct word *words, size_t n, unsigned classes);

#endif
