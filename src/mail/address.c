#include "mail/address.h"

#include "mail/words.h"
#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"

struct parser {
  struct arena *arena;
  defect_set *defects;
  struct mail_addresses *out;
  struct span raw;
  size_t at;
  struct sbuf phrase, comment; /* of the mailbox that is being read */
  bool has_sign;               /* there is an @ in the phrase */
  struct span route;           /* what stood in <> */
  bool has_route;
  /* No closing sign follows; so that a thousand opening ones cost one search. */
  bool no_quote, no_comment;
  bool malformed;
};

static void start_mailbox(struct parser *p) {
  p->phrase.len = p->comment.len = 0;
  p->has_route = p->has_sign = false;
}

/* What was added to the phrase is looked at once: a list of names without addresses is one phrase.
 */
static void add_to_phrase(struct parser *p, char c) {
  if (p->phrase.len == 0 && ascii_is_space(c)) return;
  if (c == '@') p->has_sign = true;
  sbuf_byte(&p->phrase, c);
}

static size_t find_at_sign(struct span s) {
  for (size_t i = s.len; i > 0; i--)
    if (s.ptr[i - 1] == '@') return i - 1;
  return SPAN_NONE;
}

/* Without blanks inside; the domain in lower case. */
static struct span tidy_address(struct parser *p, struct span s) {
  s = words_decode(p->arena, s, p->defects);
  if (span_istarts(s, SPAN_LIT("mailto:"))) s = span_from(s, 7);
  if (s.len && s.ptr[0] == '@') { /* a source route: <@relay:jane@example.com> */
    size_t colon = span_find_byte(s, ':', 0);
    if (colon != SPAN_NONE) s = span_from(s, colon + 1);
  }
  char *copy = arena_strndup(p->arena, s.ptr, s.len);
  size_t len = 0, sign = find_at_sign(s);
  for (size_t i = 0; i < s.len; i++) {
    if (ascii_is_space(s.ptr[i]) || s.ptr[i] == '<' || s.ptr[i] == '>') continue;
    bool in_domain = sign != SPAN_NONE && i > sign;
    copy[len++] = in_domain ? ascii_lower(s.ptr[i]) : s.ptr[i];
  }
  return (struct span){copy, len};
}

/* Quotes that survived around a whole name: 'Jane Doe', or "..." from inside an encoded word. */
static struct span strip_quotes(struct span s) {
  s = span_trim(s);
  while (s.len >= 2 && (s.ptr[0] == '\'' || s.ptr[0] == '"') && s.ptr[s.len - 1] == s.ptr[0])
    s = span_trim(span_slice(s, 1, s.len - 1));
  return s;
}

static void emit(struct parser *p, struct span name, struct span address) {
  if (p->out->n >= LIMIT_ADDRESSES) {
    defect_mark(p->defects, DEFECT_SIZE_ADDRESSES);
    return;
  }
  /* The buffers are used again, so what comes out of them is copied. */
  struct mail_address item = {
      .name = arena_dup(p->arena, strip_quotes(words_decode(p->arena, name, p->defects))),
      .address = tidy_address(p, address),
  };
  if (find_at_sign(item.address) == SPAN_NONE) p->malformed = true;
  ARENA_PUSH(p->arena, p->out, item);
}

/* "Jane Doe jane@example.com" or "jane@example.com": the word with the @ is the address. */
static void emit_without_brackets(struct parser *p, struct span phrase) {
  size_t sign = span_find_byte(phrase, '@', 0);
  size_t start = sign, end = sign;
  while (start > 0 && !ascii_is_space(phrase.ptr[start - 1])) start--;
  while (end < phrase.len && !ascii_is_space(phrase.ptr[end])) end++;
  struct span before = span_trim(span_slice(phrase, 0, start));
  struct span after = span_trim(span_from(phrase, end));
  struct span name = before.len ? before : after;
  if (name.len) p->malformed = true;
  else name = sbuf_span(&p->comment);
  emit(p, name, span_slice(phrase, start, end));
}

