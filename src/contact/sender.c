#include "contact/sender.h"

#include "contact/domains.h"
#include "mailsignal/utf8.h"

enum { MOST_NAME_WORDS = 7 };

bool is_freemail(struct span domain) {
  static const struct span domains[] = {
#define FREEMAIL(domain) SPAN_INIT(domain),
#include "contact/data/freemail.def"
#undef FREEMAIL
  };
  for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
    if (span_ieq(domain, domains[i])) return true;
  return false;
}

static bool is_credential(const struct word *word) {
  return (word->entry.classes & W_CREDENTIAL) != 0;
}

/* Letters behind a name that no list has: "MIRP", "FRCVS". Only once a name in mixed case stands
 * before them, for some write the surname in capitals. */
static bool looks_like_letters(const struct word *word, size_t names, bool names_in_capitals) {
  return word->letters == CASE_UPPER && !names_in_capitals && names >= 2 && word->folded.len <= 6;
}

static bool is_honorific(const struct word *word) {
  return (word->entry.classes & W_HONORIFIC) != 0;
}

struct name_parts {
  const struct word *words[MOST_NAME_WORDS];
  size_t n;
  size_t comma; /* position of the word that follows a comma; 0 = none */
};

/* German proxies sign "i. A." and "i. V." before their name. */
static bool is_proxy_mark(const struct word *words, size_t i, size_t n) {
  static const struct span marks[] = {SPAN_INIT("ia"), SPAN_INIT("iv"), SPAN_INIT("ppa"),
                                      SPAN_INIT("pp")};
  if (words[i].letters != CASE_LOWER && words[i].letters != CASE_MIXED) return false;
  for (size_t k = 0; k < 4; k++)
    if (span_eq(words[i].folded, marks[k])) return i + 1 < n;
  return span_eq(words[i].folded, SPAN_LIT("i")) && i + 2 < n &&
         (span_eq(words[i + 1].folded, SPAN_LIT("a")) ||
          span_eq(words[i + 1].folded, SPAN_LIT("v")));
}

static bool agrees(const struct sender *sender, const struct word *word) {
  return sender && sender_has_word(sender, word->folded);
}

/* "M." may be Monsieur, or the first letter of the sender's name; "Baker" is no honorific at all.
 */
static bool is_own_word(const struct sender *sender, const struct word *word, size_t i) {
  return (i > 0 || word->folded.len == 1) && agrees(sender, word);
}

/* The words of the name among those written. */
static void pick_words(const struct word *words, size_t n, const struct sender *sender,
                       struct name_parts *parts) {
  size_t i = 0;
  while (i < n && is_proxy_mark(words, i, n)) i += words[i].folded.len == 1 ? 2 : 1;
  while (i + 1 < n && is_honorific(&words[i]) && !is_own_word(sender, &words[i], i)) i++;
  bool capitals = false;
  for (; i < n && parts->n < MOST_NAME_WORDS; i++) {
    const struct word *word = &words[i];
    if (word->digits) break;
    bool known = agrees(sender, word);
    if (parts->n > 0 && !known) {
      bool letters = is_credential(word) || (is_honorific(word) && word->comma_before);
      if (letters && (!(word->entry.classes & W_PARTICLE) || word->comma_before)) break;
      if (looks_like_letters(word, parts->n, capitals)) break;
      if (word->comma_before && parts->comma) break;
    }
    if (word->comma_before && parts->n > 0) parts->comma = parts->n;
    if (word->letters == CASE_UPPER) capitals = true;
    parts->words[parts->n++] = word;
  }
}

static struct span join_words(struct arena *arena, const struct name_parts *parts) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < parts->n; i++) {
    size_t k = parts->comma ? (i + parts->comma) % parts->n : i;
    if (i) sbuf_byte(&out, ' ');
    struct span text = parts->words[k]->text;
    /* A nickname keeps its quotes. */
    sbuf_add(&out, text);
  }
  return sbuf_span(&out);
}

