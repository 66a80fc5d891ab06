#include "text/fold.h"

/* Contractions that have lost their apostrophe and are no other word in the languages we read;
 * sorted. */
static const struct fold_pair bare[] = {
    {SPAN_INIT("arent"), SPAN_INIT("are not")},       {SPAN_INIT("cannot"), SPAN_INIT("can not")},
    {SPAN_INIT("cant"), SPAN_INIT("can not")},        {SPAN_INIT("couldnt"), SPAN_INIT("could not")},
    {SPAN_INIT("didnt"), SPAN_INIT("did not")},       {SPAN_INIT("doesnt"), SPAN_INIT("does not")},
    {SPAN_INIT("gonna"), SPAN_INIT("going to")},      {SPAN_INIT("gotta"), SPAN_INIT("got to")},
    {SPAN_INIT("hadnt"), SPAN_INIT("had not")},       {SPAN_INIT("hasnt"), SPAN_INIT("has not")},
    {SPAN_INIT("havent"), SPAN_INIT("have not")},     {SPAN_INIT("isnt"), SPAN_INIT("is not")},
    {SPAN_INIT("ive"), SPAN_INIT("i have")},          {SPAN_INIT("shouldnt"), SPAN_INIT("should not")},
    {SPAN_INIT("thats"), SPAN_INIT("that is")},       {SPAN_INIT("theres"), SPAN_INIT("there is")},
    {SPAN_INIT("theyre"), SPAN_INIT("they are")},     {SPAN_INIT("theyve"), SPAN_INIT("they have")},
    {SPAN_INIT("wanna"), SPAN_INIT("want to")},       {SPAN_INIT("wasnt"), SPAN_INIT("was not")},
    {SPAN_INIT("werent"), SPAN_INIT("were not")},     {SPAN_INIT("weve"), SPAN_INIT("we have")},
    {SPAN_INIT("wont"), SPAN_INIT("will not")},       {SPAN_INIT("wouldnt"), SPAN_INIT("would not")},
    {SPAN_INIT("youd"), SPAN_INIT("you would")},      {SPAN_INIT("youll"), SPAN_INIT("you will")},
    {SPAN_INIT("youre"), SPAN_INIT("you are")},       {SPAN_INIT("youve"), SPAN_INIT("you have")},
};

/* What follows the apostrophe, and what it stands for. */
static const struct fold_pair endings[] = {
    {SPAN_INIT("'re"), SPAN_INIT(" are")},  {SPAN_INIT("'ve"), SPAN_INIT(" have")},
    {SPAN_INIT("'ll"), SPAN_INIT(" will")}, {SPAN_INIT("'m"), SPAN_INIT(" am")},
    {SPAN_INIT("'d"), SPAN_INIT(" would")},
};

/* Whole words before n't that are not verb + not. */
static const struct fold_pair negated[] = {
    {SPAN_INIT("can't"), SPAN_INIT("can not")},
    {SPAN_INIT("won't"), SPAN_INIT("will not")},
    {SPAN_INIT("shan't"), SPAN_INIT("shall not")},
    {SPAN_INIT("ain't"), SPAN_INIT("is not")},
};

static const char before_is[] = " it that there what he she who here where how everything ";
static const char before_elision[] = " l d n j c s m t qu lorsqu puisqu jusqu quelqu un dell nell "
                                     "all dall sull quell gl quest ";
static const char before_dont[] = " i we you they please and but just to also so really would ";
static const char before_clause[] = " , and but so because as if that since when think ";
static const char after_we_are[] = " not very still now just really so also already unable unhappy "
                                   "happy interested ready sorry afraid sure ";

static bool in_list(const char *list, struct span word) {
  char padded[20];
  if (word.len == 0 || word.len > sizeof padded - 3) return false;
  padded[0] = ' ';
  memcpy(padded + 1, word.ptr, word.len);
  padded[word.len + 1] = ' ';
  padded[word.len + 2] = 0;
  return strstr(list, padded) != NULL;
}

static struct span find_pair(const struct fold_pair *pairs, size_t n, struct span word) {
  for (size_t i = 0; i < n; i++)
    if (span_eq(pairs[i].from, word)) return pairs[i].to;
  return (struct span){0};
}

/* Whether the word ends as one of `bare` does: most words need not be looked up. */
static bool ends_like_bare(struct span word) {
  char before = word.ptr[word.len - 2];
  switch (word.ptr[word.len - 1]) {
    case 't': return before == 'n' || before == 'o';
    case 'e': return before == 'v' || before == 'r';
    case 'a': return before == 'n' || before == 't';
    case 's': return before == 't' || before == 'e';
    case 'd': return before == 'u';
    case 'l': return before == 'l';
    default: return false;
  }
}

