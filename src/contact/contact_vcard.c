#include "contact/contact_parts.h"

#include "contact/contact_link.h"
#include "contact/phone_parse.h"
#include "contact/sender.h"
#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"
#include "mailsignal/utf8.h"

enum { MOST_VCARD_BYTES = 64 * 1024, MOST_CARDS = 5, NAME_FIELDS = 5, ADDRESS_FIELDS = 7 };

/* One property, unfolded and decoded: "item1.TEL;TYPE=work,voice:+49 ..." */
struct property {
  struct span name, params, value;
};

struct card {
  struct span full_name, family, given, title, organisation, department, url, linkedin, twitter,
      address;
  struct contact_fields emails;
  struct contact_phone *phones;
  size_t n_phones, phones_capacity;
};

/* The next logical line: continuation lines begin with white space (RFC 6350, 3.2); in version 2.1
 * a quoted-printable value goes on after a "=" at the end of its line. */
static bool next_line(struct arena *arena, struct span *rest, struct span *line) {
  struct sbuf out = {.arena = arena};
  struct span piece;
  if (!span_split(rest, '\n', &piece)) return false;
  bool printable = false;
  for (;;) {
    if (piece.len && piece.ptr[piece.len - 1] == '\r') piece.len--;
    sbuf_add(&out, piece);
    if (span_ifind(piece, SPAN_LIT("QUOTED-PRINTABLE"), 0) != SPAN_NONE) printable = true;
    bool soft = printable && out.len && out.bytes[out.len - 1] == '=';
    bool folded = rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t');
    if (!soft && !folded) break;
    if (soft) out.len--;
    if (!span_split(rest, '\n', &piece)) break;
    if (!soft) piece = span_from(piece, 1);
  }
  *line = sbuf_span(&out);
  return true;
}

static int hex_value(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct span decode_printable(struct arena *arena, struct span s) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < s.len; i++) {
    int high = i + 2 < s.len && s.ptr[i] == '=' ? hex_value(s.ptr[i + 1]) : -1;
    int low = high >= 0 ? hex_value(s.ptr[i + 2]) : -1;
    if (low < 0) {
      sbuf_byte(&out, s.ptr[i]);
      continue;
    }
    sbuf_byte(&out, (char)(high * 16 + low));
    i += 2;
  }
  return sbuf_span(&out);
}

/* Old cards hold Latin-1 behind their quoted-printable. */
static struct span as_utf8(struct arena *arena, struct span s) {
  if (utf8_is_valid(s)) return s;
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < s.len; i++) utf8_put(&out, (unsigned char)s.ptr[i]);
  return sbuf_span(&out);
}

static bool read_property(struct arena *arena, struct span line, struct property *out) {
  bool quoted = false;
  size_t colon = 0;
  for (; colon < line.len && (quoted || line.ptr[colon] != ':'); colon++)
    if (line.ptr[colon] == '"') quoted = !quoted;
  if (colon == line.len || colon == 0) return false;
  struct span head = span_slice(line, 0, colon);
  size_t semicolon = span_find_byte(head, ';', 0);
  out->name = span_slice(head, 0, semicolon);
  out->params = semicolon == SPAN_NONE ? (struct span){0} : span_from(head, semicolon + 1);
  size_t group = span_find_byte(out->name, '.', 0);
  if (group != SPAN_NONE) out->name = span_from(out->name, group + 1);
  out->value = span_from(line, colon + 1);
  if (span_ifind(out->params, SPAN_LIT("QUOTED-PRINTABLE"), 0) != SPAN_NONE)
    out->value = decode_printable(arena, out->value);
  out->value = as_utf8(arena, out->value);
  return true;
}

/* The next component up to an unescaped ';', with escapes undone and white space trimmed. */
static bool next_component(struct arena *arena, struct span *rest, struct span *out) {
  struct sbuf text = {.arena = arena};
  size_t i = 0;
  if (rest->len == 0) return false;
  for (; i < rest->len && rest->ptr[i] != ';'; i++) {
    char c = rest->ptr[i];
    if (c == '\\' && i + 1 < rest->len) {
      c = rest->ptr[++i];
      if (c == 'n' || c == 'N') c = ' ';
    }
    sbuf_byte(&text, c == '\n' || c == '\r' || c == '\0' ? ' ' : c);
  }
  *rest = span_from(*rest, i + (i < rest->len));
  *out = span_trim(sbuf_span(&text));
  return true;
}

static struct span first_component(struct arena *arena, struct span value) {
  struct span out = {0};
  next_component(arena, &value, &out);
  return out;
}

/* Box, extended, street, town, region, postcode, country: joined as written on an envelope. */
static struct span join_address(struct arena *arena, struct span value) {
  struct sbuf out = {.arena = arena};
  struct span part;
  for (int i = 0; i < ADDRESS_FIELDS && next_component(arena, &value, &part); i++) {
    if (part.len == 0) continue;
    if (out.len) sbuf_add(&out, SPAN_LIT(", "));
    sbuf_add(&out, part);
  }
  return sbuf_span(&out);
}

static bool has_param(const struct property *property, const char *word) {
  return span_ifind(property->params, span_of(word), 0) != SPAN_NONE;
}

static enum phone_type type_of(const struct property *property) {
  if (has_param(property, "fax")) return PHONE_FAX;
  if (has_param(property, "cell") || has_param(property, "mobile")) return PHONE_MOBILE;
  if (has_param(property, "pager")) return PHONE_OTHER;
  if (has_param(property, "home") && !has_param(property, "work")) return PHONE_HOME;
  return PHONE_WORK;
}

