/* Any text as signature and as vCard of a sender whose name and address come from its first lines.
 */
#include <stdint.h>

#include "mailsignal/contact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  contact_init();
  struct arena *arena = arena_new();
  if (!arena) return 0;
  struct span rest = {(const char *)data, size}, name = {0}, address = {0};
  span_split(&rest, '\n', &name);
  span_split(&rest, '\n', &address);
  struct mail mail = {.from = {name, address},
                      .has_date = true,
                      .date = 1752562800,
                      .date_offset = 120,
                      .mail_class = size % 2 ? MAIL_AUTO_REPLY : MAIL_PERSON,
                      .text = rest,
                      .vcard = rest};
  struct text text;
  text_read(arena, rest, &text);
  struct zone all[] = {{ZONE_BODY, 0, 0}, {ZONE_SIGNATURE, 0, rest.len}};
  struct zones zones = {.items = all, .n = 2, .capacity = 2};
  struct contact_input input = {&mail, &text, &zones, "en"};
  struct contact contact;
  contact_extract(arena, &input, &contact);
  for (size_t i = 0; i < contact.n_phones; i++)
    if (contact.phones[i].end > rest.len) __builtin_trap();
  if (contact.name.end > rest.len || contact.address.end > rest.len) __builtin_trap();
  arena_free(arena);
  return 0;
}
