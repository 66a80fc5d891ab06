#include "contact/contact_parts.h"

#include "contact/roles.h"
#include "contact/sender.h"
#include "contact/shape.h"
#include "mailsignal/sbuf.h"

/* Where a piece's role won clearly, the field is as good as certain. */
static double confidence_of(const struct piece *piece) {
  int best = piece->score[piece->role], other = -100;
  for (int role = 0; role < ROLE_COUNT; role++)
    if (role != (int)piece->role && piece->score[role] > other) other = piece->score[role];
  int margin = best - other;
  double confidence = 0.6 + 0.04 * margin;
  return confidence > 0.98 ? 0.98 : confidence < 0.5 ? 0.5 : confidence;
}

bool stretch_find(const struct block *block, enum role role, struct stretch *out) {
  const struct pieces *pieces = &block->pieces;
  size_t first = 0;
  while (first < pieces->n && pieces->items[first].role != role) first++;
  if (first == pieces->n) return false;
  struct sbuf text = {.arena = block->arena};
  size_t last = first;
  for (size_t i = first; i < pieces->n && pieces->items[i].role == role; i = last + 1) {
    /* As written within a line: separators between the pieces stay. */
    last = i;
    while (last + 1 < pieces->n && pieces->items[last + 1].role == role &&
           pieces->items[last + 1].line == pieces->items[i].line &&
           pieces->items[last + 1].start >= pieces->items[last].end)
      last++;
    if (text.len) sbuf_add(&text, SPAN_LIT(", "));
    sbuf_add(&text, block_text(block, pieces->items[i].start, pieces->items[last].end));
  }
  *out = (struct stretch){sbuf_span(&text), pieces->items[first].start, pieces->items[last].end,
                          first, last - first + 1};
  return true;
}

static struct contact_field field_of(const struct block *block, const struct stretch *stretch,
                                     struct span value) {
  return (struct contact_field){value, stretch->start, stretch->end,
                                confidence_of(&block->pieces.items[stretch->first])};
}

void contact_name(struct block *block, struct contact *out) {
  struct stretch stretch;
  if (stretch_find(block, ROLE_NAME, &stretch)) {
    struct span name =
        person_name(block->arena, block->pieces.items[stretch.first].text, &block->sender);
    if (name.len) {
      out->name = field_of(block, &stretch, name);
      return;
    }
  }
  if (block->sender.name.len)
    out->name = (struct contact_field){.value = block->sender.name, .confidence = 0.8};
}

/* A bracket with nothing but letters and capitals behind a title tells of exams, not of work. */
static struct span drop_bracket(struct arena *arena, struct span s) {
  size_t open = span_find_byte(s, '(', 1);
  if (open == SPAN_NONE || s.ptr[s.len - 1] != ')') return s;
  struct word *words;
  size_t n = words_read(arena, span_slice(s, open + 1, s.len - 1), &words);
  for (size_t i = 0; i < n; i++) {
    if (words[i].entry.classes & (W_DEPT | W_TITLE | W_LEGAL | W_ORG)) return s;
    if (words[i].letters != CASE_UPPER && words[i].digits == 0) return s;
  }
  return span_trim(span_slice(s, 0, open));
}

void contact_title(struct block *block, struct contact *out) {
  struct stretch stretch;
  if (stretch_find(block, ROLE_TITLE, &stretch))
    out->title =
        field_of(block, &stretch,
                 undo_capitals(block->arena, drop_bracket(block->arena, stretch.text), true));
  if (stretch_find(block, ROLE_DEPARTMENT, &stretch))
    out->department = field_of(block, &stretch, undo_capitals(block->arena, stretch.text, true));
}

static struct span drop_slogan(struct span company) {
  static const struct span marks[] = {SPAN_INIT(" \""),       SPAN_INIT(" \xE2\x80\x9C"),
                                      SPAN_INIT(" \xC2\xAB"), SPAN_INIT(" since "),
                                      SPAN_INIT(" seit "),    SPAN_INIT(" depuis "),
                                      SPAN_INIT(" desde "),   SPAN_INIT(" dal "),
                                      SPAN_INIT(" sinds "),   SPAN_INIT(" est. ")};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    size_t at = span_find(company, marks[i], 1);
    if (at != SPAN_NONE) company = span_slice(company, 0, at);
  }
  return company;
}

