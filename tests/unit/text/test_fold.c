#include <criterion/criterion.h>

#include "mailsignal/limits.h"
#include "mailsignal/text.h"

static void fold(struct arena *arena, const struct fold_lexicon *lexicon, const char *text,
                 struct folded *out) {
  struct passage passage = {span_of(text), 0, strlen(text), FIELD_BODY};
  text_fold(arena, lexicon, &passage, 1, out);
}

Test(fold, writes_what_people_mean_in_one_way) {
  static const struct {
    const char *text, *folded;
  } rows[] = {
      {"We’re MOVING", "we are moving\n"},
      {"we're, you've, I'll, I'm, they'd", "we are, you have, i will, i am, they would\n"},
      {"can't won't shan't ain't don't", "can not will not shall not is not do not\n"},
      {"I cant and didnt, so we wont", "i can not and did not, so we will not\n"},
      {"It's Bob's; let's go", "it is bob's; let us go\n"},
      {"a\xC2\xA0" "b \t c\r\nd", "a b c d\n"},
      {"follow-up follow\xE2\x80\x91up", "follow up follow up\n"},
      {"e-mail re-order", "email reorder\n"},
      {"\xE2\x80\x9Cquoted\xE2\x80\x9D \xC2\xABtext\xC2\xBB", "\"quoted\" \"text\"\n"},
      {"*urgent* _now_", "urgent now\n"},
      {"terms & conditions, R&D", "terms and conditions, r&d\n"},
      {"$ 40,000.50 40k 40.000 \xE2\x82\xAC", "$40,000.50 40k 40.000\xE2\x82\xAC\n"},
      {"40 000 \xE2\x82\xAC or 40\xE2\x80\xAF" "000 or 15 %", "40000\xE2\x82\xAC or 40000 or 15%\n"},
      {"in 2024 500 units", "in 2024 500 units\n"},
      {"40\xE2\x80\x93" "50k on 2025-03-31", "40-50k on 2025-03-31\n"},
      {"a 12-month plan", "a 12 month plan\n"},
      {"Write to Bob@Acme-Corp.com.", "write to bob@acme-corp.com.\n"},
      {"see <https://A.com/b-c?d=1>.", "see <https://a.com/b-c?d=1>.\n"},
      {"\xC3\x9C" "BER Stra\xC3\x9F" "e", "\xC3\xBC" "ber strasse\n"},
      {"u\xCC\x88" "ber e\xCC\x81", "\xC3\xBC" "ber \xC3\xA9\n"},
      {"\xEF\xAC\x81nd \xEF\xBC\xA1", "find a\n"},
      {"so\xC2\xAD" "ft zero\xE2\x80\x8Bwidth", "soft zerowidth\n"},
      {"l\xE2\x80\x99offre d'essai", "l' offre d' essai\n"},
      {"le contrat dont nous parlons", "le contrat dont nous parlons\n"},
      {"i dont know", "i do not know\n"},
      {"were looking at others", "we are looking at others\n"},
      {"the boxes were missing", "the boxes were missing\n"},
      {"Were moving costs included?", "were moving costs included?\n"},
      {"good - really", "good- really\n"},
      {"no!!!!!!", "no!!\n"},
      {"bad \xFF byte", "bad\xEF\xBF\xBD byte\n"},
      {"***", ""},
      {"", ""},
  };
  struct arena *arena = arena_new();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    struct folded folded;
    fold(arena, NULL, rows[r].text, &folded);
    cr_assert(span_eq(folded.bytes, span_of(rows[r].folded)), "row %zu: " SPAN_FMT, r,
              SPAN_ARG(folded.bytes));
  }
  arena_free(arena);
}

Test(fold, lexicon_replaces_words) {
  struct arena *arena = arena_new();
  const struct fold_pair pairs[] = {{SPAN_LIT("organisation"), SPAN_LIT("organization")},
                                    {SPAN_LIT("followup"), SPAN_LIT("wrong")},
                                    {SPAN_LIT("followup"), SPAN_LIT("follow up")},
                                    {SPAN_LIT("asap"), SPAN_LIT("as soon as possible")}};
  struct span image = fold_lexicon_build(arena, pairs, 4);
  struct folded folded;
  fold(arena, fold_lexicon_view(image), "Our organisation's followup, ASAP!", &folded);
  cr_assert(span_eq(folded.bytes,
                    SPAN_LIT("our organization's follow up, as soon as possible!\n")),
            SPAN_FMT, SPAN_ARG(folded.bytes));
  cr_assert_eq(folded.sentences[0].n_tokens, 11);
  arena_free(arena);
}

