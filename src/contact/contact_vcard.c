#include "contact/contact_parts.h"
void contact_vcard(struct arena *arena, struct span vcard, const struct sender *sender, struct contact *out) {
  (void)arena, (void)vcard, (void)sender, (void)out;
}