/* "for Hartley Stone LLP": who signs for a firm. A capital may be the firm's own ("For Paws Ltd"),
 * unless the sender's domain begins with what follows. */
static struct span drop_on_behalf(const struct sender *sender, struct span company) {
  static const struct span starts[] = {SPAN_INIT("for and on behalf of "),
                                       SPAN_INIT("on behalf of "), SPAN_INIT("for "),
                                       SPAN_INIT("pour "), SPAN_INIT("für ")};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    if (!span_istarts(company, starts[i]) || company.len < starts[i].len + 3) continue;
    struct span rest = span_from(company, starts[i].len);
    bool own = span_istarts(sender->domain, span_slice(rest, 0, 3));
    return own || !ascii_is_upper(company.ptr[0]) ? rest : company;
  }
  return company;
}

/* "Acme (Pty) Ltd" keeps its bracket, "Acme (licensed, bonded)" does not. */
static struct span drop_remark(struct arena *arena, struct span s) {
  size_t open = span_find_byte(s, '(', 1);
  if (open == SPAN_NONE || s.ptr[s.len - 1] != ')') return s;
  struct word *words;
  size_t n = words_read(arena, span_slice(s, open + 1, s.len - 1), &words);
  return words_classes(words, n) & W_LEGAL ? s : span_trim(span_slice(s, 0, open));
}

static bool mostly_capitals(const struct word *words, size_t n) {
  size_t upper = 0, counted = 0;
  for (size_t i = 0; i < n; i++) {
    if (words[i].entry.classes & (W_LEGAL | W_PARTICLE) || words[i].letters == CASE_NONE ||
        words[i].digits)
      continue;
    counted++;
    upper += words[i].letters == CASE_UPPER && words[i].folded.len > 1;
  }
  return counted > 0 && upper == counted && !(counted == 1 && words[0].folded.len <= 4);
}

void contact_company(struct block *block, struct contact *out) {
  struct stretch stretch;
  if (!stretch_find(block, ROLE_COMPANY, &stretch)) return;
  struct span company = drop_slogan(drop_on_behalf(&block->sender, stretch.text));
  company = drop_remark(block->arena, company);
  struct word *words;
  size_t n = words_read(block->arena, company, &words);
  if (mostly_capitals(words, n)) company = undo_capitals(block->arena, company, n > 1);
  out->company = field_of(block, &stretch, company);
}

void contact_address(struct block *block, struct contact *out) {
  struct stretch stretch;
  if (!stretch_find(block, ROLE_ADDRESS, &stretch)) return;
  out->address = field_of(block, &stretch, stretch.text);
}

void contact_split_name(struct block *block, struct contact *out) {
  struct word *words;
  size_t n = words_read(block->arena, out->name.value, &words);
  if (n == 0) return;
  struct contact_field part = out->name;
  if (n == 1) {
    const struct sender *sender = &block->sender;
    part.value = words[0].text;
    out->first_name = part;
    bool same = sender->n_words >= 2 && span_eq(sender->words[0].folded, words[0].folded);
    if (same) {
      part.value = span_from(sender->name, (size_t)(sender->words[1].text.ptr - sender->name.ptr));
      part.start = part.end = 0;
      out->last_name = part;
    }
    return;
  }
  /* The last name begins at the particle before the last word: "van der Berg". */
  size_t last = n - 1;
  if (words[last].entry.classes & W_CREDENTIAL && n > 2) last--;
  while (last > 1 && (words[last - 1].entry.classes & W_PARTICLE)) last--;
  struct span name = out->name.value;
  size_t cut = (size_t)(words[last].text.ptr - name.ptr);
  part.value =
      span_trim(span_slice(name, 0, (size_t)(words[0].text.ptr - name.ptr) + words[0].text.len));
  out->first_name = part;
  part.value = span_from(name, cut);
  out->last_name = part;
}
