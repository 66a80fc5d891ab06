/* sender.h - the sender's names and address, to be looked for in lines. */
#ifndef ZONE_SENDER_H
#define ZONE_SENDER_H

#include "mailsignal/mail.h"

enum { SENDER_TOKENS = 6 };

/* All folded (fold.h). */
struct sender {
  char storage[256];
  struct span tokens[SENDER_TOKENS];
  size_t n;
  struct span address, local, domain; /* folded; domain without its last label */
};

void zone_sender_read(const struct mail_address *from, struct sender *out);

/* How many words of the sender's name the line holds, addresses and links left aside. */
size_t zone_sender_tokens(const struct sender *sender, struct span folded);
/* A short line of the sender's initials: "JD", "B.", "xx C". */
bool zone_sender_initials(const struct sender *sender, struct span folded);
/* A word of the line is in the local part of the address: "dale" in dale@, "smith" in jsmith@. */
bool zone_sender_shares_local(const struct sender *sender, struct span folded);
/* The line holds the start of the domain's name, blanks left aside: "Acme Tools" of acmetools.io. */
bool zone_sender_shares_domain(const struct sender *sender, struct span folded);

#endif
