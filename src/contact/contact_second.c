#include "contact/contact_parts.h"
#include "contact/sender.h"
#include "contact/shape.h"

/* Whether the first name is the sender's: the surname alone may be a relative's. */
static bool names_sender(const struct block *block, const struct word *words, size_t n) {
  for (size_t i = 0; i < n && i < 4; i++) {
    if (words[i].entry.classes & (W_HONORIFIC | W_TITLE)) continue;
    return words[i].folded.len > 2 && sender_has_word(&block->sender, words[i].folded);
  }
  return false;
}

/* Two capitalised words that are no label, title or field of work. */
static bool begins_with_name(const struct word *words, size_t n) {
  const unsigned known = W_TITLE | W_DEPT | W_ORG | W_LEGAL | W_STREET | W_REGISTER | W_SOCIAL |
                         W_RANK | W_FUNCTION | W_MONTHDAY;
  size_t names = 0;
  for (size_t i = 0; i < n && names < 2; i++) {
    if (words[i].entry.classes & W_HONORIFIC) continue;
    if (words[i].entry.classes & known || words[i].entry.label || words[i].digits) return false;
    if (words[i].letters < CASE_TITLE || words[i].comma_before) return false;
    names++;
  }
  return names == 2;
}

/* "Assistant: Pru Lang, 203-...", "Bill Stanhope: 253-...", "Geschäftsführer: Karin Oberlin". */
static bool tells_of_another(const struct block *block, struct span line) {
  size_t colon = span_find_byte(line, ':', 1);
  if (colon == SPAN_NONE || colon > 60) return false;
  struct word *before, *after;
  size_t n = words_read(block->arena, span_slice(line, 0, colon), &before);
  size_t m = words_read(block->arena, span_from(line, colon + 1), &after);
  if (n == 0 || n > 6) return false;
  if (names_sender(block, before, n) || names_sender(block, after, m)) return false;
  unsigned classes = words_classes(before, n);
  bool digits_follow = m > 0 && (after[0].digits || after[0].text.ptr[0] == '+');
  if (classes & W_SECOND && !digits_follow) return true;
  bool field = (classes & (W_DEPT | W_TITLE)) != 0; /* "Accounts: Pam Healey 0113 ..." */
  return begins_with_name(before, n) || (field && begins_with_name(after, m));
}

/* "or contact my colleague Jo Smith at ..." */
static bool mentions_colleague(const struct block *block, struct span line) {
  struct word *words;
  size_t n = words_read(block->arena, line, &words);
  static const struct span colleagues[] = {
      SPAN_INIT("colleague"), SPAN_INIT("kollege"), SPAN_INIT("kollegin"), SPAN_INIT("kollegen"),
      SPAN_INIT("collegue"),  SPAN_INIT("colega"),  SPAN_INIT("collega"),  SPAN_INIT("vertretung")};
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < sizeof colleagues / sizeof *colleagues; k++)
      if (span_eq(words[i].folded, colleagues[k])) return true;
  return false;
}

void contact_mark_foreign(struct block *block) {
  for (size_t i = 0; i < block->lines.n; i++) {
    struct block_line *line = &block->lines.items[i];
    if (line->signoff) continue;
    struct span text = span_trim(block_text(block, line->start, line->end));
    line->foreign = tells_of_another(block, text) || mentions_colleague(block, text);
    bool label_alone = line->foreign && text.ptr[text.len - 1] == ':';
    if (label_alone && i + 1 < block->lines.n) block->lines.items[++i].foreign = true;
  }
}
