/* fold.h - the parts of folding. Within src/text. */
#ifndef MAILSIGNAL_TEXT_FOLD_H
#define MAILSIGNAL_TEXT_FOLD_H

#include "mailsignal/text.h"

enum char_kind { CHAR_LETTER, CHAR_DIGIT, CHAR_SPACE, CHAR_SIGN, CHAR_CURRENCY, CHAR_NOTHING };

/* One character of the source in folded form. The longest NFKC case folding of one code point has
 * 18 UTF-16 units, none of them beyond the basic plane. */
struct folded_char {
  char bytes[3 * 18];
  unsigned char len;
  unsigned char kind; /* enum char_kind */
  bool capital;
  uint32_t code;      /* before folding */
  size_t next;        /* offset behind it in the source */
};

void fold_char_read(struct span text, size_t at, struct folded_char *out);

/* The work on one sentence: `text` is the field up to the sentence's end. */
struct folder {
  struct arena *arena;
  const struct fold_lexicon *lexicon;
  struct span text;
  size_t source_len; /* of the whole field: bytes behind the sentence may be read too */
  size_t at;         /* next source byte */
  size_t chunk_end;  /* up to here it is known whether a mail or web address comes */
  size_t address;    /* where it begins; SPAN_NONE for none */
  size_t line_start; /* where the sentence begins in bytes */
  size_t first_token;
  bool blank;        /* a blank is due before the next word */
  size_t blank_origin;
  bool question;
  char *bytes;
  uint32_t *origin;
  size_t len, capacity;
  struct folded *out;
};

void fold_put(struct folder *f, const char *bytes, size_t n, size_t origin);
/* Writes the blank that is due. */
void fold_put_blank(struct folder *f);
void fold_add_token(struct folder *f, size_t start, size_t end, enum token_kind kind,
                    unsigned shape);
/* The word that has just been written at `start`, with its first apostrophe at `apostrophe` (or
 * SPAN_NONE): writes contractions out, replaces what the lexicon names, and adds its tokens. */
void fold_finish_word(struct folder *f, size_t start, size_t apostrophe, unsigned shape);

#endif