Test(fold, damaged_lexicon_is_refused) {
  struct arena *arena = arena_new();
  const struct fold_pair pairs[] = {{SPAN_LIT("a"), SPAN_LIT("b")}};
  struct span image = fold_lexicon_build(arena, pairs, 1);
  cr_assert_not_null(fold_lexicon_view(image));
  for (size_t len = 0; len < image.len; len++)
    cr_assert_null(fold_lexicon_view(span_slice(image, 0, len)), "length %zu", len);
  char *bytes = arena_strndup(arena, image.ptr, image.len);
  for (size_t i = 0; i < image.len; i++) {
    char old = bytes[i];
    bytes[i] = (char)0xFF;
    const struct fold_lexicon *lexicon = fold_lexicon_view((struct span){bytes, image.len});
    if (lexicon) fold_lexicon_find(lexicon, SPAN_LIT("zz")); /* must end, and stay inside */
    bytes[i] = old;
  }
  arena_free(arena);
}

Test(fold, origin_leads_back_to_the_source) {
  static const struct {
    const char *text, *word, *written;
  } rows[] = {
      {"So we\xE2\x80\x99re going", "we are", "we\xE2\x80\x99re"},
      {"So  we   go", "we go", "we   go"},
      {"an \xC3\x9C" "berzug ok", "\xC3\xBC" "berzug", "\xC3\x9C" "berzug"},
      {"pay 40 000 \xE2\x82\xAC now", "40000\xE2\x82\xAC", "40 000 \xE2\x82\xAC"},
      {"a follow-up b", "follow up", "follow-up"},
      {"they cant go", "can not", "cant"},
      {"pour l'offre ici", "offre", "offre"},
  };
  struct arena *arena = arena_new();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    struct folded folded;
    fold(arena, NULL, rows[r].text, &folded);
    size_t at = span_find(folded.bytes, span_of(rows[r].word), 0);
    cr_assert_neq(at, SPAN_NONE, "row %zu: " SPAN_FMT, r, SPAN_ARG(folded.bytes));
    size_t start = folded.origin[at], end = folded.origin[at + strlen(rows[r].word)];
    struct span written = span_slice(span_of(rows[r].text), start, end);
    cr_assert(span_eq(written, span_of(rows[r].written)), "row %zu: " SPAN_FMT, r,
              SPAN_ARG(written));
  }
  arena_free(arena);
}

Test(fold, tokens_know_kind_and_shape) {
  static const struct {
    const char *text;
    enum token_kind kind;
    unsigned shape;
  } rows[] = {{"priya", TOKEN_WORD, TOKEN_CAPITAL},
              {"crm", TOKEN_WORD, TOKEN_CAPITAL | TOKEN_ALL_CAPS},
              {"paid", TOKEN_WORD, 0},
              {"$5k", TOKEN_NUMBER, 0},
              {",", TOKEN_SIGN, 0},
              {"bob", TOKEN_WORD, TOKEN_CAPITAL},
              {"'s", TOKEN_SIGN, 0},
              {"q3", TOKEN_WORD, TOKEN_CAPITAL | TOKEN_ALL_CAPS}};
  struct arena *arena = arena_new();
  struct folded folded;
  fold(arena, NULL, "Priya CRM paid $5k, Bob's Q3", &folded);
  cr_assert_eq(folded.n_tokens, sizeof rows / sizeof *rows);
  for (size_t r = 0; r < folded.n_tokens; r++) {
    const struct token *t = &folded.tokens[r];
    cr_assert(span_eq(span_slice(folded.bytes, t->start, t->end), span_of(rows[r].text)),
              "row %zu", r);
    cr_assert_eq(t->kind, rows[r].kind, "row %zu", r);
    cr_assert_eq(t->shape, rows[r].shape, "row %zu", r);
  }
  arena_free(arena);
}

Test(fold, passages_of_fields_follow_each_other) {
  struct arena *arena = arena_new();
  struct span subject = SPAN_LIT("Re: seats"), body = SPAN_LIT("skip\nOne. Two?\nskip");
  struct passage passages[] = {{subject, 0, subject.len, FIELD_SUBJECT},
                               {body, 5, 14, FIELD_BODY}};
  struct folded folded;
  text_fold(arena, NULL, passages, 2, &folded);
  cr_assert(span_eq(folded.bytes, SPAN_LIT("re: seats\none.\ntwo?\n")));
  cr_assert_eq(folded.n_sentences, 3);
  cr_assert_eq(folded.sentences[0].field, FIELD_SUBJECT);
  cr_assert_eq(folded.sentences[1].start, 5);
  cr_assert_eq(folded.sentences[2].end, 14);
  cr_assert(folded.sentences[2].question);
  cr_assert_neq(folded.sentences[0].paragraph, folded.sentences[1].paragraph);
  arena_free(arena);
}

Test(fold, stops_at_the_limit_of_sentences) {
  struct arena *arena = arena_new();
  size_t len = 3 * (LIMIT_SENTENCES + 10);
  char *text = arena_alloc(arena, len + 1);
  for (size_t i = 0; i < len; i++) text[i] = "a! "[i % 3];
  struct folded folded;
  fold(arena, NULL, text, &folded);
  cr_assert(folded.cut);
  cr_assert_eq(folded.n_sentences, LIMIT_SENTENCES);
  arena_free(arena);
}
