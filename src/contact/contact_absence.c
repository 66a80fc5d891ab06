#include "contact/contact_parts.h"
void contact_absence(struct arena *arena, const struct contact_input *input, struct contact *out) {
  (void)arena, (void)input, (void)out;
}
