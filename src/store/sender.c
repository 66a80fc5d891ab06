/* Whom not to look up: accounts of a role, machines, senders without a real address. */
#include "store/words.h"

enum { MOST_LOCAL_BYTES = 64, LONG_HEX = 16, MOST_ADDRESS_BYTES = 254 };

static bool split_address(struct span address, struct span *local, struct span *domain) {
  size_t at = SPAN_NONE;
  for (size_t i = address.len; i-- > 0 && at == SPAN_NONE;)
    if (address.ptr[i] == '@') at = i;
  if (at == SPAN_NONE || at == 0 || address.len > MOST_ADDRESS_BYTES) return false;
  *local = span_slice(address, 0, at);
  *domain = span_from(address, at + 1);
  return true;
}

/* A name with a dot in it; neither an IP literal nor white space. */
static bool is_real_domain(struct span domain) {
  if (domain.len < 3 || domain.ptr[0] == '[' || domain.ptr[0] == '.') return false;
  bool letters = false;
  for (size_t i = 0; i < domain.len; i++) {
    char c = domain.ptr[i];
    bool allowed = ascii_is_alnum(c) || c == '.' || c == '-' || (unsigned char)c >= 0x80;
    if (!allowed) return false;
    letters = letters || ascii_is_alpha(c) || (unsigned char)c >= 0x80;
  }
  return letters && span_find_byte(domain, '.', 0) != SPAN_NONE &&
         domain.ptr[domain.len - 1] != '.';
}

static bool is_separator(char c) { return c == '.' || c == '-' || c == '_' || c == '+'; }

/* Lower case, without separators: "No-Reply" -> "noreply". */
static struct span squeeze(struct span local, char *out, size_t size) {
  size_t len = 0;
  for (size_t i = 0; i < local.len && len < size; i++)
    if (!is_separator(local.ptr[i])) out[len++] = ascii_lower(local.ptr[i]);
  return (struct span){out, len};
}

/* At most `size` bytes; callers have checked the length. */
static struct span lower(struct span text, char *out, size_t size) {
  size_t len = text.len < size ? text.len : size;
  for (size_t i = 0; i < len; i++) out[i] = ascii_lower(text.ptr[i]);
  return (struct span){out, len};
}

static struct span without_digits(struct span word) {
  while (word.len && ascii_is_digit(word.ptr[word.len - 1])) word.len--;
  return word;
}

static bool is_role_word(const struct ingest_words *words, struct span word) {
  return word_list_find(&words->roles, word) != WORD_LIST_NONE ||
         word_list_find(&words->roles, without_digits(word)) != WORD_LIST_NONE;
}

/* Whole words between separators: "sales.emea", "info2", not "infosys" or "jane.salesman". A
 * person's name beside it does not help: "jane.doe-billing" is still read by billing. But what
 * stands behind a "+" is the person's own label. */
static bool is_role(const struct ingest_words *words, struct span local) {
  char bytes[MOST_LOCAL_BYTES];
  size_t plus = span_find_byte(local, '+', 0);
  if (plus != SPAN_NONE && plus > 0) local = span_slice(local, 0, plus);
  if (is_role_word(words, squeeze(local, bytes, sizeof bytes))) return true;
  struct span rest = lower(local, bytes, sizeof bytes);
  while (rest.len) {
    size_t end = 0;
    while (end < rest.len && !is_separator(rest.ptr[end])) end++;
    if (end && is_role_word(words, span_slice(rest, 0, end))) return true;
    rest = span_from(rest, end + 1);
  }
  return false;
}

static bool is_hex(char c) { return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); }

/* A hash or UUID in the local part, or an address in an address (VERP, SRS). */
static bool is_machine_local(struct span local) {
  size_t run = 0, digits = 0, letters = 0;
  for (size_t i = 0; i < local.len; i++) {
    if (local.ptr[i] == '=') return true;
    if (ascii_is_digit(local.ptr[i])) digits++;
    if (ascii_is_alpha(local.ptr[i])) letters++;
    run = is_hex(local.ptr[i]) || local.ptr[i] == '-' ? run + 1 : 0;
    if (run >= LONG_HEX && digits >= 4) return true;
  }
  return local.len > MOST_LOCAL_BYTES || (letters == 0 && digits > 0 && local.len > 12) ||
         span_istarts(local, SPAN_LIT("reply-")) || span_istarts(local, SPAN_LIT("reply+")) ||
         span_istarts(local, SPAN_LIT("bounce"));
}

static bool is_machine_domain(struct span domain) {
  static const struct span ends[] = {
      SPAN_INIT(".calendar.google.com"), SPAN_INIT("calendar-server.bounces.google.com"),
      SPAN_INIT("reply.github.com"),     SPAN_INIT("noreply.github.com"),
      SPAN_INIT(".linkedin.com"),        SPAN_INIT("facebookmail.com"),
      SPAN_INIT("amazonses.com"),        SPAN_INIT(".localdomain")};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    if (!span_iends(domain, ends[i])) continue;
    if (ends[i].ptr[0] == '.' || domain.len == ends[i].len) return true;
    if (domain.ptr[domain.len - ends[i].len - 1] == '.') return true;
  }
  return false;
}

/* The whole domain or one of its parents: eu.gmail.example is gmail.example's. */
static bool is_listed(const struct word_list *list, struct span domain) {
  char bytes[MOST_ADDRESS_BYTES];
  for (struct span rest = lower(domain, bytes, sizeof bytes); rest.len;) {
    if (word_list_find(list, rest) != WORD_LIST_NONE) return true;
    size_t dot = span_find_byte(rest, '.', 0);
    rest = dot == SPAN_NONE ? (struct span){0} : span_from(rest, dot + 1);
  }
  return false;
}

enum sender_kind sender_kind(const struct ingest_words *words, struct span address) {
  struct span local, domain;
  if (!split_address(address, &local, &domain) || !is_real_domain(domain)) return SENDER_NO_ADDRESS;
  if (is_machine_local(local) || is_machine_domain(domain)) return SENDER_MACHINE;
  if (is_role(words, local)) return SENDER_ROLE;
  return is_listed(&words->disposable, domain) ? SENDER_DISPOSABLE : SENDER_FINE;
}

struct span sender_company_domain(const struct ingest_words *words, struct span address) {
  struct span local, domain;
  if (!split_address(address, &local, &domain) || !is_real_domain(domain)) return (struct span){0};
  bool anybodys = is_listed(&words->free_mail, domain) || is_listed(&words->disposable, domain);
  return anybodys ? (struct span){0} : domain;
}
