#include "mail/html_style.h"

/* Classes and ids by which mail clients tell what a part of the message is. Outlook on the web puts
 * "x_" before those of mail that it quotes. */
static const struct {
  struct span name;
  enum text_mark_kind kind;
} client_names[] = {
    {SPAN_INIT("gmail_quote"), MARK_QUOTE},
    {SPAN_INIT("yahoo_quoted"), MARK_QUOTE},
    {SPAN_INIT("protonmail_quote"), MARK_QUOTE},
    {SPAN_INIT("tutanota_quote"), MARK_QUOTE},
    {SPAN_INIT("zmail_extra"), MARK_QUOTE},
    {SPAN_INIT("mail-editor-reference-message-container"), MARK_QUOTE},
    {SPAN_INIT("gmail_attr"), MARK_ATTRIBUTION},
    {SPAN_INIT("moz-cite-prefix"), MARK_ATTRIBUTION},
    {SPAN_INIT("divRplyFwdMsg"), MARK_REPLY_HEADER},
    {SPAN_INIT("OutlookMessageHeader"), MARK_REPLY_HEADER},
    {SPAN_INIT("gmail_signature"), MARK_SIGNATURE},
    {SPAN_INIT("moz-signature"), MARK_SIGNATURE},
    {SPAN_INIT("protonmail_signature_block"), MARK_SIGNATURE},
    {SPAN_INIT("AppleMailSignature"), MARK_SIGNATURE},
    {SPAN_INIT("Signature"), MARK_SIGNATURE},
    {SPAN_INIT("ms-outlook-mobile-signature"), MARK_CLIENT_FOOTER},
    {SPAN_INIT("appendonsend"), MARK_RULE},
};

/* The next word of a class attribute. */
static bool next_word(struct span *rest, struct span *word) {
  *rest = span_trim(*rest);
  size_t n = 0;
  while (n < rest->len && !ascii_is_space(rest->ptr[n])) n++;
  *word = span_slice(*rest, 0, n);
  *rest = span_from(*rest, n);
  return n > 0;
}

static void read_client_name(struct span word, struct html_look *out) {
  while (span_istarts(word, SPAN_LIT("x_"))) word = span_from(word, 2);
  for (size_t i = 0; i < sizeof client_names / sizeof *client_names; i++) {
    if (!span_ieq(word, client_names[i].name)) continue;
    out->has_mark = true;
    out->mark = client_names[i].kind;
    return;
  }
}

static void read_class(struct span value, struct html_look *out) {
  struct span word;
  while (next_word(&value, &word)) {
    read_client_name(word, out);
    if (span_istarts(word, SPAN_LIT("Mso")) || span_istarts(word, SPAN_LIT("x_Mso")))
      out->no_top = out->no_bottom = true;
    if (span_ieq(word, SPAN_LIT("emoji"))) out->emoji = true;
    if (span_istarts(word, SPAN_LIT("preheader"))) out->gone = true;
  }
}

/* "0", "0px", "0.0pt", "0 !important": a length of nothing. */
static bool is_zero(struct span value) {
  size_t i = 0;
  bool digits = false;
  for (; i < value.len && (ascii_is_digit(value.ptr[i]) || value.ptr[i] == '.'); i++) {
    if (value.ptr[i] != '0' && value.ptr[i] != '.') return false;
    if (value.ptr[i] == '0') digits = true;
  }
  return digits;
}

/* A length that is said in full, not relative to a size that is nothing. */
static bool is_size(struct span value) {
  return value.len > 0 && !span_iends(value, SPAN_LIT("%")) && !span_iends(value, SPAN_LIT("em")) &&
         !span_ieq(value, SPAN_LIT("inherit"));
}

static bool contains(struct span s, const char *word) {
  return span_ifind(s, span_of(word), 0) != SPAN_NONE;
}

/* "solid #E1E1E1 1.0pt", "1pt solid rgb(225, 225, 225)": the colours Outlook uses there. */
static bool is_reply_border(struct span value) {
  return contains(value, "solid") &&
         (contains(value, "#E1E1E1") || contains(value, "#B5C4DF") ||
          contains(value, "rgb(225, 225, 225)") || contains(value, "rgb(181, 196, 223)") ||
          contains(value, "rgb(225,225,225)") || contains(value, "rgb(181,196,223)"));
}

/* The shorthand names top, right, bottom, left; with fewer than three, the first is top and bottom.
 */
