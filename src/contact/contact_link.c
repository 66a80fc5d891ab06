#include "contact/contact_link.h"

#include "contact/domains.h"
#include "contact/sender.h"
#include "mailsignal/utf8.h"

enum { MOST_LINKS = 8 };

static bool ends_chunk(uint32_t c) {
  return c == ' ' || c == '\t' || c == '<' || c == '>' || c == '(' || c == ')' || c == '|' ||
         c == ',' || c == ';' || c == '"' || c == '[' || c == ']' || c == 0xB7 || c == 0x2022 ||
         c == 0xA0 || c == 0x202F || c == '*' || c == 0x2013 || c == 0x2014;
}

/* Punctuation that a sentence puts behind an address. */
static struct span strip_chunk(struct span s) {
  while (s.len && strchr(".,:;!?'/", s.ptr[s.len - 1])) s.len--;
  while (s.len && strchr(".:'", s.ptr[0])) s = span_from(s, 1);
  return s;
}

static struct span host_of(struct span url) {
  size_t scheme = span_find(url, SPAN_LIT("://"), 0);
  if (scheme != SPAN_NONE) url = span_from(url, scheme + 3);
  for (size_t i = 0; i < url.len; i++)
    if (url.ptr[i] == '/' || url.ptr[i] == '?' || url.ptr[i] == '#' || url.ptr[i] == ':')
      return span_slice(url, 0, i);
  return url;
}

static struct span path_of(struct span url) {
  struct span host = host_of(url);
  return span_from(url, (size_t)(host.ptr - url.ptr) + host.len);
}

/* host is, or ends in, "." + site */
static bool is_site(struct span host, struct span site) {
  if (!span_iends(host, site)) return false;
  return host.len == site.len || host.ptr[host.len - site.len - 1] == '.';
}

static bool is_file_name(struct span chunk) {
  static const struct span endings[] = {SPAN_INIT(".zip"), SPAN_INIT(".mov"), SPAN_INIT(".py"),
                                        SPAN_INIT(".sh"),  SPAN_INIT(".pl"),  SPAN_INIT(".rs"),
                                        SPAN_INIT(".md"),  SPAN_INIT(".ps"),  SPAN_INIT(".cc")};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    if (span_iends(chunk, endings[i])) return true;
  return false;
}

enum link_kind {
  LINK_NONE,
  LINK_EMAIL,
  LINK_SITE,
  LINK_LINKEDIN,
  LINK_TWITTER,
  LINK_SOCIAL,
  LINK_HANDLE
};

/* Told by the label before the public suffix: "pinterest" of pinterest.co.uk. */
static bool is_social(struct arena *arena, struct span host) {
  static const struct span sites[] = {
      SPAN_INIT("facebook"),  SPAN_INIT("instagram"), SPAN_INIT("youtube"),  SPAN_INIT("xing"),
      SPAN_INIT("pinterest"), SPAN_INIT("tiktok"),    SPAN_INIT("wa"),       SPAN_INIT("t"),
      SPAN_INIT("fb"),        SPAN_INIT("vimeo"),     SPAN_INIT("threads"),  SPAN_INIT("bsky"),
      SPAN_INIT("aka"),       SPAN_INIT("goo"),       SPAN_INIT("g"),        SPAN_INIT("youtu"),
      SPAN_INIT("viadeo"),    SPAN_INIT("snapchat"),  SPAN_INIT("whatsapp"), SPAN_INIT("telegram")};
  struct span label = domain_label(arena, host);
  for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
    if (span_eq(label, sites[i])) return true;
  return false;
}

static bool is_email(struct arena *arena, struct span chunk) {
  size_t at = span_find_byte(chunk, '@', 0);
  if (at == SPAN_NONE || at == 0 || span_find_byte(chunk, '@', at + 1) != SPAN_NONE) return false;
  return domain_is_plausible(arena, span_from(chunk, at + 1));
}

static bool has_scheme(struct span chunk) {
  return span_istarts(chunk, SPAN_LIT("http://")) || span_istarts(chunk, SPAN_LIT("https://"));
}