static bool is_business(const struct word *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (words[i].entry.classes & (W_LEGAL | W_ORG | W_DEPT | W_FUNCTION))
      if (!(words[i].entry.classes & (W_PARTICLE | W_CREDENTIAL | W_HONORIFIC))) return true;
  return false;
}

/* "P.J. (Pieter) van Loon", "M. R. Thripp (Malcolm Thripp)": the name in daily use is in brackets.
 */
static struct span with_name_in_use(struct arena *arena, struct span written,
                                    const struct sender *sender) {
  size_t open = span_find_byte(written, '(', 0);
  size_t close = open == SPAN_NONE ? SPAN_NONE : span_find_byte(written, ')', open);
  if (!sender || close == SPAN_NONE || open == 0) return written;
  struct span inside = span_slice(written, open + 1, close);
  struct word *words;
  size_t n = words_read(arena, inside, &words);
  if (n >= 2 && sender_agreement(sender, words, n) > 0.99) return inside;
  if (close + 1 >= written.len) return written;
  if (n != 1 || !sender_has_word(sender, words[0].folded)) return written;
  return arena_printf(arena, SPAN_FMT SPAN_FMT, SPAN_ARG(words[0].text),
                      SPAN_ARG(span_from(written, close + 1)));
}

static struct span without_brackets(struct span written) {
  size_t open = span_find_byte(written, '(', 0);
  if (open == SPAN_NONE) open = span_find_byte(written, '[', 0);
  if (open == SPAN_NONE || open == 0) return written;
  return span_trim(span_slice(written, 0, open));
}

/* "Jane Doe via Acme Desk", "Jane Doe | Acme", "Jane Doe - Acme" name somebody first. */
static struct span before_marks(struct span written) {
  static const struct span marks[] = {
      SPAN_INIT(" via "), SPAN_INIT("|"),      SPAN_INIT(" - "),           SPAN_INIT(" @ "),
      SPAN_INIT(" / "),   SPAN_INIT(" from "), SPAN_INIT(" \xE2\x80\x93 ")};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    size_t at = span_ifind(written, marks[i], 1);
    if (at != SPAN_NONE) written = span_trim(span_slice(written, 0, at));
  }
  return written;
}

/* Legal forms that are abbreviated words, not initials. */
static bool is_worded_form(struct span folded) {
  static const struct span forms[] = {SPAN_INIT("ltd"), SPAN_INIT("limited"), SPAN_INIT("inc"),
                                      SPAN_INIT("pvt"), SPAN_INIT("corp"),    SPAN_INIT("pty"),
                                      SPAN_INIT("co"),  SPAN_INIT("pte"),     SPAN_INIT("ltda"),
                                      SPAN_INIT("lda")};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (span_eq(folded, forms[i])) return true;
  return false;
}

static bool keeps_capitals(const struct word *word, bool keep_short) {
  if (word->letters != CASE_UPPER || word->digits) return true;
  if (word->entry.classes & W_LEGAL) return !is_worded_form(word->folded);
  return (keep_short && word->folded.len <= 3) || span_find_byte(word->text, '.', 0) != SPAN_NONE;
}

struct span undo_capitals(struct arena *arena, struct span s, bool keep_short) {
  struct sbuf out = {.arena = arena};
  struct word *words;
  size_t n = words_read(arena, s, &words), at = 0;
  for (size_t i = 0; i < n; i++) {
    size_t start = (size_t)(words[i].text.ptr - s.ptr);
    sbuf_add(&out, span_slice(s, at, start));
    bool keep = keeps_capitals(&words[i], keep_short);
    sbuf_add(&out, keep ? words[i].text : text_title_case(arena, words[i].text));
    at = start + words[i].text.len;
  }
  sbuf_add(&out, span_from(s, at));
  return sbuf_span(&out);
}