static void read_margins(struct span value, struct html_look *out) {
  struct span word, top = {0}, bottom = {0};
  for (int i = 0; i < 4 && next_word(&value, &word); i++) {
    if (i == 0) top = bottom = word;
    if (i == 2) bottom = word;
  }
  out->no_top = is_zero(top);
  out->no_bottom = is_zero(bottom);
}

static void read_white_space(struct span value, struct html_look *out) {
  bool pre = span_istarts(value, SPAN_LIT("pre")) || span_istarts(value, SPAN_LIT("break-spaces"));
  out->preformatted = pre ? SWITCH_ON : SWITCH_OFF;
}

static void read_visibility(struct span value, struct html_look *out) {
  bool hidden =
      span_istarts(value, SPAN_LIT("hidden")) || span_istarts(value, SPAN_LIT("collapse"));
  out->invisible = hidden ? SWITCH_ON : SWITCH_OFF;
}

static void read_font_size(struct span value, struct html_look *out) {
  if (is_zero(value)) out->tiny = SWITCH_ON;
  else if (is_size(value)) out->tiny = SWITCH_OFF;
}

static void read_declaration(struct span property, struct span value, struct html_look *out) {
#define IS(name) span_ieq(property, SPAN_LIT(name))
  switch (ascii_lower(property.ptr[0])) {
    case 'd':
      if (IS("display") && span_istarts(value, SPAN_LIT("none"))) out->gone = true;
      break;
    case 'o':
      if (IS("opacity") && is_zero(value) && !contains(value, "%")) out->gone = true;
      break;
    case 'f':
      if (IS("font-size")) read_font_size(value, out);
      break;
    case 'v':
      if (IS("visibility")) read_visibility(value, out);
      break;
    case 'w':
      if (IS("white-space")) read_white_space(value, out);
      break;
    case 'm':
      if (IS("max-height") && is_zero(value)) out->gone = true;
      else if (IS("mso-hide") && span_istarts(value, SPAN_LIT("all"))) out->gone = true;
      else if (IS("margin")) read_margins(value, out);
      else if (IS("margin-top")) out->no_top = is_zero(value);
      else if (IS("margin-bottom")) out->no_bottom = is_zero(value);
      break;
    case 'b':
      if (IS("border-top") && is_reply_border(value)) out->reply_border = true;
      else if (IS("border") && span_istarts(value, SPAN_LIT("none"))) out->indent_only = true;
      else if (IS("border-left")) out->indent_only = false;
      break;
    default:
      break;
  }
#undef IS
}

static void read_style(struct span style, struct html_look *out) {
  struct span declaration;
  while (span_split(&style, ';', &declaration)) {
    size_t colon = span_find_byte(declaration, ':', 0);
    if (colon == SPAN_NONE) continue;
    struct span property = span_trim(span_slice(declaration, 0, colon));
    if (property.len) read_declaration(property, span_trim(span_from(declaration, colon + 1)), out);
  }
}

static long read_integer(struct span value) {
  long n = 0;
  size_t i = 0;
  value = span_trim(value);
  for (; i < value.len && i < 6 && ascii_is_digit(value.ptr[i]); i++)
    n = n * 10 + (value.ptr[i] - '0');
  return i ? n : -1;
}

static void read_attribute(struct span name, struct span value, struct html_look *out) {
#define IS(literal) span_ieq(name, SPAN_LIT(literal))
  switch (ascii_lower(name.ptr[0])) {
    case 'a':
      if (IS("alt")) out->alt = value;
      break;
    case 'c':
      if (IS("class")) read_class(value, out);
      break;
    case 'd':
      if (IS("data-smartmail")) read_class(value, out);
      else if (IS("data-emoji")) out->emoji = true;
      break;
    case 'h':
      if (IS("href")) out->href = span_trim(value);
      else if (IS("hidden")) out->gone = true;
      break;
    case 'i':
      if (IS("id")) read_client_name(span_trim(value), out);
      break;
    case 's':
      if (IS("style")) read_style(value, out);
      else if (IS("start")) out->start = read_integer(value);
      break;
    case 't':
      if (IS("type") && span_ieq(value, SPAN_LIT("cite"))) out->cite = true;
      break;
    case 'v':
      if (IS("value")) out->value = read_integer(value);
      break;
    default:
      break;
  }
#undef IS
}

void html_look_read(const struct html_token *tag, struct html_look *out) {
  *out = (struct html_look){.start = -1, .value = -1};
  struct span rest = tag->attributes, name, value;
  while (rest.len && html_attribute(&rest, &name, &value)) read_attribute(name, value, out);
}
