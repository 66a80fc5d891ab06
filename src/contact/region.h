/* region.h - which countries' number formats to try, best first. */
#ifndef MAILSIGNAL_CONTACT_REGION_H
#define MAILSIGNAL_CONTACT_REGION_H

#include "contact/block.h"

enum { MOST_REGIONS = 48, REGIONS_TRIED = 6, REGIONS_PARSED = 2 };

struct region_vote {
  char code[3];
  int votes;
};

struct regions {
  struct region_vote items[MOST_REGIONS];
  size_t n;
};

void region_vote(struct regions *regions, const char *code, int votes);
/* Votes of domains, places, postcodes, legal forms, time zone and language; sorted. */
void regions_find(const struct block *block, const struct contact *links, struct regions *out);
void regions_sort(struct regions *regions);

#endif
