/* block.h - the sender's block cut into words and pieces, and what each piece looks like.
 *
 * The extractors run in this order over one struct block; each takes the bytes that it understood
 * (block_take), so that what is left for names, titles and companies is plain words. */
#ifndef MAILSIGNAL_CONTACT_BLOCK_H
#define MAILSIGNAL_CONTACT_BLOCK_H

#include "contact/lexicon.h"
#include "mailsignal/contact.h"

enum word_case { CASE_NONE, CASE_LOWER, CASE_TITLE, CASE_MIXED, CASE_UPPER };

struct word {
  struct span text; /* in the message's text, without brackets and commas around it */
  struct span folded;
  struct word_entry entry;
  enum word_case letters;
  unsigned char digits; /* how many, at most 255 */
  bool comma_before;    /* a comma stands between it and the word before */
  bool dash_before;     /* or a dash, slash, bar */
};

/* How a piece is parted from the one before it. */
enum separator { SEP_LINE, SEP_BAR, SEP_DASH, SEP_SLASH, SEP_COMMA, SEP_AT, SEP_PAREN, SEP_GAP };

enum role {
  ROLE_OTHER,
  ROLE_NAME,
  ROLE_TITLE,
  ROLE_DEPARTMENT,
  ROLE_COMPANY,
  ROLE_ADDRESS,
  ROLE_COUNT
};

struct piece {
  struct span text;
  size_t start, end; /* bytes of the message's text */
  size_t line;       /* of the block */
  enum separator before;
  struct word *words;
  size_t n_words;
  int score[ROLE_COUNT];
  enum role role;
  bool in_parens;
};

struct block_line {
  size_t start, end; /* bytes of the message's text */
  bool signoff;      /* from the sign-off zone, not the signature */
  bool foreign;      /* somebody else's: assistant, colleague, managing directors */
};

/* What the headers say of the sender. */
struct sender {
  struct span name;   /* display name as a person's name, may be empty */
  struct word *words; /* of it */
  size_t n_words;
  struct span address, local, domain;
  struct span label; /* "acme" of mail.acme.co.uk, folded; empty for freemail */
  bool freemail;
};

struct block_lines {
  struct block_line *items;
  size_t n, capacity;
};

struct pieces {
  struct piece *items;
  size_t n, capacity;
};

struct block {
  struct arena *arena;
  const struct contact_input *input;
  struct sender sender;
  size_t start, end; /* bytes of the message's text */
  struct block_lines lines;
  unsigned char *taken; /* one flag a byte of [start, end) */
  struct pieces pieces;
  bool has_signature; /* a signature zone, not only a sign-off */
};

/* Finds the sender's lines; false when there are none. */
bool block_find(struct arena *arena, const struct contact_input *input, struct block *out);

static inline struct span block_text(const struct block *block, size_t start, size_t end) {
  return span_slice(block->input->text->bytes, start, end);
}

/* Marks [start, end) as understood. */
void block_take(struct block *block, size_t start, size_t end);
static inline bool block_is_taken(const struct block *block, size_t at) {
  return at >= block->start && at < block->end && block->taken[at - block->start];
}

/* Cuts what is not taken into pieces. */
void block_cut(struct block *block);

/* The words of a stretch of text. */
size_t words_read(struct arena *arena, struct span text, struct word **out);

#endif