/* At a comma: false when the mailbox goes on, because what was read is only a name. */
static bool end_mailbox(struct parser *p, bool last) {
  struct span phrase = span_trim(sbuf_span(&p->phrase));
  if (p->has_route) {
    emit(p, phrase.len ? phrase : sbuf_span(&p->comment), p->route);
  } else if (p->has_sign) {
    emit_without_brackets(p, phrase);
  } else if (phrase.len && last) {
    emit(p, phrase, (struct span){"", 0});
  } else if (phrase.len) {
    p->malformed = true; /* "Doe, Jane <jane@example.com>" without quotes */
    add_to_phrase(p, ',');
    return false;
  }
  start_mailbox(p);
  return true;
}

static size_t closing_quote(const struct parser *p) {
  for (size_t i = p->at; i < p->raw.len; i++) {
    if (p->raw.ptr[i] == '\\') i++;
    else if (p->raw.ptr[i] == '"') return i;
  }
  return SPAN_NONE;
}

static void read_quoted(struct parser *p) {
  size_t end = p->no_quote ? SPAN_NONE : closing_quote(p);
  if (end == SPAN_NONE) {
    p->no_quote = p->malformed = true;
    return;
  }
  for (size_t i = p->at; i < end; i++) {
    if (p->raw.ptr[i] == '\\' && i + 1 < end) i++;
    add_to_phrase(p, p->raw.ptr[i]);
  }
  p->at = end + 1;
}

static size_t closing_comment(const struct parser *p) {
  size_t depth = 1;
  for (size_t i = p->at; i < p->raw.len; i++) {
    char c = p->raw.ptr[i];
    if (c == '\\') i++;
    else if (c == '(') depth++;
    else if (c == ')' && --depth == 0) return i;
  }
  return SPAN_NONE;
}

static void read_comment(struct parser *p) {
  size_t end = p->no_comment ? SPAN_NONE : closing_comment(p);
  if (end == SPAN_NONE) {
    p->no_comment = p->malformed = true;
    return;
  }
  p->comment.len = 0;
  for (size_t i = p->at; i < end; i++) {
    if (p->raw.ptr[i] == '\\' && i + 1 < end) i++;
    sbuf_byte(&p->comment, p->raw.ptr[i]);
  }
  p->at = end + 1;
}

/* Up to ">"; where that is missing, up to what can only begin the next mailbox. */
static void read_brackets(struct parser *p) {
  size_t end = p->at;
  bool source_route = end < p->raw.len && p->raw.ptr[end] == '@';
  while (end < p->raw.len) {
    char c = p->raw.ptr[end];
    if (c == '>' || c == '<' || c == ';' || (c == ',' && !source_route)) break;
    end++;
  }
  struct span inside = span_slice(p->raw, p->at, end);
  if (!p->has_route || span_find_byte(p->route, '@', 0) == SPAN_NONE) p->route = inside;
  p->has_route = true;
  bool closed = end < p->raw.len && p->raw.ptr[end] == '>';
  if (!closed) p->malformed = true;
  p->at = closed ? end + 1 : end;
}

/* "Sales team: jane@x.com, bob@x.com;" The colon of "<mailto:" never comes here. */
static void read_colon(struct parser *p) {
  if (p->has_route || p->has_sign) add_to_phrase(p, ':');
  else start_mailbox(p);
}

bool address_list_read(struct arena *arena, struct span raw, struct mail_addresses *out,
                       defect_set *defects) {
  struct parser p = {.arena = arena, .defects = defects, .out = out, .raw = raw};
  p.phrase.arena = p.comment.arena = arena;
  while (p.at < raw.len) {
    char c = raw.ptr[p.at++];
    switch (c) {
      case '"':
        read_quoted(&p);
        break;
      case '(':
        read_comment(&p);
        break;
      case '<':
        read_brackets(&p);
        break;
      case ':':
        read_colon(&p);
        break;
      case ';':
        end_mailbox(&p, true);
        break;
      case ',':
        end_mailbox(&p, false);
        break;
      default:
        add_to_phrase(&p, c);
    }
  }
  end_mailbox(&p, true);
  return !p.malformed;
}
