/* Is the answer about the person that we asked about? */
#include "enrich/merge.h"

static struct span key_of(struct work *work, const json_t *found, const char *key) {
  return text_key(work->arena, clean_string(work->arena, json_object_get(found, key)));
}

/* "Jane" and "Jane A.", "J." and "Jane": one begins with the other. */
static bool agree(struct span a, struct span b) {
  if (b.len && b.ptr[b.len - 1] == '.') b.len--;
  if (a.len && a.ptr[a.len - 1] == '.') a.len--;
  return a.len && b.len && (span_starts(a, b) || span_starts(b, a));
}

static struct span domain_of(struct span address) {
  size_t at = span_find_byte(address, '@', 0);
  return at == SPAN_NONE ? (struct span){0} : span_from(address, at + 1);
}

static bool covers(struct span domain, struct span host) {
  if (!domain.len || !span_ends(host, domain)) return false;
  return host.len == domain.len || host.ptr[host.len - domain.len - 1] == '.';
}

/* The same address proves it. Else the names must agree; where no name is known, the domain of the
 * employer. An answer with another address needs both names. */
bool same_person(struct work *work, const struct job *job, const json_t *found) {
  struct span asked = span_of(job->email);
  struct span email = key_of(work, found, "email");
  if (email.len && span_eq(email, asked)) return true;
  struct span first = text_key(work->arena, job->known.values[CRM_FIRST_NAME]);
  struct span last = text_key(work->arena, job->known.values[CRM_LAST_NAME]);
  bool last_agrees = last.len && span_eq(last, key_of(work, found, "lastName"));
  bool first_agrees = agree(first, key_of(work, found, "firstName"));
  if (email.len) return last_agrees && first_agrees;
  if (last.len) return last_agrees && (first_agrees || !first.len);
  return covers(key_of(work, found, "domain"), domain_of(asked));
}

/* An answer that names no domain is about the one that was asked for. */
bool same_company(struct work *work, const struct job *job, const json_t *found) {
  struct span domain = key_of(work, found, "domain");
  return !domain.len || covers(domain, domain_of(span_of(job->email)));
}
