/* roles.h - which piece of the block is name, title, department, company, address.
 *
 * Each piece gets a score for each role from its features (data/roles.def); then one assignment
 * over the whole block is chosen that uses each role for one stretch only (Viterbi over the last
 * role and the set of roles used up: linear in the number of pieces). */
#ifndef MAILSIGNAL_CONTACT_ROLES_H
#define MAILSIGNAL_CONTACT_ROLES_H

#include "contact/block.h"

void roles_assign(struct block *block);
/* The second half of it: chooses by the scores of the pieces, of which there is at least one. */
void roles_choose(struct block *block);

/* How well the piece names the sender's domain, 0-1: "Acme Ltd" and acme.com. */
double domain_agreement(const struct sender *sender, const struct word *words, size_t n);

#endif