struct span person_name(struct arena *arena, struct span written, const struct sender *sender) {
  struct word *words;
  struct name_parts parts = {0};
  written = with_name_in_use(arena, span_trim(written), sender);
  written = before_marks(without_brackets(written));
  size_t n = words_read(arena, written, &words);
  if (n == 0 || span_find_byte(written, '@', 0) != SPAN_NONE) return (struct span){0};
  pick_words(words, n, sender, &parts);
  if (parts.n == 0 || (is_business(words, n) && parts.n + 1 >= n)) return (struct span){0};
  return undo_capitals(arena, join_words(arena, &parts), false);
}

/* Exchange shows "Ward  Kim" for Kim.Ward@...: two blanks and an address the other way round. */
static struct span turn_by_address(struct arena *arena, struct span shown, struct span address) {
  struct word *words;
  size_t n = words_read(arena, shown, &words);
  if (n < 2 || span_find(shown, SPAN_LIT("  "), 0) == SPAN_NONE) return shown;
  struct span rest = address, first;
  if (!span_split(&rest, '.', &first) || !span_ieq(first, words[1].text)) return shown;
  return arena_printf(arena, SPAN_FMT " " SPAN_FMT, SPAN_ARG(words[1].text),
                      SPAN_ARG(words[0].text));
}

void sender_read(struct arena *arena, const struct mail *mail, struct sender *out) {
  out->address = mail->from.address;
  size_t at = span_find_byte(out->address, '@', 0);
  if (at != SPAN_NONE) {
    char folded[WORD_BYTES];
    struct span local = span_slice(out->address, 0, at);
    size_t plus = span_find_byte(local, '+', 0);
    size_t len = lexicon_fold(span_slice(local, 0, plus), folded);
    out->local = arena_dup(arena, (struct span){folded, len});
    out->domain = span_from(out->address, at + 1);
    out->freemail = is_freemail(out->domain);
    if (!out->freemail) out->label = domain_label(arena, out->domain);
  }
  struct span shown = turn_by_address(arena, mail->from.name, out->address);
  out->name = person_name(arena, shown, NULL);
  out->n_words = words_read(arena, out->name, &out->words);
}

/* "mueller" and "muller" are one name: the e of a written-out umlaut is passed over. */
static bool same_name(struct span a, struct span b) {
  size_t i = 0, k = 0;
  while (i < a.len && k < b.len) {
    if (a.ptr[i] == b.ptr[k]) {
      i++, k++;
    } else if (i > 0 && a.ptr[i] == 'e' && strchr("aou", a.ptr[i - 1])) {
      i++;
    } else if (k > 0 && b.ptr[k] == 'e' && strchr("aou", b.ptr[k - 1])) {
      k++;
    } else {
      return false;
    }
  }
  return i == a.len && k == b.len;
}

bool sender_has_word(const struct sender *sender, struct span folded) {
  if (folded.len == 0) return false;
  for (size_t i = 0; i < sender->n_words; i++) {
    struct span own = sender->words[i].folded;
    if (same_name(own, folded)) return true;
    if (folded.len == 1 && own.len && own.ptr[0] == folded.ptr[0]) return true;
  }
  return folded.len >= 3 && span_find(sender->local, folded, 0) != SPAN_NONE;
}

size_t name_extent(const struct sender *sender, const struct word *words, size_t n) {
  size_t names = 0;
  for (size_t i = 0; i < n; i++) {
    bool letters = is_credential(&words[i]) && !(words[i].entry.classes & W_PARTICLE);
    if (names >= 2 && letters && !sender_has_word(sender, words[i].folded)) return i;
    names += !is_honorific(&words[i]) || names > 0;
  }
  return n;
}

double sender_agreement(const struct sender *sender, const struct word *words, size_t n) {
  size_t counted = 0, found = 0;
  for (size_t i = 0; i < n; i++) {
    if (words[i].entry.classes & (W_HONORIFIC | W_CREDENTIAL | W_PARTICLE | W_PRONOUN))
      if (!sender_has_word(sender, words[i].folded)) continue;
    bool known = sender_has_word(sender, words[i].folded);
    if (!known && words[i].folded.len == 1) continue; /* a middle initial */
    counted++;
    found += known;
  }
  return counted ? (double)found / (double)counted : 0;
}
