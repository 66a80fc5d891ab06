#include <criterion/criterion.h>

#include "signal/sense.h"

/* What holds for the words in square brackets: names of sense_name(), in the order of their cues. */
static const struct {
  const char *text, *senses;
} rows[] = {
    {"It is [urgent].", ""},
    {"It is not [urgent].", "negated"},
    {"It is not at all [urgent].", "negated"},
    {"Nothing here is [urgent].", "negated"},
    {"Nothing in this mail is [urgent].", "negated"},
    {"Nothing but trouble: [the third time].", ""},
    {"This is anything but [urgent].", "negated"},
    {"Nothing works, it is [urgent].", ""},
    {"Nobody is [unhappy].", "negated"},
    {"We are no longer [happy].", ""},
    {"We are not only [unhappy], we are leaving.", ""},
    {"I have no doubt that we are [leaving].", ""},
    {"The tea was not good, but it is [urgent].", ""},
    {"We might [cancel].", "hedged"},
    {"If it goes on, we [cancel].", ""},
    {"If we [cancel], what then?", "hypothetical"},
    {"They told me that you [never called].", "reported"},
    {"[The invoice is wrong], my mistake.", "own fault"},
    {"Are you [expanding]?", "asked"},
    {"We are [expanding]?", ""},
    {"Could you send it [today]? No rush.", "hedged"},
    {"No rush, but [today] would be nice.", "no hurry"},
    /* other languages */
    {"Das ist nicht [dringend].", "negated"},
    {"Hier ist nichts [dringend].", "negated"},
    {"Das ist keineswegs [dringend].", "negated"},
    {"Das ist nicht nur [dringend].", ""},
    {"Rien n'est [urgent] ici.", "negated"},
    {"No es nada [urgente].", "negated"},
    {"Nada aqui \xC3\xA9 [urgente].", "negated"},
    {"Niente di [urgente].", "negated"},
    {"Er is niets [dringend].", "negated"},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

/* The folded bytes of what stands in brackets; brackets are no words and stay in the folded text. */
static void find_words(const struct folded *folded, size_t *start, size_t *end) {
  *start = span_find_byte(folded->bytes, '[', 0) + 1;
  *end = span_find_byte(folded->bytes, ']', *start);
}

static size_t sentence_at(const struct folded *folded, size_t at) {
  size_t i = 0;
  while (i + 1 < folded->n_sentences && folded->sentences[i].folded_end <= at) i++;
  return i;
}

Test(sense, finds_what_holds_for_the_words) {
  for (int r = 0; r < N_ROWS; r++) {
    struct arena *arena = arena_new();
    struct passage passage = {span_of(rows[r].text), 0, strlen(rows[r].text), FIELD_BODY};
    struct folded folded;
    struct senses senses;
    size_t start, end;
    text_fold(arena, NULL, &passage, 1, &folded);
    find_words(&folded, &start, &end);
    cr_assert(start != 0 && end != SPAN_NONE, "row %d: brackets", r);
    sense_of(&folded, sentence_at(&folded, start), start, end, &senses);
    struct span found = {0};
    for (size_t i = 0; i < senses.n; i++)
      found = arena_printf(arena, SPAN_FMT "%s%s", SPAN_ARG(found), i ? ", " : "",
                           sense_name(senses.items[i].kind));
    cr_expect(span_eq(found, span_of(rows[r].senses)), "row %d '%s': '" SPAN_FMT "'", r,
              rows[r].text, SPAN_ARG(found));
    arena_free(arena);
  }
}