/* "A.Co" and "Inc.LLC" are typing slips: a bare host is lower case, or has www or a scheme. */
static bool looks_written_as_host(struct span host) {
  size_t upper = 0;
  for (size_t i = 0; i < host.len; i++) upper += ascii_is_upper(host.ptr[i]);
  size_t dot = span_find_byte(host, '.', 0);
  return dot != SPAN_NONE && dot >= 2 &&
         (upper == 0 || (upper <= 4 && host.len >= 8) || host.len >= 10);
}

static enum link_kind classify(struct arena *arena, struct span chunk) {
  if (chunk.len < 3) return LINK_NONE;
  if (chunk.ptr[0] == '@') {
    for (size_t i = 1; i < chunk.len; i++)
      if (!ascii_is_alnum(chunk.ptr[i]) && chunk.ptr[i] != '_' && chunk.ptr[i] != '.')
        return LINK_NONE;
    return LINK_HANDLE;
  }
  if (span_find_byte(chunk, '@', 0) != SPAN_NONE)
    return is_email(arena, chunk) ? LINK_EMAIL : LINK_NONE;
  struct span host = host_of(chunk);
  bool certain = has_scheme(chunk) || span_istarts(chunk, SPAN_LIT("www."));
  if (!certain && (is_file_name(chunk) || !looks_written_as_host(host))) return LINK_NONE;
  if (!domain_is_plausible(arena, host)) return LINK_NONE;
  if (is_site(host, SPAN_LIT("linkedin.com")) || is_site(host, SPAN_LIT("lnkd.in")))
    return LINK_LINKEDIN;
  if (is_site(host, SPAN_LIT("twitter.com")) || is_site(host, SPAN_LIT("x.com")))
    return LINK_TWITTER;
  return is_social(arena, host) ? LINK_SOCIAL : LINK_SITE;
}

struct span linkedin_person(struct arena *arena, struct span url) {
  if (!is_site(host_of(url), SPAN_LIT("linkedin.com"))) return (struct span){0};
  struct span path = path_of(url), part, name;
  span_split(&path, '/', &part);
  if (!span_split(&path, '/', &part)) return (struct span){0};
  if (!span_ieq(part, SPAN_LIT("in")) && !span_ieq(part, SPAN_LIT("pub"))) return (struct span){0};
  if (!span_split(&path, '/', &name)) return (struct span){0};
  size_t end = 0;
  while (end < name.len && name.ptr[end] != '?' && name.ptr[end] != '#') end++;
  if (end == 0) return (struct span){0};
  return arena_printf(arena, "https://www.linkedin.com/in/" SPAN_FMT, (int)end, name.ptr);
}

static struct contact_field field_at(const struct block *block, struct span raw, struct span value,
                                     double confidence) {
  size_t start = (size_t)(raw.ptr - block->input->text->bytes.ptr);
  return (struct contact_field){value, start, start + raw.len, confidence};
}

static void add_field(struct block *block, struct contact_fields *list,
                      struct contact_field field) {
  for (size_t i = 0; i < list->n; i++)
    if (span_ieq(list->items[i].value, field.value)) return;
  if (list->n < MOST_LINKS) ARENA_PUSH(block->arena, list, field);
}

static void add_twitter(struct block *block, struct span raw, struct span handle,
                        struct contact *out) {
  if (out->twitter.value.len || handle.len < 2 || handle.len > 30) return;
  out->twitter =
      field_at(block, raw, arena_printf(block->arena, "@" SPAN_FMT, SPAN_ARG(handle)), 0.9);
}

/* A bare @handle is Twitter's only when the line says so. */
static bool says_twitter(struct span before) {
  struct span tail = span_trim(before.len > 24 ? span_from(before, before.len - 24) : before);
  while (tail.len && (tail.ptr[tail.len - 1] == ':' || tail.ptr[tail.len - 1] == '/')) tail.len--;
  return span_iends(tail, SPAN_LIT("twitter")) || span_iends(tail, SPAN_LIT(" X")) ||
         span_iends(tail, SPAN_LIT("|X")) || span_ieq(tail, SPAN_LIT("X")) ||
         span_iends(tail, SPAN_LIT("tw"));
}

