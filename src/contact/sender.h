/* sender.h - what the From header says of the sender: a person's name, the company's domain. */
#ifndef MAILSIGNAL_CONTACT_SENDER_H
#define MAILSIGNAL_CONTACT_SENDER_H

#include "contact/block.h"

void sender_read(struct arena *arena, const struct mail *mail, struct sender *out);

/* A display or written name without honorifics, credentials, brackets and quotes, "Lastname,
 * Firstname" turned, capitals undone. Empty when it is no person's name ("Sales", "Acme Ltd"). */
struct span person_name(struct arena *arena, struct span written, const struct sender *sender);

/* How well the words agree with the sender's header name and address: the share of the words that
 * are in one of them, 0-1. */
double sender_agreement(const struct sender *sender, const struct word *words, size_t n);

/* How many of the words belong to a name, before the first letters of an exam or membership. */
size_t name_extent(const struct sender *sender, const struct word *words, size_t n);

/* Whether a folded word is one of the header name's, or stands in the local part. */
bool sender_has_word(const struct sender *sender, struct span folded);

/* Mail providers for everybody: their domain says nothing of the sender's company. */
bool is_freemail(struct span domain);

/* Capitals undone: "PHYLLIDA CRANE" -> "Phyllida Crane", "O'BRIEN" -> "O'Brien". `keep_short`
 * leaves words up to three letters alone, which may be abbreviations. */
struct span undo_capitals(struct arena *arena, struct span s, bool keep_short);

#endif
