#include "enrich/field.h"

#include <glib.h>

#include "mailsignal/utf8.h"

enum { LONGEST_VALUE = 300 };

static const struct crm_field_info infos[CRM_COUNT] = {
    [CRM_FIRST_NAME] = {"first_name", NULL, "firstName", CRM_TEXT},
    [CRM_LAST_NAME] = {"last_name", NULL, "lastName", CRM_TEXT},
    [CRM_TITLE] = {"title", NULL, "title", CRM_TEXT},
    [CRM_DEPARTMENT] = {"department", NULL, "department", CRM_TEXT},
    [CRM_PHONE] = {"phone", NULL, "phone", CRM_NUMBER},
    [CRM_MOBILE] = {"mobile", NULL, "mobile", CRM_NUMBER},
    [CRM_COMPANY] = {"company", NULL, "company", CRM_TEXT},
    [CRM_LINKEDIN] = {"linkedin", "linkedin_url", "linkedin", CRM_LINK},
    [CRM_TWITTER] = {"twitter", "twitter_url", "twitter", CRM_LINK},
    [CRM_WEBSITE] = {"website", NULL, "website", CRM_LINK},
    [CRM_ADDRESS] = {"address", NULL, "address", CRM_TEXT},
};

const struct crm_field_info *field_info(enum crm_field field) { return &infos[field]; }

/* Angle brackets go too: a value from outside may end up in somebody's HTML. */
struct span clean_string(struct arena *arena, const json_t *value) {
  if (!json_is_string(value)) return (struct span){0};
  struct span text = span_trim((struct span){json_string_value(value), json_string_length(value)});
  if (text.len > LONGEST_VALUE) return (struct span){0};
  struct sbuf out = {.arena = arena};
  for (size_t at = 0; at < text.len;) {
    uint32_t code = utf8_next(text, &at);
    bool space = code == ' ' || code == '\t' || code == '\r' || code == '\n' || code == 0xA0;
    if (space && out.len && out.bytes[out.len - 1] != ' ') sbuf_byte(&out, ' ');
    if (space || code < 0x20 || (code >= 0x7F && code < 0xA0) || code == '<' || code == '>')
      continue;
    utf8_put(&out, code);
  }
  return span_trim(sbuf_span(&out));
}

void fields_read(struct arena *arena, const json_t *object, struct crm_fields *out) {
  *out = (struct crm_fields){0};
  double whole = json_number_value(json_object_get(object, "confidence"));
  const json_t *evidence = json_object_get(object, "evidence");
  for (int i = 0; i < CRM_COUNT; i++) {
    out->values[i] = clean_string(arena, json_object_get(object, infos[i].key));
    const json_t *own = json_object_get(json_object_get(evidence, infos[i].key), "confidence");
    double sure = json_is_number(own) ? json_number_value(own) : whole;
    out->confidence[i] = sure < 0 ? 0 : sure > 1 ? 1 : sure;
  }
}

struct span text_key(struct arena *arena, struct span text) {
  struct sbuf folded = {.arena = arena};
  for (size_t i = 0; i < text.len; i++) {
    bool space = ascii_is_space(text.ptr[i]);
    if (!space) sbuf_byte(&folded, text.ptr[i]);
    if (space && folded.len && folded.bytes[folded.len - 1] != ' ') sbuf_byte(&folded, ' ');
  }
  struct span tidy = span_trim(sbuf_span(&folded));
  if (!utf8_is_valid(tidy)) return tidy;
  char *plain = g_utf8_casefold(tidy.ptr, (gssize)tidy.len);
  struct span key = arena_dup(arena, span_of(plain));
  g_free(plain);
  return key;
}

/* Digits only; an extension stands apart. */
static struct span number_key(struct arena *arena, struct span text) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < text.len; i++) {
    if (ascii_is_digit(text.ptr[i])) sbuf_byte(&out, text.ptr[i]);
    if (ascii_is_alpha(text.ptr[i]) && out.len) sbuf_byte(&out, 'x');
  }
  return sbuf_span(&out);
}

/* National and international writing of one number: "020 7946 0958", "+44 20 7946 0958". */
static bool same_number(struct arena *arena, struct span a, struct span b) {
  enum { LEAST_DIGITS = 8 };
  struct span x = number_key(arena, a), y = number_key(arena, b);
  if (span_eq(x, y)) return true;
  bool one_is_international = (a.len && a.ptr[0] == '+') != (b.len && b.ptr[0] == '+');
  struct span national = a.len && a.ptr[0] == '+' ? y : x;
  struct span whole = a.len && a.ptr[0] == '+' ? x : y;
  while (national.len && national.ptr[0] == '0') national = span_from(national, 1);
  return one_is_international && national.len >= LEAST_DIGITS && span_ends(whole, national);
}

static struct span link_key(struct arena *arena, struct span text) {
  struct span key = text_key(arena, text);
  size_t scheme = span_find(key, SPAN_LIT("://"), 0);
  if (scheme != SPAN_NONE) key = span_from(key, scheme + 3);
  if (span_starts(key, SPAN_LIT("www."))) key = span_from(key, 4);
  for (size_t i = 0; i < key.len; i++)
    if (key.ptr[i] == '?' || key.ptr[i] == '#') key = span_slice(key, 0, i);
  while (key.len && key.ptr[key.len - 1] == '/') key.len--;
  static const struct span twitter[] = {SPAN_INIT("twitter.com/"), SPAN_INIT("x.com/"),
                                        SPAN_INIT("@")};
  for (size_t i = 0; i < sizeof twitter / sizeof *twitter; i++)
    if (span_starts(key, twitter[i])) return span_from(key, twitter[i].len);
  return key;
}

bool field_same(struct arena *arena, enum crm_field field, struct span a, struct span b) {
  switch (infos[field].kind) {
    case CRM_NUMBER:
      return same_number(arena, a, b);
    case CRM_LINK:
      return span_eq(link_key(arena, a), link_key(arena, b));
    case CRM_TEXT:
      break;
  }
  return span_eq(text_key(arena, a), text_key(arena, b));
}