struct link_reader {
  struct block *block;
  struct contact *out;
  struct contact_field social; /* the first page on Facebook, Instagram and the like */
};

/* The first path component: letters, digits and "_". */
static struct span twitter_handle(struct span url) {
  struct span path = path_of(url);
  if (path.len < 2) return (struct span){0};
  size_t end = 1;
  while (end < path.len && (ascii_is_alnum(path.ptr[end]) || path.ptr[end] == '_')) end++;
  return span_slice(path, 1, end);
}

static void add_link(struct link_reader *reader, struct span line, struct span chunk) {
  struct block *block = reader->block;
  struct contact *out = reader->out;
  struct span person;
  switch (classify(block->arena, chunk)) {
    case LINK_NONE:
      return;
    case LINK_EMAIL:
      add_field(block, &out->emails, field_at(block, chunk, chunk, 0.97));
      break;
    case LINK_SITE:
      if (!is_freemail(host_of(chunk)))
        add_field(block, &out->websites, field_at(block, chunk, chunk, 0.95));
      break;
    case LINK_LINKEDIN:
      person = linkedin_person(block->arena, chunk);
      if (person.len && !out->linkedin.value.len)
        out->linkedin = field_at(block, chunk, person, 0.97);
      break;
    case LINK_TWITTER:
      add_twitter(block, chunk, twitter_handle(chunk), out);
      break;
    case LINK_HANDLE:
      if (says_twitter(span_slice(line, 0, (size_t)(chunk.ptr - line.ptr))))
        add_twitter(block, chunk, span_from(chunk, 1), out);
      break;
    case LINK_SOCIAL:
      if (!reader->social.value.len && path_of(chunk).len > 1 && !has_scheme(chunk))
        reader->social = field_at(block, chunk, chunk, 0.6);
      break;
  }
  size_t start = (size_t)(chunk.ptr - block->input->text->bytes.ptr);
  block_take(block, start, start + chunk.len);
}

static struct span next_chunk(struct span line, size_t *at) {
  size_t start = *at;
  while (start < line.len) {
    size_t next = start;
    if (!ends_chunk(utf8_next(line, &next))) break;
    start = next;
  }
  size_t end = start;
  while (end < line.len) {
    size_t next = end;
    if (ends_chunk(utf8_next(line, &next))) break;
    end = next;
  }
  *at = end;
  return span_slice(line, start, end);
}

/* "E:jane@acme.io" and "mailto:jane@acme.io" carry their label in the same chunk. */
static struct span drop_label(struct span chunk) {
  if (has_scheme(chunk)) return chunk;
  size_t colon = span_find_byte(chunk, ':', 0);
  if (colon == SPAN_NONE || colon > 12 || colon + 4 > chunk.len ||
      ascii_is_digit(chunk.ptr[colon + 1]))
    return chunk;
  return span_from(chunk, colon + 1);
}

void contact_links(struct block *block, struct contact *out) {
  struct link_reader reader = {.block = block, .out = out};
  for (size_t i = 0; i < block->lines.n; i++) {
    const struct block_line *bounds = &block->lines.items[i];
    if (bounds->foreign || bounds->signoff) continue;
    struct span line = block_text(block, bounds->start, bounds->end);
    for (size_t at = 0; at < line.len;) {
      struct span chunk = strip_chunk(drop_label(next_chunk(line, &at)));
      if (chunk.len >= 3 && (span_find_byte(chunk, '.', 0) != SPAN_NONE || chunk.ptr[0] == '@'))
        add_link(&reader, line, chunk);
    }
  }
  /* For a business that has no site of its own its page elsewhere stands in. */
  if (reader.social.value.len && !out->websites.n) add_field(block, &out->websites, reader.social);
}