static void add_phone(struct arena *arena, const struct property *property, const char *region,
                      struct card *card) {
  struct span raw = first_component(arena, property->value);
  if (span_istarts(raw, SPAN_LIT("tel:"))) raw = span_from(raw, 4);
  struct phone_number number;
  if (raw.len < 5 || raw.len > 60 || card->n_phones == LIMIT_PHONES) return;
  struct contact_phone phone = {.raw = raw, .type = type_of(property), .confidence = 0.99};
  if (phone_parse(raw.ptr, raw.len, region, &number))
    phone.e164 = arena_dup(arena, span_of(number.e164));
  struct {
    struct contact_phone *items;
    size_t n, capacity;
  } list = {card->phones, card->n_phones, card->phones_capacity};
  ARENA_PUSH(arena, &list, phone);
  card->phones = list.items;
  card->n_phones = list.n;
  card->phones_capacity = list.capacity;
}

static void add_url(struct arena *arena, struct span url, struct card *card) {
  struct span person = linkedin_person(arena, url);
  if (person.len) card->linkedin = person;
  else if (span_ifind(url, SPAN_LIT("twitter.com/"), 0) != SPAN_NONE) {
    size_t at = span_ifind(url, SPAN_LIT("twitter.com/"), 0) + 12;
    card->twitter = arena_printf(arena, "@" SPAN_FMT, SPAN_ARG(span_from(url, at)));
  } else if (!card->url.len) card->url = url;
}

static void read_name(struct arena *arena, struct span value, struct card *card) {
  struct span parts[NAME_FIELDS] = {0};
  for (int i = 0; i < NAME_FIELDS && next_component(arena, &value, &parts[i]); i++) continue;
  card->family = parts[0];
  card->given = parts[1];
}

static void read_into(struct arena *arena, const struct property *p, const char *region,
                      struct card *card) {
  struct span value = first_component(arena, p->value);
  if (span_ieq(p->name, SPAN_LIT("FN"))) card->full_name = value;
  else if (span_ieq(p->name, SPAN_LIT("N"))) read_name(arena, p->value, card);
  else if (span_ieq(p->name, SPAN_LIT("TITLE"))) card->title = value;
  else if (span_ieq(p->name, SPAN_LIT("ROLE")) && !card->title.len) card->title = value;
  else if (span_ieq(p->name, SPAN_LIT("ORG"))) {
    struct span rest = p->value;
    next_component(arena, &rest, &card->organisation);
    next_component(arena, &rest, &card->department);
  } else if (span_ieq(p->name, SPAN_LIT("TEL"))) add_phone(arena, p, region, card);
  else if (span_ieq(p->name, SPAN_LIT("URL")) || span_ieq(p->name, SPAN_LIT("X-SOCIALPROFILE")))
    add_url(arena, value, card);
  else if (span_ieq(p->name, SPAN_LIT("ADR"))) {
    if (!card->address.len || has_param(p, "work")) card->address = join_address(arena, p->value);
  } else if (span_ieq(p->name, SPAN_LIT("EMAIL")) && span_find_byte(value, '@', 0) != SPAN_NONE) {
    struct contact_field email = {.value = value, .confidence = 0.99};
    if (card->emails.n < 8) ARENA_PUSH(arena, &card->emails, email);
  }
}

/* A card is the sender's when it holds his address or his name. */
static bool is_senders(struct arena *arena, const struct card *card, const struct sender *sender) {
  for (size_t i = 0; i < card->emails.n; i++)
    if (span_ieq(card->emails.items[i].value, sender->address)) return true;
  struct word *words;
  size_t n = words_read(arena, card->full_name.len ? card->full_name : card->family, &words);
  return n > 0 && sender->n_words > 0 && sender_agreement(sender, words, n) >= 0.6;
}

static void set_field(struct contact_field *field, struct span value) {
  if (value.len) *field = (struct contact_field){.value = value, .confidence = 0.99};
}

static void use_card(struct arena *arena, const struct card *card, const struct sender *sender,
                     struct contact *out) {
  struct span name = person_name(arena, card->full_name, sender);
  if (!name.len && card->given.len && card->family.len)
    name =
        arena_printf(arena, SPAN_FMT " " SPAN_FMT, SPAN_ARG(card->given), SPAN_ARG(card->family));
  set_field(&out->name, name);
  set_field(&out->first_name, card->given);
  set_field(&out->last_name, card->family);
  set_field(&out->title, card->title);
  set_field(&out->company, card->organisation);
  set_field(&out->department, card->department);
  set_field(&out->address, card->address);
  set_field(&out->linkedin, card->linkedin);
  set_field(&out->twitter, card->twitter);
  if (card->n_phones) {
    out->phones = card->phones;
    out->n_phones = card->n_phones;
    out->phones_capacity = card->phones_capacity;
  }
  if (card->emails.n) out->emails = card->emails;
  if (card->url.len) {
    out->websites = (struct contact_fields){0};
    struct contact_field url = {.value = card->url, .confidence = 0.99};
    ARENA_PUSH(arena, &out->websites, url);
  }
  out->from_signature = true;
}

void contact_vcard(struct arena *arena, struct span vcard, const struct sender *sender,
                   const char *region, struct contact *out) {
  struct span rest = span_slice(vcard, 0, MOST_VCARD_BYTES), line;
  struct card card = {0};
  int cards = 0;
  while (cards < MOST_CARDS && next_line(arena, &rest, &line)) {
    struct property property;
    if (!read_property(arena, line, &property)) continue;
    if (span_ieq(property.name, SPAN_LIT("BEGIN"))) {
      card = (struct card){0};
    } else if (span_ieq(property.name, SPAN_LIT("END"))) {
      cards++;
      if (!is_senders(arena, &card, sender)) continue;
      use_card(arena, &card, sender, out);
      return;
    } else {
      read_into(arena, &property, region, &card);
    }
  }
}
