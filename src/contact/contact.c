#include "mailsignal/contact.h"

#include "contact/contact_link.h"
#include "contact/contact_parts.h"
#include "contact/contact_phone.h"
#include "contact/roles.h"
#include "contact/sender.h"

const char *phone_type_name(enum phone_type type) {
  static const char *const names[] = {"work", "mobile", "fax", "home", "other"};
  return names[type];
}

const char *seniority_name(enum seniority seniority) {
  static const char *const names[] = {"", "decision_maker", "influencer", "user"};
  return names[seniority];
}

void contact_init(void) { lexicon_init(); }

static void read_block(struct block *block, struct contact *out) {
  contact_mark_foreign(block);
  contact_links(block, out);
  if (block->has_signature) {
    struct regions regions = {0};
    regions_find(block, out, &regions);
    contact_phones(block, &regions, out);
  }
  block_cut(block);
  roles_assign(block);
  contact_name(block, out);
  contact_title(block, out);
  contact_company(block, out);
  contact_address(block, out);
  contact_split_name(block, out);
}

/* The sender's own address counts as one of the contact's, after those that the block shows. */
static void add_own_address(struct arena *arena, struct span address, struct contact *out) {
  if (address.len == 0 || out->emails.n) return;
  struct contact_field own = {.value = address, .confidence = 0.9};
  ARENA_PUSH(arena, &out->emails, own);
}

static void read_vcard(struct block *block, struct contact *out) {
  struct regions regions = {0};
  regions_find(block, out, &regions);
  contact_vcard(block->arena, block->input->mail->vcard, &block->sender, regions.items[0].code,
                out);
}

static double overall_confidence(const struct contact *c) {
  const struct contact_field *fields[] = {&c->name, &c->title, &c->company, &c->address};
  double sum = 0;
  size_t n = 0;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (fields[i]->value.len == 0) continue;
    sum += fields[i]->confidence;
    n++;
  }
  for (size_t i = 0; i < c->n_phones; i++, n++) sum += c->phones[i].confidence;
  return n ? sum / (double)n : 0;
}

/* Whether the block told more than the header does. Newsletters and other automatic mail often end
 * in what looks like a block: there it must name the sender. */
static bool is_told(const struct block *block, const struct contact *c) {
  if (!block->has_signature && c->name.end == c->name.start) return false;
  enum mail_class mail_class = block->input->mail->mail_class;
  if (mail_class == MAIL_PERSON || mail_class == MAIL_AUTO_REPLY) return true;
  struct word *words;
  size_t n = words_read(block->arena, c->name.value, &words);
  return c->name.end > c->name.start && sender_agreement(&block->sender, words, n) > 0;
}

void contact_extract(struct arena *arena, const struct contact_input *input, struct contact *out) {
  struct block block = {0};
  *out = (struct contact){0};
  sender_read(arena, input->mail, &block.sender);
  if (block_find(arena, input, &block)) {
    read_block(&block, out);
    out->from_signature = is_told(&block, out);
  }
  if (input->mail->vcard.len) read_vcard(&block, out);
  if (input->mail->mail_class == MAIL_AUTO_REPLY) {
    contact_absence(arena, input, &block.sender, out);
    bool told = out->return_date.len || out->stand_in.name.len || out->stand_in.address.len ||
                out->has_left;
    out->from_signature |= told;
  }
  if (!out->name.value.len && block.sender.name.len)
    out->name = (struct contact_field){.value = block.sender.name, .confidence = 0.8};
  add_own_address(arena, input->mail->from.address, out);
  if (out->title.value.len) out->seniority = contact_seniority(arena, out->title.value);
  out->confidence = overall_confidence(out);
}
