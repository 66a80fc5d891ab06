/* mailsignal.h - the public interface of libmailsignal.
 *
 * Load a ruleset once, analyse messages from memory, get each record as JSON (one line, schema 1).
 *
 *     char why[512];
 *     struct mailsignal *ms;
 *     if (mailsignal_open(&(struct mailsignal_options){0}, &ms, why, sizeof why)) die(why);
 *     struct mailsignal_analyser *a = mailsignal_analyser_new(ms);
 *     const char *json; size_t len;
 *     mailsignal_analyse(a, raw, raw_len, &json, &len);
 *
 * Reentrant: no global state; a struct mailsignal is const after it was opened and may be shared
 * by any number of threads; an analyser belongs to one thread at a time. */
#ifndef MAILSIGNAL_MAILSIGNAL_H
#define MAILSIGNAL_MAILSIGNAL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MAILSIGNAL_API __attribute__((visibility("default")))
#else
#define MAILSIGNAL_API
#endif

struct mailsignal;
struct mailsignal_analyser;

struct mailsignal_options {
  const char *const *rule_dirs;   /* beyond the built-in rules; later ones override */
  size_t n_rule_dirs;
  const char *builtin_dir;        /* NULL: the rules that were installed with the library */
  const char *cache_dir;          /* NULL: no cache, compiling takes about a second */
  const char *const *own_domains; /* to tell inbound mail from outbound; may be none */
  size_t n_own_domains;
  double min_strength;            /* 0: the default, 0.50 */
  int with_text, with_zones;      /* add "text", "zones" to the record */
};

/* 0, or a status of <sysexits.h> with a sentence in `why` (NULL allowed). All strings are copied. */
MAILSIGNAL_API int mailsignal_open(const struct mailsignal_options *options,
                                   struct mailsignal **out, char *why, size_t why_size);
MAILSIGNAL_API void mailsignal_close(struct mailsignal *ms);

/* NULL when out of memory. Must be freed before `ms` is closed. */
MAILSIGNAL_API struct mailsignal_analyser *mailsignal_analyser_new(const struct mailsignal *ms);
MAILSIGNAL_API void mailsignal_analyser_free(struct mailsignal_analyser *analyser);

/* Cannot fail on input: a message that cannot be analysed gives a record with "error". *json is
 * NUL-terminated UTF-8 without line end and lives until the next call with this analyser. */
MAILSIGNAL_API void mailsignal_analyse(struct mailsignal_analyser *analyser, const void *raw,
                                       size_t raw_len, const char **json, size_t *json_len);

MAILSIGNAL_API const char *mailsignal_version(void);

#ifdef __cplusplus
}
#endif
#endif
