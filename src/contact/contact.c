#include "mailsignal/contact.h"

const char *phone_type_name(enum phone_type type) {
  static const char *const names[] = {"work", "mobile", "fax", "home", "other"};
  return names[type];
}

const char *seniority_name(enum seniority seniority) {
  static const char *const names[] = {"", "decision_maker", "influencer", "user"};
  return names[seniority];
}

void contact_init(void) {}

void contact_extract(struct arena *arena, const struct contact_input *input, struct contact *out) {
  (void)arena, (void)input;
  *out = (struct contact){0};
}
