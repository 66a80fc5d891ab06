#include "contact/contact_parts.h"

#include "contact/dates.h"
#include "contact/domains.h"
#include "contact/sender.h"
#include "contact/shape.h"
#include "mailsignal/sbuf.h"

enum { MOST_TEXT = 4000, CUE_REACH = 6, NAME_REACH = 6 };
enum date_cue { CUE_NONE, CUE_AWAY, CUE_BACK };

static bool list_has(const char *list, struct span word) {
  struct span rest = span_of(list), item;
  while (span_split(&rest, ' ', &item))
    if (span_eq(item, word)) return true;
  return false;
}

static enum date_cue date_cue(struct span word) {
  static const struct {
    enum date_cue cue;
    const char *words;
  } cues[] = {
#define DATE_CUE(cue, words) {cue, words},
#define CONTACT_CUE(words)
#define LEFT(phrase)
#define MONTH(number, words)
#define WEEKDAY(number, words)
#include "contact/data/absence.def"
#undef DATE_CUE
#undef CONTACT_CUE
  };
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
    if (list_has(cues[i].words, word)) return cues[i].cue;
  return CUE_NONE;
}

static bool contact_cue(struct span word) {
  static const char *const cues =
#define DATE_CUE(cue, words)
#define CONTACT_CUE(words) words
#include "contact/data/absence.def"
#undef CONTACT_CUE
#undef LEFT
      ;
  return list_has(cues, word);
}

/* The last day named away, or the first day named back, which is worth more. */
static struct day find_return(const struct word *words, size_t n,
                              const struct day_context *context) {
  struct day back = {0}, away = {0};
  enum date_cue cue = CUE_NONE;
  size_t cue_at = 0;
  for (size_t i = 0; i < n; i++) {
    enum date_cue here = date_cue(words[i].folded);
    if (here != CUE_NONE && !(here == CUE_AWAY && cue == CUE_BACK && i - cue_at < 3)) {
      cue = here;
      cue_at = i;
      continue;
    }
    if (cue == CUE_NONE || i - cue_at > CUE_REACH) continue;
    size_t length;
    struct day day = day_at(words, i, n, context, &length);
    if (!day.year) continue;
    /* "Monday 18 August": the longer date comes next. */
    size_t longer;
    struct day next = length == 1 && i + 1 < n && !words[i].digits
                          ? day_at(words, i + 1, n, context, &longer)
                          : (struct day){0};
    if (next.year && words[i + 1].digits + (words[i + 1].entry.classes & W_MONTHDAY))
      day = next, i++;
    if (cue == CUE_BACK && !back.year) back = day;
    if (cue == CUE_AWAY && (!away.year || day_before(away, day))) away = day;
    i += length - 1;
    cue = CUE_NONE;
  }
  return back.year ? back : away;
}

static bool is_name_word(const struct word *word) {
  const unsigned other = W_FUNCTION | W_MONTHDAY | W_TITLE | W_DEPT | W_ORG | W_CLOSING | W_LEGAL;
  return word->letters >= CASE_TITLE && !word->digits && !(word->entry.classes & other) &&
         word->text.len > 1 && span_find_byte(word->text, '@', 0) == SPAN_NONE;
}

/* One to three capitalised words shortly behind a word that sends the reader to somebody. */
static struct span name_behind(struct arena *arena, const struct word *words, size_t n, size_t from,
                               const struct sender *sender) {
  for (size_t i = from; i < n && i < from + NAME_REACH; i++) {
    bool passed = words[i].letters < CASE_TITLE || contact_cue(words[i].folded) ||
                  words[i].entry.classes & (W_HONORIFIC | W_FUNCTION | W_PRONOUN);
    if (passed) continue;
    if (!is_name_word(&words[i]) || sender_has_word(sender, words[i].folded)) break;
    size_t end = i + 1;
    while (end < n && end < i + 4 && !words[end].comma_before && !words[end].dash_before &&
           (is_name_word(&words[end]) || words[end].entry.classes & W_PARTICLE) &&
           words[end - 1].text.ptr[words[end - 1].text.len - 1] != '.')
      end++;
    while (end > i + 1 && words[end - 1].letters < CASE_TITLE) end--;
    struct sbuf out = {.arena = arena};
    for (size_t k = i; k < end; k++) {
      struct span text = words[k].text;
      while (text.len > 2 && text.ptr[text.len - 1] == '.') text.len--;
      if (k > i) sbuf_byte(&out, ' ');
      sbuf_add(&out, text);
    }
    return sbuf_span(&out);
  }
  return (struct span){0};
}

static void find_stand_in(struct arena *arena, const struct word *words, size_t n,
                          const struct sender *sender, struct contact *out) {
  for (size_t i = 0; i < n; i++) {
    struct span text = words[i].text;
    while (text.len && strchr(".,<>", text.ptr[text.len - 1])) text.len--;
    size_t at = span_find_byte(text, '@', 0);
    bool address = at != SPAN_NONE && at > 0 &&
                   domain_is_plausible(arena, span_from(text, at + 1)) &&
                   !span_ieq(text, sender->address);
    if (address && !out->stand_in.address.len) out->stand_in.address = text;
    if (!out->stand_in.name.len && contact_cue(words[i].folded))
      out->stand_in.name = name_behind(arena, words, n, i + 1, sender);
  }
}

static bool says_left(struct arena *arena, const struct word *words, size_t n) {
  static const struct span phrases[] = {
#define DATE_CUE(cue, words)
#define CONTACT_CUE(words)
#define LEFT(phrase) SPAN_INIT(phrase),
#include "contact/data/absence.def"
#undef DATE_CUE
#undef CONTACT_CUE
#undef LEFT
#undef MONTH
#undef WEEKDAY
  };
  struct sbuf folded = {.arena = arena};
  for (size_t i = 0; i < n; i++) {
    sbuf_byte(&folded, ' ');
    sbuf_add(&folded, words[i].folded);
  }
  sbuf_byte(&folded, ' ');
  for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
    size_t at = span_find(sbuf_span(&folded), phrases[i], 0);
    if (at != SPAN_NONE && folded.bytes[at - 1] == ' ') return true;
  }
  return false;
}

static struct span own_text(const struct contact_input *input) {
  for (size_t i = 0; i < input->zones->n; i++) {
    const struct zone *zone = &input->zones->items[i];
    if (zone->kind == ZONE_BODY)
      return span_slice(span_slice(input->text->bytes, zone->start, zone->end), 0, MOST_TEXT);
  }
  return (struct span){0};
}

void contact_absence(struct arena *arena, const struct contact_input *input,
                     const struct sender *sender, struct contact *out) {
  struct word *words;
  size_t n = words_read(arena, own_text(input), &words);
  const struct mail *mail = input->mail;
  /* Who writes 8/4 for the fourth of August lives west of the Atlantic and writes English. */
  bool american = mail->date_offset <= -240 && strcmp(input->language, "en") == 0;
  struct day_context context = {mail->has_date, mail->date + mail->date_offset * 60, american};
  struct day day = find_return(words, n, &context);
  if (day.year)
    out->return_date = arena_printf(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
  find_stand_in(arena, words, n, sender, out);
  out->has_left = says_left(arena, words, n);
}