static struct span find_bare(struct span word) {
  if (word.len < 3 || word.len > 8 || !ends_like_bare(word)) return (struct span){0};
  for (size_t low = 0, high = sizeof bare / sizeof *bare; low < high;) {
    size_t middle = low + (high - low) / 2;
    int order = span_compare(bare[middle].from, word);
    if (order == 0) return bare[middle].to;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return (struct span){0};
}

static struct span written_word(const struct folder *f, size_t start) {
  return (struct span){f->bytes + start, f->len - start};
}

/* Puts `with` in the place of everything from `start` on. Its bytes come from where the old ones
 * came from, so that offsets keep pointing into the word. */
static void replace_from(struct folder *f, size_t start, struct span with) {
  size_t old_len = f->len - start;
  uint32_t last = f->origin[f->len - 1];
  f->len = start;
  for (size_t i = 0; i < with.len; i++) {
    uint32_t origin = i < old_len ? f->origin[start + i] : last;
    fold_put(f, with.ptr + i, 1, origin);
  }
}

/* The last token of this sentence, or an empty span at its start. */
static struct span last_token(const struct folder *f) {
  const struct folded *out = f->out;
  if (out->n_tokens == f->first_token) return (struct span){0};
  const struct token *t = &out->tokens[out->n_tokens - 1];
  return (struct span){f->bytes + t->start, t->end - t->start};
}

/* Whether the next word of the source makes "were" (or "im") before it a "we are" ("I am"). */
static bool predicate_follows(const struct folder *f) {
  size_t at = f->at;
  while (at < f->text.len && ascii_is_space(f->text.ptr[at])) at++;
  char word[16];
  size_t n = 0;
  while (at < f->text.len && n < sizeof word && ascii_is_alpha(f->text.ptr[at]))
    word[n++] = ascii_lower(f->text.ptr[at++]);
  struct span next = {word, n};
  return (n >= 5 && span_ends(next, SPAN_LIT("ing"))) || in_list(after_we_are, next);
}

/* Words that are a contraction only where the context says so: "were" (we're), "im" (I'm, but
 * German "im"), "dont" (don't, but French "dont"). */
static struct span ambiguous(const struct folder *f, struct span word) {
  struct span before = last_token(f);
  bool clause = before.len == 0 || in_list(before_clause, before);
  if (span_eq(word, SPAN_LIT("dont")) && (before.len == 0 || in_list(before_dont, before)))
    return SPAN_LIT("do not");
  if (!clause || f->question || !predicate_follows(f)) return (struct span){0};
  if (span_eq(word, SPAN_LIT("were"))) return SPAN_LIT("we are");
  if (span_eq(word, SPAN_LIT("im"))) return SPAN_LIT("i am");
  return (struct span){0};
}

static struct span plain_replacement(const struct folder *f, struct span word) {
  struct span to = {0};
  bool short_word = word.len == 2 || word.len == 4;
  if (short_word && (span_eq(word, SPAN_LIT("dont")) || span_eq(word, SPAN_LIT("were")) ||
                     span_eq(word, SPAN_LIT("im"))))
    to = ambiguous(f, word);
  if (to.len == 0) to = find_bare(word);
  return to.len ? to : fold_lexicon_find(f->lexicon, word);
}

/* "l'offre" -> "l' offre": the blank takes the origin of the letter behind it. */
static void split_elision(struct folder *f, size_t apostrophe) {
  uint32_t origin = f->origin[f->len - 1];
  fold_put(f, " ", 1, origin);
  memmove(f->bytes + apostrophe + 2, f->bytes + apostrophe + 1, f->len - apostrophe - 2);
  memmove(f->origin + apostrophe + 2, f->origin + apostrophe + 1,
          (f->len - apostrophe - 2) * sizeof *f->origin);
  f->bytes[apostrophe + 1] = ' ';
}

/* The word holds an apostrophe at `apostrophe`. Returns the offset where its words end; what is
 * behind is a possessive 's. */
static size_t write_out(struct folder *f, size_t start, size_t apostrophe) {
  struct span word = written_word(f, start);
  struct span head = {word.ptr, apostrophe - start};
  struct span tail = span_from(word, apostrophe - start);
  struct span whole = find_pair(negated, sizeof negated / sizeof *negated, word);
  struct span ending = find_pair(endings, sizeof endings / sizeof *endings, tail);
  if (whole.len) {
    replace_from(f, start, whole);
  } else if (span_eq(tail, SPAN_LIT("'t")) && span_ends(head, SPAN_LIT("n"))) {
    replace_from(f, apostrophe - 1, SPAN_LIT(" not"));
  } else if (ending.len) {
    replace_from(f, apostrophe, ending);
  } else if (span_eq(word, SPAN_LIT("let's"))) {
    replace_from(f, apostrophe, SPAN_LIT(" us"));
  } else if (span_eq(tail, SPAN_LIT("'s"))) {
    if (!in_list(before_is, head)) return apostrophe;
    replace_from(f, apostrophe, SPAN_LIT(" is"));
  } else if (tail.len > 2 && in_list(before_elision, head)) {
    split_elision(f, apostrophe);
  }
  return f->len;
}

static void add_word_tokens(struct folder *f, size_t start, size_t end, unsigned shape) {
  while (start < end) {
    const char *blank = memchr(f->bytes + start, ' ', end - start);
    size_t stop = blank ? (size_t)(blank - f->bytes) : end;
    fold_add_token(f, start, stop, TOKEN_WORD, shape);
    start = stop + 1;
  }
}

/* Replaces the word before a possessive 's at `apostrophe`; returns where the 's is then. */
static size_t replace_owner(struct folder *f, size_t start, size_t apostrophe) {
  struct span owner = {f->bytes + start, apostrophe - start};
  struct span to = fold_lexicon_find(f->lexicon, owner);
  if (to.len == 0) return apostrophe;
  replace_from(f, start, arena_printf(f->arena, SPAN_FMT "'s", SPAN_ARG(to)));
  return start + to.len;
}

void fold_finish_word(struct folder *f, size_t start, size_t apostrophe, unsigned shape) {
  struct span word = written_word(f, start);
  if (word.len == 0) return;
  if (apostrophe != SPAN_NONE) {
    size_t end = write_out(f, start, apostrophe);
    if (end < f->len) end = replace_owner(f, start, end);
    add_word_tokens(f, start, end, shape);
    fold_add_token(f, end, f->len, TOKEN_SIGN, 0);
    return;
  }
  struct span to = plain_replacement(f, word);
  if (to.len) {
    replace_from(f, start, to);
    add_word_tokens(f, start, f->len, shape);
  } else {
    fold_add_token(f, start, f->len, TOKEN_WORD, shape);
  }
}
